package org.planisphere.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node started as an operator starts it, by {@code ./planisphere up}. */
final class ServerUnderTest implements AutoCloseable {
    final int port;
    final double secondsToReady;
    private final Process process;

    /** @param more words for {@code ./planisphere up} */
    ServerUnderTest(Path home, Path data, Path config, Map<String, String> settings, String... more)
            throws IOException {
        port = freePort();
        Files.createDirectories(data);
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("planisphere").toString(),
                "up",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--config",
                config.toString());
        builder.command().addAll(List.of(more));
        // One address asks as often as it can.
        builder.environment().put("PLANISPHERE_LIMITS_ADDRESS_RATE", "0");
        builder.environment().put("PLANISPHERE_LIMITS_CALLER_RATE", "0");
        builder.environment().putAll(settings);
        builder.redirectError(data.resolve("stderr.txt").toFile());
        long start = System.nanoTime();
        process = builder.start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); ; line = out.readLine()) {
            if (line == null) {
                throw new IOException("the node did not start:\n" + Files.readString(data.resolve("stderr.txt")));
            }
            if (line.startsWith("ready ")) {
                break;
            }
        }
        secondsToReady = (System.nanoTime() - start) / 1e9;
    }

    /** The node's process. */
    long pid() {
        return process.pid();
    }

    /**
     * What an idle node is in memory: what it used to start goes back to the system within seconds, so it is asked until it
     * is no longer less than a second before, for ten seconds at most.
     */
    long settledMegabytes() throws IOException, InterruptedException {
        long before = Long.MAX_VALUE;
        long now = residentMegabytes();
        for (int i = 0; i < 10 && now < before; i++) {
            before = now;
            java.util.concurrent.TimeUnit.SECONDS.sleep(1);
            now = residentMegabytes();
        }
        return now;
    }

    /** Resident memory of the node in MB, its children not counted. */
    long residentMegabytes() throws IOException {
        long largest = 0;
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        for (ProcessHandle one : all) {
            Path status = Path.of("/proc", Long.toString(one.pid()), "status");
            if (Files.exists(status)) {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("VmRSS:")) {
                        largest = Math.max(largest, Long.parseLong(line.replaceAll("[^0-9]", "")) / 1000);
                    }
                }
            }
        }
        return largest;
    }

    /** {@code kill -9}: the script has become the Java process by the time it is ready. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
