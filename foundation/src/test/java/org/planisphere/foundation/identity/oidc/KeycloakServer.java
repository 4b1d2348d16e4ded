package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.planisphere.wire.codec.Json;

/**
 * A real Keycloak on this machine with the realm of {@code docker/keycloak}. Unpacked once to {@code foundation/target} from the
 * distribution in the local Maven repository ({@code mvn dependency:get
 * -Dartifact=org.keycloak:keycloak-quarkus-dist:26.7.3:zip}); {@code -Dkeycloak.url} names one that runs already.
 */
public final class KeycloakServer implements AutoCloseable {
    private static final String VERSION = "26.7.3";
    private static final Path REALM = Path.of("../docker/keycloak/planisphere-realm.json");

    private static final String ADMIN = UUID.randomUUID().toString();

    private final String base;
    private final Optional<Process> process;

    private KeycloakServer(String base, Optional<Process> process) {
        this.base = base;
        this.process = process;
    }

    /** Starts it, or finds it running; empty where there is no distribution. Takes half a minute on an idle machine. */
    public static Optional<KeycloakServer> start() {
        String running = System.getProperty("keycloak.url", "");
        if (!running.isEmpty()) {
            return Optional.of(new KeycloakServer(running, Optional.empty()));
        }
        Path zip = Path.of(System.getProperty(
                "keycloak.zip",
                System.getProperty("user.home") + "/.m2/repository/org/keycloak/keycloak-quarkus-dist/" + VERSION
                        + "/keycloak-quarkus-dist-" + VERSION + ".zip"));
        if (!Files.isRegularFile(zip)) {
            return Optional.empty();
        }
        try {
            // One for all modules.
            Path home = Path.of("../foundation/target/keycloak-" + VERSION)
                    .toAbsolutePath()
                    .normalize();
            if (!Files.isRegularFile(home.resolve("bin/kc.sh"))) {
                unpack(zip, home.getParent());
            }
            // What an earlier run left: the realm is read at the first start only.
            forget(home.resolve("data/h2"));
            Path realms = Files.createDirectories(home.resolve("data/import"));
            Files.copy(REALM, realms.resolve("planisphere-realm.json"), StandardCopyOption.REPLACE_EXISTING);
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            ProcessBuilder builder = new ProcessBuilder(
                    "bash",
                    home.resolve("bin/kc.sh").toString(),
                    "start-dev",
                    "--import-realm",
                    "--http-host=127.0.0.1",
                    "--http-port=" + port,
                    // As in the compose file: people's browsers come by one address, nodes may come by another.
                    "--hostname=http://127.0.0.1:" + port,
                    "--hostname-backchannel-dynamic=true");
            builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
            builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
            builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
            builder.redirectErrorStream(true)
                    .redirectOutput(home.resolve("keycloak.log").toFile());
            KeycloakServer server = new KeycloakServer("http://127.0.0.1:" + port, Optional.of(builder.start()));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            Awaitility.await().atMost(Duration.ofMinutes(6)).until(server::answers);
            return Optional.of(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where people's browsers reach it, without a slash at its end. */
    public String base() {
        return base;
    }

    /** Whether it is this run's own, so that it may be changed. */
    public boolean own() {
        return process.isPresent();
    }

    /**
     * Changes something as its administrator.
     *
     * @param path beneath {@code /admin/realms/planisphere}
     * @param change a JSON object; what it leaves out stays
     */
    public void change(String path, String change) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/admin/realms/planisphere" + path))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + administrator())
                    .PUT(HttpRequest.BodyPublishers.ofString(change));
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new IllegalStateException("Keycloak answers " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A client of the realm, as its administrator sees it. */
    public ObjectNode client(String id) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(base + "/admin/realms/planisphere/clients?clientId=" + id))
                    .header("Authorization", "Bearer " + administrator())
                    .build();
            return (ObjectNode) Json.mapper()
                    .readTree(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String administrator() {
        return token("master", "grant_type=password&client_id=admin-cli&username=admin&password=" + ADMIN);
    }

    /** The realm's {@code iss}. */
    public String issuer() {
        return base + "/realms/planisphere";
    }

    /** As it may stand in {@code identity.issuers}. */
    public String yaml() {
        return "{name: kc, issuer: \"" + issuer() + "\", audience: [planisphere]}";
    }

    /** As it may stand in {@code identity.issuers}, with this besides. */
    public String yaml(String more) {
        return yaml().replaceFirst("}$", ", ") + more + "}";
    }

    /** An access token of one of the realm's people, whose passwords are their names. */
    public String token(String person) {
        String form = "grant_type=password&client_id=planisphere-demo&client_secret=demo&scope=openid&username="
                + person + "&password=" + person;
        return token("planisphere", form);
    }

    private String token(String realm, String form) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(base + "/realms/" + realm + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try {
            return Json.mapper()
                    .readTree(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("access_token")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void forget(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void unpack(Path zip, Path to) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = to.resolve(entry.getName()).normalize();
                if (!file.startsWith(to)) {
                    throw new IOException("the archive leaves its folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    copy(in, file);
                }
            }
        }
    }

    private static void copy(InputStream in, Path file) throws IOException {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        process.ifPresent(running -> {
            running.descendants().forEach(ProcessHandle::destroy);
            running.destroy();
            try {
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
