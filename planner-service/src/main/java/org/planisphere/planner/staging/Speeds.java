package org.planisphere.planner.staging;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How quickly bytes came from each source the last times. Kept in one file; the least recently measured are forgotten.
 * Thread safe.
 */
public final class Speeds {
    private static final int MOST = 1000;
    /** Below it, the time is that of asking rather than of bringing. */
    private static final long LEAST = 64 << 10;
    /** Bytes a second, of who was never measured: a quick line, not more. */
    private static final double UNKNOWN = 50 << 20;
    /** How much the newest measurement counts against all before it. */
    private static final double NEWEST = 0.4;

    private final @Nullable Path file;
    private final Map<String, Double> bytesPerSecond = new LinkedHashMap<>();

    /** @param file read when it is there; null to keep nothing; one that cannot be read is begun anew */
    public Speeds(@Nullable Path file) {
        this.file = file;
        if (file == null) {
            return;
        }
        try {
            JsonFile.read(file).orElse(Map.of()).forEach((key, value) -> {
                if (value instanceof Number number && number.doubleValue() > 0) {
                    bytesPerSecond.put(key, number.doubleValue());
                }
            });
        } catch (IOException e) {
            System.getLogger(Speeds.class.getName())
                    .log(Level.WARNING, "learned speeds cannot be read and are learned anew: " + e.getMessage());
        }
    }

    /** What bringing so many bytes from there is expected to take. */
    public synchronized Duration expected(String whence, long bytes) {
        double speed = bytesPerSecond.getOrDefault(whence, UNKNOWN);
        return Duration.ofMillis(
                (long) Math.min(bytes / speed * 1000, Duration.ofDays(365).toMillis()));
    }

    /** Learns from one measurement: recent ones count more than old ones. */
    public synchronized void measured(String whence, long bytes, Duration took) {
        if (bytes < LEAST) {
            return;
        }
        double now = bytes / Math.max(0.001, took.toNanos() / 1e9);
        Double before = bytesPerSecond.remove(whence);
        bytesPerSecond.put(whence, before == null ? now : 1 / (NEWEST / now + (1 - NEWEST) / before));
        if (bytesPerSecond.size() > MOST) {
            bytesPerSecond.remove(bytesPerSecond.keySet().iterator().next());
        }
        if (file != null) {
            try {
                JsonFile.write(file, bytesPerSecond);
            } catch (IOException e) {
                System.getLogger(Speeds.class.getName())
                        .log(Level.WARNING, "a learned speed cannot be kept: " + e.getMessage());
            }
        }
    }
}
