package org.planisphere.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Optional;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.WireReader;
import org.planisphere.foundation.rest.WireWriter;
import org.planisphere.registry.door.RegistryDoors;

/** A registry that answers HTTP on this machine; the tokens are {@code publisher} and {@code somebody}. */
final class RegistryServer implements AutoCloseable {
    final Fixture fixture;
    private final HttpServer server;
    private final URI base;

    RegistryServer(DatabaseKind kind, int page) {
        this(new Fixture(kind, freeBase(), page));
    }

    /** Serves a registry that is there; it closes with the server. */
    RegistryServer(Fixture fixture) {
        this.fixture = fixture;
        base = fixture.base;
        ResourceConfig config = new ResourceConfig();
        RegistryDoors.singletons(fixture.context).forEach(config::register);
        config.register(AnyProblemMapper.class).register(WireReader.class).register(WireWriter.class);
        config.register(new CallerFilter(
                token -> switch (token) {
                    case "publisher" -> Optional.of(Fixture.PUBLISHER);
                    case "somebody" -> Optional.of(Fixture.SOMEBODY);
                    default -> Optional.empty();
                },
                true));
        server = JdkHttpServerFactory.createHttpServer(URI.create(base + "/"), config);
    }

    /** An address of this machine at which nobody answers yet. */
    static URI freeBase() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort() + "/registry");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI base() {
        return base;
    }

    /** Answers no more; the registry stays. */
    void stop() {
        server.stop(0);
    }

    @Override
    public void close() {
        server.stop(0);
        fixture.close();
    }
}
