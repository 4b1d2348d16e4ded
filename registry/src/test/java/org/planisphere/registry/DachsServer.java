package org.planisphere.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;

/**
 * A GAVO DaCHS of the tests' own, as Debian packs it: its database on a PostgreSQL of the tests, its files in a temporary
 * folder, on a free port of this machine. Takes half a minute to begin on an idle machine.
 */
final class DachsServer implements AutoCloseable {
    static final String AUTHORITY = "dachs.example";
    private static final Path PROGRAM = Path.of("/usr/bin/dachs");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path folder;
    private final PostgresServer database;
    private final URI base;
    private final List<String> as = new ArrayList<>();
    private Process server;

    private DachsServer(Path folder, PostgresServer database, int port) {
        this.folder = folder;
        this.database = database;
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** A server with its own services and two of the file {@code stars.rd}; skips the test where it is not installed. */
    static DachsServer start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "DaCHS is not installed: apt install python3-gavo");
        Assumptions.assumeTrue(
                installed("pg_sphere") && installed("q3c"),
                "DaCHS needs what is not installed: apt install postgresql-15-pgsphere postgresql-15-q3c");
        PostgresServer database = PostgresServer.shared();
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        DachsServer server = new DachsServer(Files.createTempDirectory("planisphere-dachs"), database, port);
        try {
            server.prepare();
            server.begin();
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static boolean installed(String extension) throws IOException {
        Path versions = Path.of("/usr/share/postgresql");
        if (!Files.isDirectory(versions)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(versions, 3)) {
            return files.anyMatch(file -> file.getFileName().toString().equals(extension + ".control"));
        }
    }

    /** Where it answers OAI-PMH. */
    URI oai() {
        return base.resolve("/oai.xml");
    }

    /** Takes back what {@code stars.rd} published: its records become tombstones. */
    void unpublish() throws IOException, InterruptedException {
        dachs("pub", "-u", "stars/q");
    }

    private void prepare() throws IOException, InterruptedException {
        Path inputs = Files.createDirectories(folder.resolve("root/inputs/stars"));
        Files.createDirectories(folder.resolve("home"));
        try (var file = DachsServer.class.getResourceAsStream("dachs/stars.rd")) {
            Files.write(inputs.resolve("q.rd"), file.readAllBytes());
        }
        String group = "root".equals(System.getProperty("user.name")) ? "nogroup" : out("id", "-gn");
        Files.writeString(folder.resolve("gavo.rc"), """
                [general]
                rootDir: %s
                gavoGroup: %s
                group: %s
                [web]
                bindAddress: 127.0.0.1
                serverPort: %d
                serverURL: %s
                [ivoa]
                authority: %s
                oaipmhPageSize: 2
                """.formatted(
                        folder.resolve("root"), group, group, base.getPort(), base, AUTHORITY));
        if ("root".equals(System.getProperty("user.name"))) {
            run(List.of("chown", "-R", "nobody:nogroup", folder.toString()));
            as.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        }
        DatabaseSettings settings = database.database(2);
        String name = settings.url().substring(settings.url().lastIndexOf('/') + 1);
        dachs("init", "-d", "host=127.0.0.1 port=" + database.port() + " user=" + settings.user() + " dbname=" + name);
        dachs("imp", "stars/q");
        dachs("pub", "//services", "//tap", "stars/q");
    }

    private void begin() throws IOException {
        server = builder("serve", "debug")
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest identify =
                HttpRequest.newBuilder(URI.create(oai() + "?verb=Identify")).build();
        Awaitility.await("DaCHS answers")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> http.send(identify, HttpResponse.BodyHandlers.ofString())
                        .body()
                        .contains("protocolVersion"));
    }

    private void dachs(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("planisphere-dachs", ".out");
        try {
            Process process = builder(arguments).redirectOutput(output.toFile()).start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "dachs " + String.join(" ", arguments) + ": " + Files.readString(output));
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(as);
        command.add(PROGRAM.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.resolve("home").toString(),
                        "GAVOSETTINGS", folder.resolve("gavo.rc").toString(),
                        "GAVOCUSTOM", folder.resolve("none").toString()));
        return builder;
    }

    private static String out(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return text;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).start().waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // a temporary folder stays behind
        }
    }
}
