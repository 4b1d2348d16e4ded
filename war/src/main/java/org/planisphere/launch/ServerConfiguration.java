package org.planisphere.launch;

import fish.payara.micro.boot.AdminCommandRunner;
import java.util.List;

/** What is changed in Payara's own configuration before it boots; the launcher and the tests in the JVM use the same. */
public final class ServerConfiguration {
    private static final String CONFIG = "configs.config.server-config.";
    private static final String HTTP = CONFIG + "network-config.protocols.protocol.http-listener.http.";

    private ServerConfiguration() {}

    /**
     * Applies all of it; given to the server as its handler before boot.
     *
     * @param address to listen on
     * @param timeoutSeconds for reading a request and for idle connections
     */
    public static void apply(AdminCommandRunner commands, String address, long timeoutSeconds) {
        // All at once: each such command writes the whole configuration.
        commands.run("set", dottedNames(address, timeoutSeconds).toArray(String[]::new));
        // The node answers /health and /metrics itself and shows no API but its own.
        commands.run("set-openapi-configuration", "--enabled=false");
        commands.run("set-microprofile-healthcheck-configuration", "--enabled=false");
    }

    /**
     * Guards the listeners of the server that runs in this process; called once, after boot.
     *
     * @throws ReflectiveOperationException when this is another server than the one the launcher was built for
     */
    public static void guard() throws ReflectiveOperationException {
        Class<?> service = Class.forName("com.sun.enterprise.v3.services.impl.GrizzlyService");
        Object running = Class.forName("org.glassfish.internal.api.Globals")
                .getMethod("get", Class.class)
                .invoke(null, service);
        AddressGuard.install(running);
    }

    private static List<String> dottedNames(String address, long timeoutSeconds) {
        return List.of(
                CONFIG + "network-config.network-listeners.network-listener.http-listener.address=" + address,
                // Beans are in the WAR's own classes, which say so; no library is searched for any.
                CONFIG + "cdi-service.enable-implicit-cdi=false",
                // The node answers /health and /metrics itself and shows no API but its own.
                CONFIG + "microprofile-metrics-configuration.enabled=false",
                HTTP + "xpowered-by=false",
                HTTP + "server-header=false",
                HTTP + "trace-enabled=false",
                HTTP + "max-connections=-1",
                HTTP + "timeout-seconds=" + timeoutSeconds,
                HTTP + "request-timeout-seconds=-1",
                HTTP + "max-post-size-bytes=-1",
                HTTP + "header-buffer-length-bytes=16384",
                HTTP + "max-request-headers=100");
    }
}
