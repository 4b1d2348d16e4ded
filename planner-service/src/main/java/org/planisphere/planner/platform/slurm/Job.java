package org.planisphere.planner.platform.slurm;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;

/**
 * A job as Slurm sees it.
 *
 * @param name only of jobs that are the planner's own; else empty
 * @param comment as {@code name}
 * @param state {@code PENDING}, {@code RUNNING} …
 * @param reason why it is in that state; {@code None} where Slurm gives none
 * @param start when it began or is expected to; null where nobody knows
 * @param end when it ended or must; null where nobody knows
 * @param amounts what it has, or asks for while it waits; processors as Slurm counts them
 * @param code exit code of its script
 * @param signal that ended it, or 0
 */
record Job(
        long id,
        String name,
        String comment,
        String state,
        String reason,
        @Nullable Instant start,
        @Nullable Instant end,
        Amounts amounts,
        int code,
        int signal) {
    private static final Set<String> WAITING = Set.of(
            "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD");
    private static final Set<String> OVER = Set.of(
            "COMPLETED",
            "FAILED",
            "TIMEOUT",
            "CANCELLED",
            "OUT_OF_MEMORY",
            "NODE_FAIL",
            "BOOT_FAIL",
            "DEADLINE",
            "PREEMPTED",
            "REVOKED");

    boolean waiting() {
        return WAITING.contains(state);
    }

    /** Whether nothing of it runs any more. What is neither this nor waiting has something of a node. */
    boolean over() {
        return OVER.contains(state);
    }
}
