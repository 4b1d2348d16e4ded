package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * Who this person is logged in as, in {@code $XDG_CONFIG_HOME/planisphere/login.json}, readable by its owner only. The
 * token goes to the planners it was fetched for and to nobody else.
 */
final class Logins {
    /** The time before its end at which a token is fetched anew. */
    private static final long EARLY_SECONDS = 30;

    /**
     * One login.
     *
     * @param origins of planners and registries that are shown the token
     * @param refresh null when the issuer gives none
     */
    record Login(
            URI issuer,
            String client,
            List<String> origins,
            String access,
            @Nullable String refresh,
            Instant until) {
        /** Without the tokens. */
        @Override
        public String toString() {
            return "Login[" + issuer + "]";
        }

        boolean isFor(URI service) {
            return origins.contains(origin(service));
        }
    }

    private final Path file;

    private Logins(Path file) {
        this.file = file;
    }

    static Logins of(Map<String, String> environment) {
        return new Logins(Profiles.folder(environment).resolve("login.json"));
    }

    static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() < 0 ? scheme.equals("https") ? 443 : 80 : uri.getPort();
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    Optional<Login> login() {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > 256 * 1024) {
                return Optional.empty();
            }
            JsonNode tree = Json.mapper().readTree(Files.readAllBytes(file));
            List<String> origins = new ArrayList<>();
            tree.path("origins").forEach(origin -> origins.add(origin.asText()));
            return Optional.of(new Login(
                    URI.create(tree.path("issuer").asText()),
                    tree.path("client").asText(),
                    origins,
                    tree.path("access").asText(),
                    tree.hasNonNull("refresh") ? tree.path("refresh").asText() : null,
                    Instant.ofEpochSecond(tree.path("until").asLong())));
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /** The token for this planner, fetched anew when it is about to end; nothing when there is no login for it. */
    Optional<String> token(URI service, Instant now) {
        Login login = login().filter(known -> known.isFor(service)).orElse(null);
        if (login == null) {
            return Optional.empty();
        }
        if (now.plusSeconds(EARLY_SECONDS).isBefore(login.until())) {
            return Optional.of(login.access());
        }
        String refresh = login.refresh();
        if (refresh == null) {
            throw new Fault(Exit.REFUSED, "The login has ended.", "log in again: " + again(login));
        }
        Issuer issuer = Issuer.discover(login.issuer());
        Issuer.Tokens fresh;
        try {
            fresh = issuer.refresh(login.client(), refresh);
        } catch (Issuer.Refused refused) {
            throw new Fault(Exit.REFUSED, "The login has ended.", "log in again: " + again(login));
        }
        keep(fresh.login(login.issuer(), login.client(), login.origins(), refresh, now));
        return Optional.of(fresh.access());
    }

    void keep(Login login) {
        ObjectNode tree = Json.mapper().createObjectNode();
        tree.put("issuer", login.issuer().toString());
        tree.put("client", login.client());
        login.origins().forEach(tree.putArray("origins")::add);
        tree.put("access", login.access());
        tree.put("refresh", login.refresh());
        tree.put("until", login.until().getEpochSecond());
        try {
            PrivateFile.write(file, tree);
        } catch (IOException unwritable) {
            throw new Fault(
                    Exit.FAULT,
                    "The login cannot be kept: " + unwritable.getMessage(),
                    "set XDG_CONFIG_HOME to a folder that can be written");
        }
    }

    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            throw new Fault(Exit.FAULT, file + " cannot be removed: " + undeletable.getMessage(), null);
        }
    }

    private static String again(Login login) {
        return "planisphere login --issuer " + login.issuer() + " --client " + login.client();
    }
}
