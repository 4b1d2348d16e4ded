package org.planisphere.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What one of the demo's planners runs tasks with, where that is not the machine itself: a podman or a Slurm of the demo's
 * own, begun by a script of {@code bin/}.
 */
final class DemoEngine implements AutoCloseable {
    private static final String PROCESS = "    engine: process\n";

    /** What there is to run tasks with, and how it is told of. */
    enum Sort {
        process("", "", "as a process"),
        container("cloud", "a podman of the demo's own, with an image of this machine's Python", "in a container"),
        slurm("observatory", "a Slurm of the demo's own, with this machine as its one node", "by Slurm");

        /** Name of the planner that has it. */
        final String planner;
        /** What is started. */
        final String what;
        /** How a task is run by it. */
        final String words;

        Sort(String planner, String what, String words) {
            this.planner = planner;
            this.what = what;
            this.words = words;
        }
    }

    private final Sort sort;
    private final Process process;
    private final String place;

    private DemoEngine(Sort sort, Process process, String place) {
        this.sort = sort;
        this.process = process;
        this.place = place;
    }

    /** Starts it and waits until it serves. */
    static DemoEngine start(Sort sort, Path home, Path folder) throws IOException {
        String script = sort == Sort.container ? "podman" : "slurm";
        Process process = new ProcessBuilder(
                        home.resolve("bin").resolve(script).toString(),
                        folder.resolve(script).toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .start();
        Deque<String> last = new ArrayDeque<>();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return new DemoEngine(
                        sort, process, line.substring("ready ".length()).strip());
            }
            last.addLast(line);
            if (last.size() > 5) {
                last.removeFirst();
            }
        }
        throw new Fault(
                Exit.FAULT,
                "There is no " + script + " for the demo:\n  " + String.join("\n  ", last),
                "./planisphere demo without --engine");
    }

    Sort sort() {
        return sort;
    }

    /** The platform's settings with this engine instead of the process engine. */
    String instead(String node) {
        if (sort == Sort.slurm) {
            return node.replace(PROCESS, "    engine: slurm\n    slurm:\n      conf: " + place + "\n      poll: 1s\n");
        }
        return node.replace(
                        PROCESS,
                        "    engine: container\n    container:\n      socket: " + place
                                + "\n      image: localhost/planisphere/python:3\n"
                                + "      images: [\"localhost/planisphere/*\"]\n      pull: never\n")
                .replace("    preparing: 30s\n", "    preparing: 5s\n");
    }

    /** Ends it and everything that runs in it. */
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
