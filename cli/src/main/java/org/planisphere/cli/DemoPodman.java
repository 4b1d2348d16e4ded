package org.planisphere.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The demo's own podman: begun by {@code bin/podman}, with an image made from this machine's Python. */
final class DemoPodman implements AutoCloseable {
    private final Process process;
    private final Path socket;

    private DemoPodman(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** Starts it and waits until it serves. */
    static DemoPodman start(Path home, Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        home.resolve("bin").resolve("podman").toString(), folder.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .start();
        Deque<String> last = new ArrayDeque<>();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return new DemoPodman(
                        process, Path.of(line.substring("ready ".length()).strip()));
            }
            last.addLast(line);
            if (last.size() > 5) {
                last.removeFirst();
            }
        }
        throw new Fault(
                Exit.FAULT,
                "There is no podman for the demo:\n  " + String.join("\n  ", last),
                "./planisphere demo without --engine");
    }

    /** The platform's settings with this engine instead of the process engine. */
    String instead(String node) {
        return node.replace(
                        "    engine: process\n",
                        "    engine: container\n    container:\n      socket: " + socket
                                + "\n      image: localhost/planisphere/python:3\n"
                                + "      images: [\"localhost/planisphere/*\"]\n      pull: never\n")
                .replace("    preparing: 30s\n", "    preparing: 5s\n");
    }

    /** Ends it and its containers. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
