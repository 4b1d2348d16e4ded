package org.planisphere.planner.platform.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Divides what a session was granted among its services: each gets what its limits say, and those without a limit equal
 * parts of the rest. Together they never get more than was granted. Pure.
 */
public final class Portions {
    private static final long NANOS = 1_000_000_000L;
    /** What a service that says nothing needs at least: billionths of a processor, bytes, processes. */
    private static final long LEAST_CPU = NANOS / 20;

    private static final long LEAST_MEMORY = 16L << 20;
    private static final long LEAST_PROCESSES = 4;

    private final ComposeFile file;

    public Portions(ComposeFile file) {
        this.file = file;
    }

    /**
     * What a session, or one service of it, may use.
     *
     * @param cpus in billionths of a processor
     * @param memory bytes
     */
    public record Portion(long cpus, long memory, long processes) {}

    /** What the services need together. */
    public Portion least() {
        return new Portion(
                sum(Portions::cpus, LEAST_CPU),
                sum(Portions::memory, LEAST_MEMORY),
                sum(Portions::processes, LEAST_PROCESSES));
    }

    /** What each service gets of it; empty with the reasons in {@code faults} when it does not suffice. */
    public Map<String, Portion> of(Portion granted, List<ComposeFault> faults) {
        Portion least = least();
        wants(faults, "processors", least.cpus() / (double) NANOS, granted.cpus() / (double) NANOS);
        wants(faults, "MiB of memory", (double) up(least.memory()), (double) (granted.memory() >> 20));
        wants(faults, "processes", (double) least.processes(), (double) granted.processes());
        if (!faults.isEmpty()) {
            return Map.of();
        }
        List<Long> cpus = divided(granted.cpus(), Portions::cpus);
        List<Long> memory = divided(granted.memory(), Portions::memory);
        List<Long> processes = divided(granted.processes(), Portions::processes);
        Map<String, Portion> portions = new LinkedHashMap<>();
        for (int i = 0; i < file.services().size(); i++) {
            portions.put(file.services().get(i).name(), new Portion(cpus.get(i), memory.get(i), processes.get(i)));
        }
        return portions;
    }

    private static void wants(List<ComposeFault> faults, String of, double needed, double granted) {
        if (needed > granted) {
            faults.add(new ComposeFault(
                    "services", "they need " + number(needed) + " " + of + " together, and have " + number(granted)));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private static long up(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }

    private static @Nullable Long cpus(Service.Limits limits) {
        Double cpus = limits.cpus();
        return cpus == null ? null : (long) Math.ceil(cpus * NANOS);
    }

    private static @Nullable Long memory(Service.Limits limits) {
        return limits.memory();
    }

    private static @Nullable Long processes(Service.Limits limits) {
        return limits.processes();
    }

    private long sum(Function<Service.Limits, @Nullable Long> limit, long usual) {
        return file.services().stream()
                .mapToLong(service -> {
                    Long own = limit.apply(service.limits());
                    return own == null ? usual : own;
                })
                .sum();
    }

    private List<Long> divided(long granted, Function<Service.Limits, @Nullable Long> limit) {
        long open = file.services().stream()
                .filter(service -> limit.apply(service.limits()) == null)
                .count();
        long part = open == 0 ? 0 : (granted - sum(limit, 0)) / open;
        List<Long> parts = new ArrayList<>();
        for (Service service : file.services()) {
            Long own = limit.apply(service.limits());
            parts.add(own == null ? part : own);
        }
        return parts;
    }
}
