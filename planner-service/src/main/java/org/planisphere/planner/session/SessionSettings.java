package org.planisphere.planner.session;

import java.time.Duration;

/**
 * How sessions are kept and driven.
 *
 * @param slot length of the ledger's slots
 * @param cancelWait how long a cancel waits for the run to be stopped before it answers
 * @param lateness how long after its latest start a run may still begin, with what remains of its time
 * @param grace how long after the end of its duration a run may take to be stopped by its engine before it is cancelled
 * @param lease how long a node keeps a platform without renewing its lease
 * @param keepEnded how long accepted sessions are kept after their end, with their results
 * @param keepAnswered how long rejected and expired offers and empty offer sets are kept
 */
public record SessionSettings(
        Duration slot,
        Duration cancelWait,
        Duration lateness,
        Duration grace,
        Duration lease,
        Duration keepEnded,
        Duration keepAnswered) {
    public static final SessionSettings DEFAULTS = new SessionSettings(
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofDays(30),
            Duration.ofDays(1));
}
