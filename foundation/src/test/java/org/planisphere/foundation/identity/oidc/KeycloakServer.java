package org.planisphere.foundation.identity.oidc;

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
                    "--http-port=" + port);
            builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
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
        HttpRequest request = HttpRequest.newBuilder(URI.create(issuer() + "/protocol/openid-connect/token"))
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
