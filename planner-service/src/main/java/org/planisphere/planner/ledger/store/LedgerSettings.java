package org.planisphere.planner.ledger.store;

import java.time.Duration;
import org.planisphere.planner.ledger.SlotAxis;

/**
 * How the ledger works.
 *
 * @param axis the slots it counts in; the same on every node of a database
 * @param batch proposals in one transaction at most
 * @param queue proposals that may wait; more are refused with {@link
 *     org.planisphere.planner.ledger.LedgerUnavailable}
 * @param keep how long use is remembered in memory after it ended
 * @param compactAfter entries of one account after which a snapshot takes their place
 * @param compactEvery how often accounts are looked through for that; zero for never
 * @param sweep how often the log is looked through for what other nodes appended, where nodes share a database
 * @param idle how often the database's clock is read when nothing else happens
 */
public record LedgerSettings(
        SlotAxis axis,
        int batch,
        int queue,
        Duration keep,
        long compactAfter,
        Duration compactEvery,
        Duration sweep,
        Duration idle) {

    /** Slots of a minute, batches of 256, a queue of 8192. */
    public static LedgerSettings usual() {
        return new LedgerSettings(
                SlotAxis.MINUTES,
                256,
                8_192,
                Duration.ofHours(1),
                10_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10));
    }

    public LedgerSettings withAxis(SlotAxis other) {
        return new LedgerSettings(other, batch, queue, keep, compactAfter, compactEvery, sweep, idle);
    }

    public LedgerSettings withQueue(int most) {
        return new LedgerSettings(axis, batch, most, keep, compactAfter, compactEvery, sweep, idle);
    }

    public LedgerSettings withCompaction(long after, Duration every) {
        return new LedgerSettings(axis, batch, queue, keep, after, every, sweep, idle);
    }

    public LedgerSettings withSweep(Duration every) {
        return new LedgerSettings(axis, batch, queue, keep, compactAfter, compactEvery, every, idle);
    }
}
