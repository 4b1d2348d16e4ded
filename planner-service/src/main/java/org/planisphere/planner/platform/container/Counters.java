package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel counts of one run, read from its control groups of version 1 or 2. Engines remove these groups soon after
 * the run's end, and podman does not tell on version 1 whether memory ran out, so they are read often while it runs.
 */
final class Counters {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final @Nullable Path memory;
    private final @Nullable Path cpu;
    private final boolean second;
    private volatile long kills;
    private volatile long peak;
    private volatile double seconds;

    private Counters(@Nullable Path memory, @Nullable Path cpu, boolean second) {
        this.memory = memory;
        this.cpu = cpu;
        this.second = second;
    }

    /** Of the groups that the process is in; empty when this host does not show them. */
    static Optional<Counters> of(long pid) {
        Path memory = null;
        Path cpu = null;
        Path unified = null;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
                String[] fields = line.split(":", 3);
                String inner = fields[2].replaceFirst("^/", "");
                if (fields[0].equals("0") && fields[1].isEmpty()) {
                    unified = ROOT.resolve(inner);
                }
                for (String controller : fields[1].split(",")) {
                    if (controller.equals("memory")) {
                        memory = ROOT.resolve("memory").resolve(inner);
                    } else if (controller.equals("cpuacct")) {
                        cpu = ROOT.resolve("cpuacct").resolve(inner);
                    }
                }
            }
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
        if (memory != null || cpu != null) {
            return Optional.of(new Counters(memory, cpu, false));
        }
        if (unified != null && Files.exists(unified.resolve("memory.events"))) {
            return Optional.of(new Counters(unified, unified, true));
        }
        return Optional.empty();
    }

    /** Reads them once more; what cannot be read any more stays as it was. */
    void read() {
        if (second) {
            kills = Math.max(kills, field(memory, "memory.events", "oom_kill", 0));
            peak = Math.max(peak, Math.max(number(memory, "memory.peak"), number(memory, "memory.current")));
            seconds = Math.max(seconds, field(cpu, "cpu.stat", "usage_usec", 0) / 1e6);
        } else {
            kills = Math.max(kills, field(memory, "memory.oom_control", "oom_kill", 0));
            peak = Math.max(peak, number(memory, "memory.max_usage_in_bytes"));
            seconds = Math.max(seconds, number(cpu, "cpuacct.usage") / 1e9);
        }
    }

    /** How many of its processes the kernel has killed because memory ran out. */
    long kills() {
        return kills;
    }

    /** Bytes. */
    long peak() {
        return peak;
    }

    double seconds() {
        return seconds;
    }

    private static long number(@Nullable Path group, String file) {
        try {
            return group == null
                    ? 0
                    : Long.parseLong(Files.readString(group.resolve(file)).trim());
        } catch (IOException | NumberFormatException gone) {
            return 0;
        }
    }

    private static long field(@Nullable Path group, String file, String name, long fallback) {
        if (group == null) {
            return fallback;
        }
        try {
            for (String line : Files.readAllLines(group.resolve(file))) {
                if (line.startsWith(name + " ")) {
                    return Long.parseLong(line.substring(name.length() + 1).trim());
                }
            }
        } catch (IOException | NumberFormatException gone) {
            return fallback;
        }
        return fallback;
    }
}
