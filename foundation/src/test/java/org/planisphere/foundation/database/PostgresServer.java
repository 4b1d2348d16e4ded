package org.planisphere.foundation.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL of the tests' own: in a temporary folder, on a free port of the loopback, as an unprivileged user, ended
 * with the JVM. Tests that need one are skipped, with the reason, where its binaries are missing.
 */
public final class PostgresServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static volatile PostgresServer common;

    private final Path folder;
    private final Path binaries;
    private final int port;
    private final List<String> as;

    private PostgresServer(Path folder, Path binaries, int port, List<String> as) {
        this.folder = folder;
        this.binaries = binaries;
        this.port = port;
        this.as = as;
    }

    /** The one server that all tests of this JVM share; skips the test where there is none to be had. */
    public static synchronized PostgresServer shared() {
        if (common == null) {
            common = start();
        }
        return common;
    }

    /** A server of the test's own, which it may stop; skips the test where there is none to be had. */
    public static PostgresServer start() {
        return start(null);
    }

    /**
     * As {@link #start()}, in a folder below another.
     *
     * @param below passable for everybody; null for where temporary files are
     */
    public static PostgresServer start(Path below) {
        Optional<Path> binaries = binaries();
        Assumptions.assumeTrue(
                binaries.isPresent(),
                "PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or on the path");
        try {
            List<String> as = unprivileged();
            Path folder = below == null
                    ? Files.createTempDirectory("planisphere-pg")
                    : Files.createTempDirectory(below, "planisphere-pg");
            if (!as.isEmpty()) {
                run(List.of("chown", as.get(1), folder.toString()), folder);
            }
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            PostgresServer server =
                    new PostgresServer(folder, binaries.get(), port, as.isEmpty() ? as : as.subList(2, as.size()));
            server.run("initdb", "-D", server.data(), "-U", "planisphere", "-A", "trust", "-E", "UTF8", "--no-locale");
            server.resume();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True where {@link #start} will not skip. */
    public static boolean available() {
        return binaries().isPresent();
    }

    /** Settings of a new, empty database on this server. */
    public DatabaseSettings database(int poolSize) {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"), "planisphere", "");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new DatabaseSettings(url(name), "planisphere", "", poolSize);
    }

    public int port() {
        return port;
    }

    /** Its first process, which has started all others. */
    public long pid() {
        try {
            return Long.parseLong(
                    Files.readAllLines(Path.of(data(), "postmaster.pid")).get(0).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as a crash would: no connection is warned, nothing is written out. */
    public void kill() {
        control("stop", "-m", "immediate");
    }

    /** Starts it again after {@link #kill}. */
    public void resume() {
        control(
                "start",
                "-w",
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=100"
                        + " -c shared_buffers=64MB",
                "-l",
                folder.resolve("log").toString());
    }

    /** Whether its first process lives. */
    public boolean runs() {
        try {
            Path file = Path.of(data(), "postmaster.pid");
            return Files.exists(file)
                    && ProcessHandle.of(Long.parseLong(
                                    Files.readAllLines(file).get(0).strip()))
                            .isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops all its processes where they stand: connections stay open, new ones are taken, and nobody answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on after {@link #freeze}. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            long leader = Long.parseLong(
                    Files.readAllLines(Path.of(data(), "postmaster.pid")).get(0).strip());
            // The leader first, so that it begins no others meanwhile.
            List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s " + name + " \"$@\"", "kill"));
            command.add(Long.toString(leader));
            ProcessHandle.of(leader)
                    .orElseThrow()
                    .descendants()
                    .forEach(process -> command.add(Long.toString(process.pid())));
            run(command, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            control("stop", "-m", "immediate");
        } catch (IllegalStateException e) {
            // it has been stopped already
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void control(String... arguments) {
        List<String> command = new ArrayList<>(List.of("pg_ctl", "-D", data()));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) {
        List<String> full = new ArrayList<>(as);
        full.add(binaries.resolve(command[0]).toString());
        full.addAll(List.of(command).subList(1, command.length));
        try {
            run(full, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(List<String> command, Path folder) throws IOException {
        Path output = Files.createTempFile("planisphere-pg", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        String.join(" ", command) + " failed: " + Files.readString(output, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static Optional<Path> binaries() {
        List<Path> candidates = new ArrayList<>();
        String named = System.getenv("PLANISPHERE_POSTGRES_BIN");
        if (named != null) {
            candidates.add(Path.of(named));
        }
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            candidates.add(Path.of(entry));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Comparator.reverseOrder()).forEach(version -> candidates.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return candidates.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst();
    }

    /** PostgreSQL refuses to run as root: the user to give the folder to, and the command that becomes that user. */
    private static List<String> unprivileged() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        String user = hasUser("postgres") ? "postgres" : "nobody";
        return List.of("", user, "setpriv", "--reuid=" + user, "--clear-groups", "--");
    }

    private static boolean hasUser(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"), StandardCharsets.UTF_8)) {
            return lines.anyMatch(line -> line.startsWith(name + ":"));
        } catch (IOException e) {
            return false;
        }
    }
}
