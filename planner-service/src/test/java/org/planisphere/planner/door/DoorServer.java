package org.planisphere.planner.door;

import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.identity.Doorkeeper;
import org.planisphere.foundation.identity.Standing;
import org.planisphere.foundation.identity.login.LoginSettings;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.foundation.identity.oidc.IssuerSettings;
import org.planisphere.foundation.identity.oidc.Issuers;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Challenges;
import org.planisphere.foundation.rest.LoginDoor;
import org.planisphere.foundation.rest.LoginsDoor;
import org.planisphere.foundation.rest.LogoutDoor;
import org.planisphere.foundation.rest.PageCallers;
import org.planisphere.foundation.rest.WireReader;
import org.planisphere.foundation.rest.WireWriter;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.Planner;

/** A whole planner that answers HTTP on this machine, on an empty database of its own. */
final class DoorServer implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    final URI base;
    private final Database database;
    private final Planner planner;
    private final Issuers issuers;
    private final HttpServer server;

    /** @param yaml settings besides the address and the data folder */
    DoorServer(String yaml) {
        this(yaml, freePort());
    }

    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On a port that is known before. */
    DoorServer(String yaml, int port) {
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "door");
            Settings settings =
                    Settings.ofYaml("listen.port: " + port + "\ndata.dir: " + data.toAbsolutePath() + "\n" + yaml);
            base = URI.create("http://127.0.0.1:" + port + "/planner");
            database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", "", 8));
            planner = Planner.open(settings, database);
            issuers = new Issuers(IssuerSettings.issuers(settings));
            ResourceConfig config = new ResourceConfig();
            planner.doors().forEach(config::register);
            config.register(new Unstreamed());
            config.register(AnyProblemMapper.class).register(WireReader.class).register(WireWriter.class);
            Doorkeeper everybody = new Doorkeeper(List.of(issuers), Standing.of(settings));
            PageCallers pages = new PageCallers(
                    new Logins(issuers.logins(), everybody, LoginSettings.of(settings), InstantSource.system()));
            // As the server's first filter tells it.
            config.register(
                    (ContainerRequestFilter) call -> call.setProperty(
                            CallerFilter.ORIGIN,
                            call.getHeaders()
                                    .getOrDefault("X-Test-Origin", List.of("127.0.0.1"))
                                    .get(0)),
                    1);
            config.register(new LoginDoor(pages))
                    .register(new LogoutDoor(pages))
                    .register(new LoginsDoor(pages));
            config.register(
                    new CallerFilter(everybody, settings.get(Keys.IDENTITY_ANONYMOUS), Challenges.PLAIN, pages));
            server = JdkHttpServerFactory.createHttpServer(URI.create(base + "/"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer with its body as text. */
    HttpResponse<String> send(
            String method, String path, @Nullable String token, @Nullable String body, String... headers) {
        return send(method, path, token, body, HttpResponse.BodyHandlers.ofString(), headers);
    }

    <T> HttpResponse<T> send(
            String method,
            String path,
            @Nullable String token,
            @Nullable String body,
            HttpResponse.BodyHandler<T> handler,
            String... headers) {
        URI uri = path.startsWith("http") ? URI.create(path) : URI.create(base + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
        request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(Objects.requireNonNull(body)));
        if (body != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** This server cannot leave an answer open, so it answers who would take either like a planner that does not stream. */
    @PreMatching
    static final class Unstreamed implements ContainerRequestFilter {
        private static final String STREAMED = "text/event-stream,";

        @Override
        public void filter(ContainerRequestContext call) {
            String accept = call.getHeaderString("Accept");
            if (accept != null && accept.startsWith(STREAMED)) {
                call.getHeaders().put("Accept", List.of(accept.substring(STREAMED.length())));
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        planner.close();
        issuers.close();
        database.close();
    }
}
