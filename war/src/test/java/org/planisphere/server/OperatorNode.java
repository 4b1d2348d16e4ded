package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A node as an operator runs it, in a process of its own; can be killed, and begun again on the same port and data. */
final class OperatorNode {
    /** Who shows it may register planners at these nodes' registries. */
    static final String PUBLISHER = UUID.randomUUID().toString();

    private final String name;
    private final int port;
    private final Path data;
    private final Path config;
    private final Map<String, String> environment;
    private Process process;

    OperatorNode(Path folder, String name, String settings) throws IOException {
        this(folder, name, settings, Map.of());
    }

    /** @param environment further settings, as {@code PLANISPHERE_…} */
    OperatorNode(Path folder, String name, String settings, Map<String, String> environment) throws IOException {
        this.environment = environment;
        this.name = name;
        this.port = freePort();
        this.data = folder.resolve(name);
        this.config = Files.writeString(folder.resolve(name + ".yaml"), settings);
    }

    /** Other settings, from the next beginning on: such as those that name another node's address. */
    void settings(String settings) throws IOException {
        Files.writeString(config, settings);
    }

    URI planner() {
        return URI.create("http://127.0.0.1:" + port + "/planner");
    }

    URI registry() {
        return URI.create("http://127.0.0.1:" + port + "/registry");
    }

    /** Begins to start it. */
    void begin() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "../planisphere",
                "up",
                "--quick",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--config",
                config.toString());
        builder.environment().put("PLANISPHERE_BUILT", "1");
        builder.environment().put("PLANISPHERE_REGISTRY_PUBLISH_TOKEN", PUBLISHER);
        builder.environment().putAll(environment);
        builder.redirectError(errors().toFile());
        process = builder.start();
    }

    void awaitReady() throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); ; line = out.readLine()) {
            assertThat(line).as(name + ": " + Files.readString(errors())).isNotNull();
            if (line.startsWith("ready ")) {
                return;
            }
        }
    }

    /** Begins it where it cannot be begun; what it says of that. */
    String refused() throws IOException, InterruptedException {
        begin();
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        return Files.readString(errors());
    }

    /** {@code kill -9}: the script has become the Java process by then. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Where it keeps what it has. */
    Path data() {
        return data;
    }

    /** Stops it where it stands ({@code SIGSTOP}); its connections stay open. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on after {@link #freeze}. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** As if somebody had taken its disk. */
    void forgetEverything() throws IOException, InterruptedException {
        kill();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        begin();
        awaitReady();
    }

    private Path errors() {
        return config.resolveSibling(name + ".err");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
