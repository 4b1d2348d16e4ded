package org.planisphere.planner.platform;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.planisphere.planner.staging.JsonFile;

/**
 * How long things took the last times: pulling an image, fetching from a source. Measured by whoever does them, asked by
 * whoever quotes them. Kept in one file; the least recently measured are forgotten. Thread safe.
 */
public final class LearnedTimes {
    private static final int MOST = 1000;
    /** How much the newest measurement counts against all before it. */
    private static final double NEWEST = 0.4;

    private final Path file;
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    /** @param file read when it is there; one that cannot be read is begun anew */
    public LearnedTimes(Path file) {
        this.file = file;
        try {
            JsonFile.read(file).orElse(Map.of()).forEach((key, value) -> {
                if (value instanceof Number number && number.doubleValue() >= 0) {
                    seconds.put(key, number.doubleValue());
                }
            });
        } catch (IOException e) {
            System.getLogger(LearnedTimes.class.getName())
                    .log(Level.WARNING, "learned times cannot be read and are learned anew: " + e.getMessage());
        }
    }

    /** What is expected after what was measured; empty when nothing was. */
    public synchronized Optional<Duration> of(String key) {
        Double known = seconds.get(key);
        return known == null ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(known * 1000)));
    }

    /** Learns from one measurement: recent ones count more than old ones. */
    public synchronized void measured(String key, Duration took) {
        double now = took.toMillis() / 1000.0;
        Double before = seconds.remove(key);
        seconds.put(key, before == null ? now : NEWEST * now + (1 - NEWEST) * before);
        if (seconds.size() > MOST) {
            seconds.remove(seconds.keySet().iterator().next());
        }
        try {
            JsonFile.write(file, seconds);
        } catch (IOException e) {
            System.getLogger(LearnedTimes.class.getName())
                    .log(Level.WARNING, "a learned time cannot be kept: " + e.getMessage());
        }
    }
}
