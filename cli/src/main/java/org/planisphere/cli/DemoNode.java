package org.planisphere.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One node of the demo: a process of its own, started as an operator would start it. */
final class DemoNode {
    private static final int LAST_LINES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final String name;
    private final Path data;
    private final Process process;
    private final Instant started = Instant.now();
    private final CompletableFuture<URI> ready = new CompletableFuture<>();
    private final Deque<String> last = new ArrayDeque<>();

    private DemoNode(String name, Path data, Process process) {
        this.name = name;
        this.data = data;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param home the checkout
     * @param data its folder, empty
     * @param secrets settings that other users of this machine must not see on a command line, as variables
     */
    static DemoNode start(
            Path home,
            String name,
            int port,
            Path data,
            Path config,
            List<String> settings,
            Map<String, String> secrets) {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("planisphere").toString(),
                "up",
                "--quick",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--config",
                config.toString()));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        // What is set for a node of the user's own must not change the demo.
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("PLANISPHERE_")
                        && !variable.equals("PLANISPHERE_JAVA")
                        && !variable.equals("PLANISPHERE_JAVA_OPTS"));
        builder.environment().putAll(secrets);
        try {
            Process process = builder.start();
            DemoNode node = new DemoNode(name, data, process);
            Files.writeString(data.resolve("pid"), process.pid() + "\n");
            node.listen();
            return node;
        } catch (IOException cannot) {
            throw new Fault(Exit.FAULT, name + " cannot be started: " + cannot.getMessage(), null);
        }
    }

    String name() {
        return name;
    }

    Path log() {
        return data.resolve("console.log");
    }

    boolean running() {
        return process.isAlive();
    }

    /** How long it took; only when it is ready. */
    Duration took() {
        return Duration.between(started, Instant.now());
    }

    /** Its address once it answers; fails with a {@link Fault} when it ends before. */
    CompletableFuture<URI> ready() {
        return ready;
    }

    void onEnd(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Asks it to end, and ends it when it does not. */
    void stop() {
        process.destroy();
    }

    /** Waits for its end; kills it when its time is over. */
    void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
            Files.deleteIfExists(data.resolve("pid"));
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException kept) {
            // a stale pid file is looked through at the next start
        }
    }

    /** Ends what an earlier demo that was killed has left behind in this folder. */
    static void endLeftover(Path data) {
        try {
            long pid = Long.parseLong(Files.readString(data.resolve("pid")).strip());
            Optional<ProcessHandle> left = ProcessHandle.of(pid);
            if (left.isEmpty()) {
                return;
            }
            // Numbers are used again: only a process that was started for this folder is ours.
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
            if (line.contains("\0" + data + "\0")) {
                left.get().destroy();
                left.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException
                | NumberFormatException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException none) {
            // nothing is left, or it cannot be told: the start of the new one will say so
        }
    }

    private void listen() throws IOException {
        Writer log = Files.newBufferedWriter(log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Thread reader = new Thread(() -> read(log), "planisphere-" + name);
        reader.setDaemon(true);
        reader.start();
        process.onExit()
                .thenAccept(ended -> ready.completeExceptionally(new Fault(
                        Exit.FAULT,
                        name + " has ended with status " + ended.exitValue() + " before it was ready:\n  "
                                + lastLines(),
                        "read " + log())));
    }

    private void read(Writer log) {
        try (log;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                log.write(line);
                log.write('\n');
                log.flush();
                synchronized (last) {
                    last.addLast(line);
                    if (last.size() > LAST_LINES) {
                        last.removeFirst();
                    }
                }
                if (line.startsWith("ready http")) {
                    ready.complete(URI.create(line.substring("ready ".length()).strip()));
                }
            }
        } catch (IOException ended) {
            // the node is gone, or the disk is full: both show elsewhere
        }
    }

    private String lastLines() {
        synchronized (last) {
            return String.join("\n  ", last);
        }
    }
}
