package org.planisphere.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RegistryClient;
import picocli.CommandLine.Option;

/** Options with which every command reaches its servers. */
final class Connection {
    private static final int USUAL_TIMEOUT = 30;
    static final String USUAL_PLANNER = "http://127.0.0.1:8080/planner";
    private static final String USUAL_REGISTRY = "http://127.0.0.1:8080/registry";

    @Option(
            names = "--planner",
            paramLabel = "URL",
            description =
                    "Base address of a planner; may be repeated. Otherwise PLANISPHERE_PLANNER, or that of the profile.")
    List<String> planners = new ArrayList<>();

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Base address of a registry, whose planners are all asked. Otherwise PLANISPHERE_REGISTRY.")
    @Nullable
    String registry;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "File with the bearer token to show. Otherwise the token in PLANISPHERE_TOKEN, or that of planisphere"
                            + " login; without, anonymous.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long a server may take for one answer (" + USUAL_TIMEOUT + " s).")
    @Nullable
    Integer timeout;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "The profile whose options count where none are given. Otherwise PLANISPHERE_PROFILE, or the"
                    + " one in use; see planisphere profile --help.")
    @Nullable
    String profile;

    /** A planner and what people call it. */
    record Named(String name, PlannerClient client) {}

    PlannerClient client(Kit kit, URI base) {
        return with(kit, PlannerClient.at(base));
    }

    /** The planner of a session or an offer set. */
    PlannerClient clientOf(Kit kit, URI component) {
        try {
            return with(kit, PlannerClient.of(component));
        } catch (IllegalArgumentException otherwise) {
            throw new Fault(Exit.USAGE, component + " is not the address of a session or an offer set.", null);
        }
    }

    /** The one planner to talk to. */
    PlannerClient one(Kit kit) {
        List<String> said = said(kit);
        if (said.size() > 1) {
            throw new Fault(Exit.USAGE, "Several planners are named; this goes to one.", "name one with --planner URL");
        }
        return client(kit, Kit.uri(said.isEmpty() ? USUAL_PLANNER : said.get(0)));
    }

    /** All planners to ask: those that are named, and those of the registry that is named. */
    List<Named> all(Kit kit) {
        Map<URI, Named> found = new LinkedHashMap<>();
        for (String planner : said(kit)) {
            PlannerClient client = client(kit, Kit.uri(planner));
            found.putIfAbsent(client.base(), new Named(host(client.base()), client));
        }
        String listed = registry != null ? registry : planners.isEmpty() ? kept(kit, "registry") : "";
        if (!listed.isBlank()) {
            for (RegistryClient.Entry entry : registry(kit, listed).planners()) {
                for (URI url : entry.accessUrls(RegistryClient.EXECUTION_BROKER)) {
                    PlannerClient client = client(kit, url);
                    String title = Terminal.harmless(entry.title()).strip();
                    found.put(client.base(), new Named(title.isEmpty() ? host(url) : title, client));
                }
            }
            if (found.isEmpty()) {
                throw new Fault(
                        Exit.NO,
                        "The registry " + listed + " knows no planner.",
                        "name one with --planner URL, or look with: planisphere registry search");
            }
        }
        if (found.isEmpty()) {
            PlannerClient usual = client(kit, URI.create(USUAL_PLANNER));
            found.put(usual.base(), new Named(host(usual.base()), usual));
        }
        return List.copyOf(found.values());
    }

    RegistryClient registry(Kit kit) {
        String said = registry != null ? registry : kept(kit, "registry");
        return registry(kit, said.isBlank() ? USUAL_REGISTRY : said);
    }

    /** A session by its number in the last table, its address, its UUID, or the one accepted last when none is named. */
    URI session(Kit kit, @Nullable String named) {
        if (named == null || named.equals("-")) {
            return kit.memory()
                    .session()
                    .orElseThrow(() -> new Fault(
                            Exit.USAGE,
                            "No session has been accepted from here yet.",
                            "name one by its address, or see: planisphere sessions"));
        }
        if (named.matches("[0-9]{1,6}")) {
            return kit.memory()
                    .offer(Integer.parseInt(named))
                    .orElseThrow(() -> new Fault(
                            Exit.USAGE,
                            "There is no offer " + named + " in the last table.",
                            "see: planisphere offers"))
                    .session();
        }
        try {
            return one(kit).sessionUrl(UUID.fromString(named));
        } catch (IllegalArgumentException noUuid) {
            return Kit.uri(named);
        }
    }

    static String host(URI uri) {
        return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private List<String> said(Kit kit) {
        if (!planners.isEmpty()) {
            return planners;
        }
        String kept = kept(kit, "planner");
        return kept.isEmpty() || registry != null ? List.of() : List.of(kept.split("[\\s,]+"));
    }

    /**
     * What a variable or a profile says of an option that was not given; empty for nothing. A profile that is named on the
     * command line counts more than the variables, every other less, and planners and a registry always come from one place.
     */
    String kept(Kit kit, String option) {
        Profiles.Profile named = profile == null
                ? Profiles.Profile.NONE
                : Profiles.of(kit.environment()).need(profile);
        if (!named.get(option).isEmpty()) {
            return named.get(option);
        }
        boolean place = option.equals("planner") || option.equals("registry");
        if (place && !(named.get("planner") + named.get("registry")).isEmpty()) {
            return "";
        }
        String variable = variable(kit, option);
        boolean elsewhere = place && !(variable(kit, "planner") + variable(kit, "registry")).isEmpty();
        return profile != null || elsewhere || !variable.isEmpty()
                ? variable
                : Profiles.usual(kit.environment()).get(option);
    }

    private static String variable(Kit kit, String option) {
        return switch (option) {
            case "planner" ->
                kit.environment().getOrDefault("PLANISPHERE_PLANNER", "").strip();
            case "registry" ->
                kit.environment().getOrDefault("PLANISPHERE_REGISTRY", "").strip();
            default -> "";
        };
    }

    private Duration patience(Kit kit) {
        String kept = timeout == null ? kept(kit, "timeout") : Integer.toString(timeout);
        return Duration.ofSeconds(kept.matches("[0-9]{1,6}") ? Math.max(1, Integer.parseInt(kept)) : USUAL_TIMEOUT);
    }

    private PlannerClient with(Kit kit, PlannerClient client) {
        return client.withToken(token(kit, client.base())).withTimeout(patience(kit));
    }

    private RegistryClient registry(Kit kit, String url) {
        return RegistryClient.at(Kit.uri(url))
                .withToken(token(kit, Kit.uri(url)))
                .withTimeout(patience(kit));
    }

    private @Nullable String token(Kit kit, URI service) {
        if (tokenFile != null) {
            return Kit.read(tokenFile);
        }
        String token = profile == null
                ? kit.environment().getOrDefault("PLANISPHERE_TOKEN", "").strip()
                : "";
        if (token.isEmpty()) {
            String file = kept(kit, "token-file");
            token = file.isEmpty() ? "" : Kit.read(Path.of(file));
        }
        return token.isEmpty()
                ? Logins.of(kit.environment())
                        .token(service, kit.clock().instant())
                        .orElse(null)
                : token;
    }
}
