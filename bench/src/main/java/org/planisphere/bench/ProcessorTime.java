package org.planisphere.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Processor time in milliseconds, as the kernel counts it: what others do on the machine is not in it, nor is waiting.
 *
 * @param node of the node's own process
 * @param started of all that it started, of processes that have ended too
 * @param database of the database's processes, where it has any
 * @param callers of this process
 */
record ProcessorTime(double node, double started, double database, double callers) {
    /** The kernel's unit in its files under /proc: hundredths of a second on every Linux. */
    private static final double TICK = 10;

    private static final int OWN = 11;
    private static final int CHILDREN = 13;

    /** Up to now. */
    static ProcessorTime of(long node, OptionalLong database) {
        return new ProcessorTime(
                ticks(node, OWN) * TICK,
                below(node) * TICK,
                database.isPresent() ? (both(database.getAsLong()) + below(database.getAsLong())) * TICK : 0,
                ticks(ProcessHandle.current().pid(), OWN) * TICK);
    }

    /** For each of so many, since then. */
    ProcessorTime each(ProcessorTime then, long count) {
        return new ProcessorTime(
                (node - then.node) / count,
                (started - then.started) / count,
                (database - then.database) / count,
                (callers - then.callers) / count);
    }

    double all() {
        return node + started + database + callers;
    }

    private static long below(long process) {
        return ProcessHandle.of(process).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(one -> both(one.pid()))
                .sum();
    }

    private static long both(long process) {
        return ticks(process, OWN) + ticks(process, CHILDREN);
    }

    /** In user and system mode, of the process or of its children that have ended; 0 when it has gone. */
    private static long ticks(long process, int from) {
        try {
            String text =
                    Files.readString(Path.of("/proc", Long.toString(process), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[from]) + Long.parseLong(fields[from + 1]);
        } catch (IOException gone) {
            return 0;
        }
    }
}
