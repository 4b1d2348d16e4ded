package org.planisphere.planner.federation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.task.Kind;

/**
 * How other planners are asked: the section {@code remote} of a platform whose engine is {@code remote}. Immutable.
 *
 * @param planners named one by one
 * @param registry whose planners are asked too; null for none
 * @param refresh how often the registry is looked at
 * @param found to which addresses planners from the registry may lead
 * @param standIn whether offers are stood in for; otherwise they are passed on
 * @param identity who we are to the others
 * @param budget the longest a question takes
 * @param margin a stand-in ends so long before its original
 * @param depth so many planners may a question have passed before nobody else is asked
 * @param atOnce calls to one planner at the same time
 * @param failures in a row after which a planner is left in peace
 * @param rest how long, at first
 * @param offers most offers of one answer that are stood in for
 * @param warm how often a connection to each planner is kept alive; zero for never
 * @param nearOnly whether only planners near the data are asked, where there are any
 */
public record FederationSettings(
        PlatformSettings platform,
        List<PeerSettings> planners,
        @Nullable URI registry,
        Duration refresh,
        HttpRules found,
        boolean standIn,
        Identity identity,
        Duration budget,
        Duration margin,
        int depth,
        int atOnce,
        int failures,
        Duration rest,
        int offers,
        Duration warm,
        boolean nearOnly) {
    public FederationSettings {
        planners = List.copyOf(planners);
    }

    /**
     * Who we are to other planners.
     *
     * @param mode what is shown to them
     * @param token the service's own, for {@code SERVICE} and where a caller's is not at hand
     * @param exchange where callers' tokens are exchanged
     */
    record Identity(
            Mode mode, @Nullable Path token, @Nullable Exchange exchange) {
        enum Mode {
            ANONYMOUS,
            SERVICE,
            PASS,
            EXCHANGE
        }
    }

    /**
     * A token endpoint that exchanges tokens.
     *
     * @param secret file with the client's secret
     * @param audience empty to ask for the planner's own address
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693</a>
     */
    record Exchange(URI endpoint, String client, Path secret, String audience, String scope) {}

    /** Reads the section; faults are noted in it. */
    static FederationSettings of(PlatformSettings platform, Section own) {
        List<PeerSettings> planners = new ArrayList<>();
        Set<URI> bases = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Section item : own.sections("planners")) {
            URI base = address(item, "url", null);
            String name =
                    item.text("name", base == null || base.getAuthority() == null ? "planner" : base.getAuthority());
            if (base != null && !bases.add(base)) {
                item.fault("url", base + " is used twice");
            }
            if (!names.add(name)) {
                item.fault("name", name + " is used twice");
            }
            List<String> near = item.texts("near").stream()
                    .map(host -> host.toLowerCase(Locale.ROOT))
                    .toList();
            planners.add(new PeerSettings(
                    name,
                    base == null ? URI.create("http://127.0.0.1") : base,
                    near,
                    kinds(item),
                    item.has("cores") ? item.whole("cores", 1, 1, 100_000_000) : null,
                    item.has("memory") ? item.size("memory", 1L << 30, 1L << 30) >> 30 : null));
        }
        Section registry = own.section("registry");
        URI registryUrl = registry.has("url") ? address(registry, "url", null) : null;
        Duration refresh = registry.span("refresh", Duration.ofMinutes(5));
        HttpRules found = allowed(registry);
        if (registryUrl == null && planners.isEmpty()) {
            own.fault("planners", "names none, and there is no registry either");
        }
        Duration budget = own.span("budget", Duration.ofSeconds(3));
        if (budget.toMillis() < 10) {
            own.fault("budget", "must be at least 10ms");
        }
        return new FederationSettings(
                platform,
                planners,
                registryUrl,
                refresh.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : refresh,
                found,
                own.choice("style", "stand-in", "stand-in", "pass-on").equals("stand-in"),
                identity(own.section("identity")),
                budget,
                own.span("margin", Duration.ofSeconds(2)),
                (int) own.whole("depth", 4, 0, Trip.LONGEST),
                (int) own.whole("atOnce", 32, 1, 10_000),
                (int) own.whole("failures", 5, 1, 1_000),
                own.span("rest", Duration.ofSeconds(5)),
                (int) own.whole("offers", 100, 1, 10_000),
                own.span("warm", Duration.ofSeconds(20)),
                own.choice("data", "anywhere", "anywhere", "near").equals("near"));
    }

    private static Set<String> kinds(Section item) {
        Set<String> known = new HashSet<>();
        Kind.EXECUTABLES.forEach(kind -> known.add(kind.name()));
        Set<String> kinds = new HashSet<>(item.texts("kinds"));
        for (String kind : kinds) {
            if (!known.contains(kind)) {
                item.fault("kinds", kind + " is no kind of executable");
            }
        }
        return kinds;
    }

    private static HttpRules allowed(Section registry) {
        List<String> hosts = registry.has("allow") ? registry.texts("allow") : List.of("*");
        try {
            return HttpRules.of(hosts, 4L << 20, Duration.ofSeconds(30));
        } catch (IllegalArgumentException e) {
            registry.fault("allow", String.valueOf(e.getMessage()));
            return HttpRules.NONE;
        }
    }

    private static Identity identity(Section section) {
        String mode = section.choice("mode", "anonymous", "anonymous", "service", "pass", "exchange");
        Path token = section.has("tokenFile") ? file(section, "tokenFile") : null;
        if (mode.equals("service") && token == null) {
            section.fault("tokenFile", "is missing");
        }
        Exchange exchange = null;
        if (mode.equals("exchange")) {
            Section own = section.section("exchange");
            URI endpoint = address(own, "endpoint", null);
            exchange = new Exchange(
                    endpoint == null ? URI.create("http://127.0.0.1") : endpoint,
                    own.text("client", null),
                    file(own, "secretFile"),
                    own.text("audience", "-").replaceFirst("^-$", ""),
                    own.text("scope", "-").replaceFirst("^-$", ""));
        }
        Identity.Mode known;
        try {
            known = Identity.Mode.valueOf(mode.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException noted) {
            known = Identity.Mode.ANONYMOUS;
        }
        return new Identity(known, token, exchange);
    }

    private static Path file(Section section, String key) {
        String text = section.text(key, null);
        try {
            Path path = Path.of(text);
            if (!Files.isReadable(path) || text.isEmpty()) {
                section.fault(key, "cannot be read");
            }
            return path;
        } catch (InvalidPathException e) {
            section.fault(key, "is no path");
            return Path.of("/");
        }
    }

    private static @Nullable URI address(Section section, String key, @Nullable String fallback) {
        String text = section.text(key, fallback);
        try {
            URI uri = URI.create(text.replaceAll("/+$", ""));
            if (uri.getHost() != null
                    && uri.getScheme() != null
                    && uri.getScheme().matches("(?i)https?")
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        section.fault(key, "must be an http or https address without user, query and fragment");
        return null;
    }

    /** What stands in a file, without white space around it. */
    static String secret(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
