package org.planisphere.planner.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Window;

/**
 * What one holder has at one instant, for people who look at it.
 *
 * @param used held and confirmed, at that instant
 * @param left of the limit, at that instant
 * @param held the part of it that open offers hold, at that instant
 * @param open how many offers are open
 */
public record Usage(Allowance allowance, Instant at, Amounts used, Amounts left, Amounts held, int open) {
    /** The use of each allowance now, by the picture's clock. */
    public static List<Usage> of(List<Allowance> allowances, Ledger.View view) {
        Instant now = view.now();
        List<Usage> usage = new ArrayList<>(allowances.size());
        for (Allowance allowance : allowances) {
            Window instant = new Window(now, now.plus(Duration.ofMillis(1)));
            Amounts used = view.timeline(allowance.account()).peak(instant);
            usage.add(new Usage(
                    allowance,
                    now,
                    used,
                    left(allowance.limit(), used),
                    view.holds(allowance.account()).peak(instant),
                    view.held(allowance.account())));
        }
        return usage;
    }

    private static Amounts left(Amounts limit, Amounts used) {
        return new Amounts(
                Math.max(0, limit.cores() - used.cores()),
                Math.max(0, limit.memory() - used.memory()),
                Math.max(0, limit.storage() - used.storage()),
                Math.max(0, limit.accelerators() - used.accelerators()),
                Math.max(0, limit.sessions() - used.sessions()));
    }
}
