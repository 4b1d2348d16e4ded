package org.planisphere.server;

import fish.payara.micro.PayaraMicroRuntime;
import fish.payara.micro.boot.PayaraMicroBoot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.launch.ServerConfiguration;
import org.planisphere.launch.ServerFolder;

/**
 * Payara Micro inside the test JVM: booted once for all test classes on a free port of 127.0.0.1, with the built
 * {@code target/ROOT.war} deployed for one test class at a time.
 *
 * <pre>{@code
 * private static PlanisphereServer server;
 *
 * @BeforeAll
 * static void up() {
 *     server = PlanisphereServer.deploy(Map.of("planner.offer.lifetime", "2s"));
 * }
 *
 * @AfterAll
 * static void down() {
 *     server.close();
 * }
 * }</pre>
 *
 * <p>The settings travel as system properties, so test classes run one after the other. Every deployment has a data
 * folder of its own under {@code target/it} unless {@code data.dir} is given; give the same one twice to test a
 * restart.
 */
public final class PlanisphereServer implements AutoCloseable {
    private static final Path WAR = Path.of("target/ROOT.war").toAbsolutePath();
    private static final Path SERVER = Path.of("target/server").toAbsolutePath();
    private static final Path DATA =
            Path.of(System.getProperty("test.data", "target/it")).toAbsolutePath();

    private static PayaraMicroRuntime runtime;
    private static int port;
    private static int deployments;

    private final Map<String, String> settings;
    private boolean deployed;

    private PlanisphereServer(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Deploys the WAR with these settings and returns when the deployment is done. */
    public static PlanisphereServer deploy(Map<String, String> settings) {
        boot();
        Map<String, String> all = new TreeMap<>(settings);
        all.putIfAbsent("listen.port", Integer.toString(port));
        all.putIfAbsent("data.dir", DATA.resolve("data-" + ++deployments).toString());
        PlanisphereServer server = new PlanisphereServer(all);
        server.start();
        return server;
    }

    /** Deploys again, with the same settings and data: what a restart is to the planner. */
    public void restart() {
        close();
        start();
    }

    /** The address of the node, without a slash at its end. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The address of a path on the node. */
    public URI url(String path) {
        return URI.create(url() + path);
    }

    /** The port of the node. */
    public int port() {
        return port;
    }

    /** Where this deployment keeps its data. */
    public Path dataDir() {
        return Path.of(settings.get("data.dir"));
    }

    /** A folder for what tests prepare, of this JVM alone: others run tests beside it. */
    public static Path folder(String name) throws IOException {
        return Files.createDirectories(DATA.resolve(name));
    }

    @Override
    public void close() {
        if (deployed) {
            runtime.undeploy("ROOT");
            deployed = false;
        }
        settings.keySet().forEach(key -> System.clearProperty(Settings.OVERRIDE_PREFIX + key));
    }

    private void start() {
        System.clearProperty(Node.FAILURE);
        settings.forEach((key, value) -> System.setProperty(Settings.OVERRIDE_PREFIX + key, value));
        deployed = runtime.deploy("ROOT", "/", WAR.toFile());
        if (!deployed || System.getProperty(Node.FAILURE) != null) {
            String reason = System.getProperty(Node.FAILURE, "see " + DATA.resolve("server.log"));
            close();
            throw new IllegalStateException("The WAR was not deployed: " + reason);
        }
    }

    private static synchronized void boot() {
        if (runtime != null) {
            return;
        }
        try {
            Files.createDirectories(DATA);
            Path logging = DATA.resolve("logging.properties");
            Files.writeString(logging, loggingProperties());
            System.setProperty("java.util.logging.config.file", logging.toString());
            LogManager.getLogManager().readConfiguration();
            port = freePort();
            System.setProperty("fish.payara.micro.UnpackDir", SERVER.toString());
            System.setProperty(
                    "fish.payara.micro.BootJar",
                    SERVER.resolve("launch-micro.jar").toUri().toString());
            PayaraMicroBoot micro = (PayaraMicroBoot) Class.forName("fish.payara.micro.impl.PayaraMicroImpl")
                    .getMethod("getInstance")
                    .invoke(null);
            micro.setRootDir(
                    ServerFolder.prepare(SERVER, DATA.resolve("server")).toFile());
            micro.setNoHazelcast(true);
            micro.setPrintLogo(false);
            micro.setLogPropertiesFile(logging.toFile());
            micro.setHttpPort(port);
            micro.setPreBootHandler(commands -> ServerConfiguration.apply(commands, "127.0.0.1", 30));
            runtime = micro.bootStrap();
            ServerConfiguration.guard();
        } catch (Exception e) {
            throw new IllegalStateException("Payara Micro did not boot", e);
        }
    }

    private static String loggingProperties() {
        return """
        handlers=java.util.logging.FileHandler
        java.util.logging.FileHandler.pattern=%s
        java.util.logging.FileHandler.encoding=UTF-8
        java.util.logging.FileHandler.formatter=org.planisphere.launch.LineFormatter
        .level=INFO
        """.formatted(DATA.resolve("server.log"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
