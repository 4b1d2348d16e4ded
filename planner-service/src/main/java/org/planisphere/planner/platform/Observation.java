package org.planisphere.planner.platform;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an engine sees of a session. */
public sealed interface Observation {
    /** Never started here, or released by a platform that does not {@linkplain Platform#remembers remember}. */
    record Absent() implements Observation {}

    /** Prepared and waiting to be started. */
    record Prepared() implements Observation {}

    /**
     * Handed over and waiting for its turn at the platform, which starts it by itself.
     *
     * @param detail half a sentence for people
     */
    record Pending(String detail) implements Observation {}

    /** Running since then. */
    record Running(Instant since, Usage usage) implements Observation {}

    /**
     * Ended. {@code exitCode} is the program's own, or 128 + signal, or -1 when it cannot be known.
     *
     * @param detail one sentence for people
     */
    record Ended(End end, int exitCode, Instant since, Instant until, Usage usage, String detail)
            implements Observation {
        private static final Pattern PRINTED = Pattern.compile("It printed more than ([0-9]{1,15}) MiB[.]");

        /** How many MiB it could print, where it was ended for printing more: engines say that in these words. */
        public OptionalLong printable() {
            Matcher printed = PRINTED.matcher(detail);
            return printed.matches() ? OptionalLong.of(Long.parseLong(printed.group(1))) : OptionalLong.empty();
        }
    }

    /** How a run came to its end. */
    enum End {
        /** By itself, with exit code 0. */
        SUCCEEDED,
        /** By itself, with another exit code or a signal of its own. */
        FAILED,
        /** It used more memory than it was granted. */
        OUT_OF_MEMORY,
        /** Its duration was over. */
        OUT_OF_TIME,
        /** It wrote more than it was granted, or printed more than any run may. */
        OUT_OF_STORAGE,
        /** Stopped by {@link Platform#cancel}. */
        CANCELLED,
        /** It is gone and nobody knows why: the host went down, the record was lost. */
        LOST
    }

    /**
     * What a run has used. 0 where the host cannot tell.
     *
     * @param cpuSeconds processor time
     * @param peakMemory bytes
     * @param storage bytes in the work folder when last seen
     * @param moved bytes brought in for it and taken out
     * @param energy kWh, where the engine measures it; else it is reckoned from the processor time
     */
    record Usage(double cpuSeconds, long peakMemory, long storage, long moved, double energy) {
        public static final Usage UNKNOWN = new Usage(0, 0, 0);

        /** Of an engine that counts neither what is moved nor energy. */
        public Usage(double cpuSeconds, long peakMemory, long storage) {
            this(cpuSeconds, peakMemory, storage, 0, 0);
        }
    }
}
