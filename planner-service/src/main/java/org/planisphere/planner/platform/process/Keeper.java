package org.planisphere.planner.platform.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.JsonFile;

/**
 * The planner's end of {@code keeper.py}, the small process that starts the supervisors. It holds no state: when it dies
 * another is started with the next command. Thread safe.
 */
final class Keeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Keeper.class.getName());
    /** The resource beside this class. */
    static final String SCRIPT = "keeper.py";

    private final Path state;
    private final Map<String, Object> config;
    private final String python;
    private final Consumer<Map<String, Object>> listener;
    private final Runnable gone;
    private @Nullable Process process;
    private boolean closed;

    /**
     * @param state the platform's state folder
     * @param listener told every line of the keeper but its hello, on the keeper's reading thread
     * @param gone told when a keeper has ended without being closed
     */
    Keeper(
            Path state,
            Map<String, Object> config,
            String python,
            Consumer<Map<String, Object>> listener,
            Runnable gone) {
        this.state = state;
        this.config = Map.copyOf(config);
        this.python = python;
        this.listener = listener;
        this.gone = gone;
    }

    /**
     * Starts it.
     *
     * @return what the host can do, as the keeper found by trying
     */
    Map<String, Object> open() throws IOException {
        synchronized (this) {
            return launch();
        }
    }

    private Map<String, Object> launch() throws IOException {
        Path script = Script.install(Keeper.class, SCRIPT, state);
        Path file = state.resolve("config.json");
        JsonFile.write(file, config);
        ProcessBuilder builder =
                new ProcessBuilder(List.of(python, "-I", "-S", "-B", script.toString(), file.toString()));
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));
        builder.directory(state.toFile());
        builder.redirectError(
                ProcessBuilder.Redirect.appendTo(state.resolve("keeper.log").toFile()));
        Process started = builder.start();
        CompletableFuture<Map<String, Object>> hello = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(started, hello), "keeper-" + config.get("platform"));
        reader.setDaemon(true);
        reader.start();
        try {
            Map<String, Object> found = hello.get(60, TimeUnit.SECONDS);
            process = started;
            return found;
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the keeper started", e);
        } catch (ExecutionException | TimeoutException e) {
            started.destroyForcibly();
            throw new IOException("the keeper did not start; see " + state.resolve("keeper.log"), e);
        }
    }

    private void read(Process from, CompletableFuture<Map<String, Object>> hello) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Map<String, Object> message = JsonFile.parse(line);
                if (message.get("hello") instanceof Map<?, ?> found) {
                    Map<String, Object> facts = new java.util.HashMap<>();
                    found.forEach((name, value) -> facts.put(String.valueOf(name), value));
                    hello.complete(facts);
                } else {
                    listener.accept(message);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the keeper cannot be read", e);
        }
        boolean known;
        synchronized (this) {
            known = process == from && !closed;
            if (process == from) {
                process = null;
            }
        }
        if (!hello.completeExceptionally(new IOException("the keeper ended before it was ready")) && known) {
            LOG.log(
                    Level.WARNING,
                    "the keeper of {0} has ended; another is started when needed",
                    config.get("platform"));
            gone.run();
        }
    }

    /** Gives a command; starts a keeper when there is none. */
    synchronized void tell(String what, UUID session) throws IOException {
        if (closed) {
            throw new IOException("the platform is closed");
        }
        byte[] line =
                (JsonFile.line(Map.of("do", what, "id", session.toString())) + "\n").getBytes(StandardCharsets.UTF_8);
        Process now = process;
        if (now == null || !now.isAlive()) {
            launch();
        }
        try {
            write(line);
        } catch (IOException broken) {
            launch();
            write(line);
        }
    }

    private void write(byte[] line) throws IOException {
        Process now = process;
        if (now == null) {
            throw new IOException("there is no keeper");
        }
        OutputStream out = now.getOutputStream();
        out.write(line);
        out.flush();
    }

    long pid() {
        Process now = process;
        return now == null ? -1 : now.pid();
    }

    /** Ends the keeper; supervisors and runs stay. */
    @Override
    public void close() {
        Process now;
        synchronized (this) {
            closed = true;
            now = process;
        }
        if (now == null) {
            return;
        }
        try {
            now.getOutputStream().close();
            if (!now.waitFor(5, TimeUnit.SECONDS)) {
                now.destroyForcibly();
            }
        } catch (IOException e) {
            now.destroyForcibly();
        } catch (InterruptedException e) {
            now.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
