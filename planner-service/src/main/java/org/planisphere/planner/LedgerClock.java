package org.planisphere.planner;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.planisphere.planner.ledger.Ledger;

/** The database's clock, for those who ask for a clock. */
final class LedgerClock extends Clock {
    private final Ledger ledger;

    LedgerClock(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return ledger.now();
    }
}
