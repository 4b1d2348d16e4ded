package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.quota.Budget;

/**
 * The budgets on which one platform's offers would draw: what is left of them in the periods that a window touches,
 * beside what the ledger has and beside drafts that will be held with it. Pure.
 */
final class Budgets {
    private final Ledger.View view;
    private final Instant now;
    private final List<Budget> budgets;
    private final Quote quote;

    Budgets(Ledger.View view, Instant now, List<Budget> budgets, Quote quote) {
        this.view = view;
        this.now = now;
        this.budgets = budgets;
        this.quote = quote;
    }

    /** A budget and the period in which it has too little left. */
    record Short(Budget budget, Meter.Excess excess) {}

    /** The first budget that has too little left; empty when all have enough. */
    Optional<Short> lacking(Window window, Size size, List<Draft> beside) {
        for (Budget budget : budgets) {
            Meter meter = meter(budget, size);
            for (Meter.Charge charge : meter.charges(window, size.amounts(), true)) {
                Amounts used = used(budget, charge.period(), beside);
                Amounts limit = meter.limit(view.timeline(budget.account()), budget.limit(), charge.period(), now);
                for (Resource resource : Resource.values()) {
                    long asked = charge.amounts().of(resource);
                    if (asked > 0 && used.of(resource) + asked > limit.of(resource)) {
                        return Optional.of(new Short(
                                budget,
                                new Meter.Excess(
                                        charge.period(), resource, asked, used.of(resource), limit.of(resource))));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The largest amounts, at most these, whose time in the window the budgets can bear; money is not looked at. */
    Amounts bearable(Window window, Amounts most, List<Draft> beside) {
        long[] least = new long[Resource.values().length];
        for (Resource resource : Resource.values()) {
            least[resource.ordinal()] = most.of(resource);
        }
        Amounts one = new Amounts(1, 1, 1, 1, 0);
        for (Budget budget : budgets) {
            Meter meter = budget.meter(0, 0);
            for (Meter.Charge charge : meter.charges(window, one, true)) {
                Amounts used = used(budget, charge.period(), beside);
                Amounts limit = meter.limit(view.timeline(budget.account()), budget.limit(), charge.period(), now);
                for (Resource resource : Resource.values()) {
                    long each = charge.amounts().of(resource);
                    if (each > 0) {
                        long left = Math.max(0, limit.of(resource) - used.of(resource)) / each;
                        least[resource.ordinal()] = Math.min(least[resource.ordinal()], left);
                    }
                }
            }
        }
        return new Amounts(least[0], least[1], least[2], least[3], least[4]);
    }

    /** What an offer of this size claims of the budgets. */
    List<Claim> claims(Size size) {
        List<Claim> claims = new ArrayList<>(budgets.size());
        for (Budget budget : budgets) {
            claims.add(new Claim(budget.account(), budget.limit(), Integer.MAX_VALUE, meter(budget, size)));
        }
        return claims;
    }

    private Meter meter(Budget budget, Size size) {
        return budget.meter(quote.fee(), quote.perHour(size.amounts(), size.factor()));
    }

    private Amounts used(Budget budget, Window period, List<Draft> beside) {
        Amounts used = Meter.used(view.timeline(budget.account()), period);
        for (Draft draft : beside) {
            Meter meter = meter(draft, budget.account());
            if (meter != null) {
                for (Meter.Charge charge : meter.charges(draft.schedule().window(), draft.granted(), true)) {
                    used = charge.period().equals(period) ? used.plus(charge.amounts()) : used;
                }
            }
        }
        return used;
    }

    private static @Nullable Meter meter(Draft draft, Account account) {
        for (Claim claim : draft.claims()) {
            if (claim.account().equals(account)) {
                return claim.meter();
            }
        }
        return null;
    }
}
