package org.planisphere.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The program that does nothing in bubblewrap alone: no planner, no limits, no record. A helper starts and times it, since
 * a process that a JVM starts costs a second program.
 */
final class BareSandbox implements AutoCloseable {
    private static final String HELPER = """
            import os, resource, subprocess, sys, time
            argv = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/usr", "/usr",
                    "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                    "--ro-bind", "/etc", "/etc", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "/bin/true"]
            for line in sys.stdin:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                begun = time.monotonic()
                subprocess.run(argv, stdin=subprocess.DEVNULL, check=True)
                took = time.monotonic() - begun
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                print(took * 1000, used * 1000, flush=True)
            """;

    private final Process helper;
    private final BufferedReader answers;

    /** How long it took, and its processor time, in milliseconds. */
    record Took(double milliseconds, double processor) {}

    BareSandbox() throws IOException {
        helper = new ProcessBuilder("python3", "-I", "-S", "-c", HELPER)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(helper.getInputStream(), StandardCharsets.UTF_8));
    }

    Took run() throws IOException {
        OutputStream orders = helper.getOutputStream();
        orders.write('\n');
        orders.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("bubblewrap does not run here");
        }
        String[] figures = line.split(" ");
        return new Took(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }

    @Override
    public void close() throws IOException {
        helper.getOutputStream().close();
        try {
            if (!helper.waitFor(10, TimeUnit.SECONDS)) {
                helper.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
