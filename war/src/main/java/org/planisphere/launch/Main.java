package org.planisphere.launch;

import fish.payara.micro.PayaraMicroRuntime;
import fish.payara.micro.boot.AdminCommandRunner;
import fish.payara.micro.boot.PayaraMicroBoot;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;
import sun.misc.Signal;

/**
 * Runs one node in this process until a signal ends it. Started by the script {@code planisphere up} with the server's
 * jars on the class path and {@value #SERVER} naming its folder.
 *
 * <p>Ends with 0 after SIGTERM or SIGINT, 1 when the node fails, 2 when the command line, a setting or the port cannot
 * be used; the reason stands on standard error. Standard output carries the one line {@code ready URL} only.
 */
public final class Main {
    /** The system property that names the folder of the unpacked server. */
    static final String SERVER = "planisphere.server";
    /** Where the deployed node leaves why it refused to start. */
    static final String FAILURE = "planisphere.failure";
    /** Where it leaves that the settings are why. */
    static final String SETTINGS = "planisphere.failure.settings";

    private static final System.Logger LOG = System.getLogger(Main.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final PrintStream out;
    private final Options options;
    private final Settings settings;
    private final Path server;
    private final Path root;
    private final AtomicBoolean ending = new AtomicBoolean();
    /** Kept for as long as the process lives: the lock ends with it, also when it is merely forgotten. */
    private @Nullable FileChannel locked;

    private volatile @Nullable PayaraMicroRuntime runtime;
    private volatile boolean ready;

    private Main(PrintStream out, Options options, Settings settings, Path server) {
        this.out = out;
        this.options = options;
        this.settings = settings;
        this.server = server;
        this.root = settings.dataDir().resolve("server");
    }

    /** Entry point. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        try {
            Options options = Options.read(List.of(args));
            if (options.help()) {
                out.print(Options.USAGE);
                return;
            }
            Settings settings = Settings.load(options.config(), System.getenv(), options.overrides());
            new Main(out, options, settings, Path.of(System.getProperty(SERVER, "."))).run();
        } catch (IllegalArgumentException | SettingsException | UnusableException e) {
            err.println("planisphere: " + e.getMessage());
            Runtime.getRuntime().halt(2);
        } catch (Exception e) {
            err.println("planisphere: the node could not start: " + reason(e));
            Runtime.getRuntime().halt(1);
        }
    }

    private static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    private static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    private void run() throws Exception {
        Signal.handle(new Signal("TERM"), signal -> end(0));
        Signal.handle(new Signal("INT"), signal -> end(0));
        checkListener();
        prepareFolders();
        lock();
        redirectConsole();
        tellTheNode();
        boot();
        awaitReady();
        ready = true;
        if (options.probe()) {
            end(0);
        }
        out.println("ready " + localUrl());
        // What the start needed is not needed again; the heap goes back to the system.
        System.gc();
    }

    private void checkListener() {
        String address = settings.get(Keys.LISTEN_ADDRESS);
        int port = settings.get(Keys.LISTEN_PORT);
        InetAddress resolved;
        try {
            resolved = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new UnusableException("listen.address = \"" + address + "\": this machine has no such address.");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(resolved, port));
        } catch (IOException e) {
            throw new UnusableException("Cannot listen on " + address + " port " + port + ": " + e.getMessage()
                    + ". Another program may be using the port; choose one with --port.");
        }
    }

    private void prepareFolders() throws IOException {
        Path data = settings.dataDir();
        try {
            Files.createDirectories(data);
            closed(data.resolve("logs"));
            closed(data.resolve("db"));
            Files.createDirectories(data.resolve("tmp"));
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UnusableException("data.dir = \"" + data + "\" cannot be written: " + e.getMessage());
        }
        ServerFolder.prepare(server, root);
        Files.writeString(root.resolve("config/logging.properties"), loggingProperties());
    }

    /** A folder for this node's user alone, unless the operator has made it otherwise before. */
    private static void closed(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(folder);
        }
    }

    // Libraries that print instead of logging must not disturb the one line on standard output.
    private void redirectConsole() throws IOException {
        PrintStream console = new PrintStream(
                new FileOutputStream(
                        settings.dataDir().resolve("logs/console.log").toFile(), true),
                true,
                StandardCharsets.UTF_8);
        System.setOut(console);
        System.setErr(console);
    }

    private String loggingProperties() {
        String level = switch (settings.get(Keys.LOG_LEVEL)) {
            case ERROR -> "SEVERE";
            case WARN -> "WARNING";
            case INFO -> "INFO";
            case DEBUG -> "FINE";
        };
        String formatter = settings.get(Keys.LOG_FORMAT) == Keys.LogFormat.JSON
                ? LineFormatter.Json.class.getName()
                : LineFormatter.class.getName();
        String logs =
                settings.dataDir().resolve("logs").toString().replace("%", "%%").replace("\\", "\\\\");
        return """
        handlers=java.util.logging.FileHandler
        java.util.logging.FileHandler.pattern=%s/server.%%g.log
        java.util.logging.FileHandler.append=true
        java.util.logging.FileHandler.limit=20000000
        java.util.logging.FileHandler.count=5
        java.util.logging.FileHandler.encoding=UTF-8
        java.util.logging.FileHandler.level=ALL
        java.util.logging.FileHandler.formatter=%s
        org.planisphere.access.handlers=org.planisphere.launch.AccessFile
        org.planisphere.access.useParentHandlers=false
        org.planisphere.launch.AccessFile.pattern=%s/access.%%g.log
        org.planisphere.launch.AccessFile.append=true
        org.planisphere.launch.AccessFile.limit=20000000
        org.planisphere.launch.AccessFile.count=5
        org.planisphere.launch.AccessFile.encoding=UTF-8
        org.planisphere.launch.AccessFile.level=ALL
        org.planisphere.launch.AccessFile.formatter=%s
        org.planisphere.security.handlers=org.planisphere.launch.SecurityFile
        org.planisphere.security.useParentHandlers=false
        org.planisphere.security.level=INFO
        org.planisphere.launch.SecurityFile.pattern=%s/security.%%g.log
        org.planisphere.launch.SecurityFile.append=true
        org.planisphere.launch.SecurityFile.limit=20000000
        org.planisphere.launch.SecurityFile.count=5
        org.planisphere.launch.SecurityFile.encoding=UTF-8
        org.planisphere.launch.SecurityFile.level=ALL
        org.planisphere.launch.SecurityFile.formatter=%s
        .level=%s
        org.planisphere.level=%s
        PayaraMicro.level=WARNING
        fish.payara.level=WARNING
        jakarta.enterprise.level=WARNING
        jakarta.enterprise.web.util.level=SEVERE
        javax.enterprise.level=WARNING
        javax.enterprise.system.security.ssl.level=SEVERE
        org.glassfish.level=WARNING
        org.glassfish.jersey.internal.inject.Providers.level=SEVERE
        org.eclipse.level=WARNING
        org.hibernate.level=WARNING
        org.jboss.level=WARNING
        io.opentelemetry.level=WARNING
        com.zaxxer.hikari.level=WARNING
        org.flywaydb.level=WARNING
        """.formatted(
                logs, formatter, logs, formatter, logs, formatter, "FINE".equals(level) ? "INFO" : level, level);
    }

    private void lock() throws IOException {
        FileChannel channel = FileChannel.open(
                settings.dataDir().resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        locked = channel;
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new UnusableException(
                    "Another node is running in " + settings.dataDir() + "; choose another --data.");
        }
    }

    private void tellTheNode() {
        Path config = options.config();
        if (config != null) {
            System.setProperty(Settings.FILE_PROPERTY, config.toAbsolutePath().toString());
        }
        for (Map.Entry<String, String> override : options.overrides().entrySet()) {
            System.setProperty(Settings.OVERRIDE_PREFIX + override.getKey(), override.getValue());
        }
        // A data folder given relative to where the command was typed must not move with the process.
        System.setProperty(
                Settings.OVERRIDE_PREFIX + Keys.DATA_DIR.key(),
                settings.dataDir().toString());
        System.setProperty("java.io.tmpdir", settings.dataDir().resolve("tmp").toString());
        System.setProperty(
                "fish.payara.micro.UnpackDir", server.toAbsolutePath().toString());
        System.setProperty(
                "fish.payara.micro.BootJar",
                server.resolve("launch-micro.jar").toUri().toString());
        System.setProperty(
                "java.util.logging.config.file",
                root.resolve("config/logging.properties").toString());
        // The session cookie and the banner would only say which server this is.
        System.setProperty("product.name", "");
    }

    private void boot() throws Exception {
        PayaraMicroBoot micro = (PayaraMicroBoot) Class.forName("fish.payara.micro.impl.PayaraMicroImpl")
                .getMethod("getInstance")
                .invoke(null);
        micro.setRootDir(root.toFile());
        micro.setLogPropertiesFile(root.resolve("config/logging.properties").toFile());
        micro.setNoHazelcast(true);
        micro.setHttpPort(settings.get(Keys.LISTEN_PORT));
        micro.setMinHttpThreads(Math.min(16, settings.get(Keys.LISTEN_THREADS)));
        micro.setMaxHttpThreads(settings.get(Keys.LISTEN_THREADS));
        micro.setInstanceName("planisphere");
        micro.setPrintLogo(false);
        micro.setPreBootHandler(this::configure);
        micro.addDeploymentFile(war().toFile());
        PayaraMicroRuntime started = micro.bootStrap();
        runtime = started;
        ServerConfiguration.guard();
        if (started.getDeployedApplicationNames().isEmpty()) {
            throw failed(System.getProperty(FAILURE, "see " + settings.dataDir().resolve("logs/server.0.log")));
        }
    }

    private static Exception failed(String why) {
        return Boolean.getBoolean(SETTINGS) ? new UnusableException(why) : new FailedException(why);
    }

    private Path war() {
        return server.resolveSibling("ROOT.war");
    }

    private void configure(AdminCommandRunner commands) {
        long timeout = settings.get(Keys.LISTEN_TIMEOUT).toSeconds();
        ServerConfiguration.apply(commands, settings.get(Keys.LISTEN_ADDRESS), timeout);
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        URI ready = URI.create(localUrl() + "/health/ready");
        int status = 0;
        while (System.nanoTime() < deadline) {
            status = status(ready);
            if (status == 200) {
                return;
            }
            String failure = System.getProperty(FAILURE);
            if (failure != null) {
                throw failed(failure);
            }
            Thread.sleep(20);
        }
        throw new FailedException("it did not become ready within " + PATIENCE.toSeconds() + " s (last answer " + status
                + "); see " + settings.dataDir().resolve("logs/server.0.log"));
    }

    private static int status(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(java.net.Proxy.NO_PROXY);
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(10_000);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status;
        } catch (IOException e) {
            return -1;
        }
    }

    /** The address under which the node is reached from this machine. */
    private String localUrl() {
        String address = settings.get(Keys.LISTEN_ADDRESS);
        String host = "0.0.0.0".equals(address) || "::".equals(address) ? "127.0.0.1" : address;
        try {
            return new URI("http", null, host, settings.get(Keys.LISTEN_PORT), null, null, null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void end(int status) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        boolean wasReady = ready;
        PayaraMicroRuntime running = runtime;
        if (running != null) {
            try {
                running.shutdown();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "The server did not stop cleanly", e);
            }
        }
        if (wasReady) {
            ClassArchive.write();
        }
        System.exit(status);
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && !(cause instanceof FailedException)) {
            cause = cause.getCause();
        }
        return cause instanceof FailedException ? String.valueOf(cause.getMessage()) : cause.toString();
    }
}
