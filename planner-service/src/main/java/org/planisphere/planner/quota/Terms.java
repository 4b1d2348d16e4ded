package org.planisphere.planner.quota;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a caller may be granted something: every offer is made under exactly one.
 *
 * @param title for people
 * @param allowances all of them must have room at every instant; at least one
 * @param budgets all of them must have enough left in every period
 * @param priority of several terms that give the same, the highest pays
 * @param funding null where there is no policy
 * @param share the share that it is counted on; null where no group has one
 */
public record Terms(
        String title,
        Rules rules,
        List<Allowance> allowances,
        List<Budget> budgets,
        int priority,
        @Nullable Funding funding,
        @Nullable Share share) {
    public Terms {
        allowances = List.copyOf(allowances);
        budgets = List.copyOf(budgets);
        if (allowances.isEmpty()) {
            throw new IllegalArgumentException("terms have at least one allowance");
        }
    }

    /** Terms without a policy. */
    public static Terms of(List<Allowance> allowances) {
        return new Terms("", Rules.OPEN, allowances, List.of(), 0, null, null);
    }

    /** The same terms with one more allowance. */
    Terms plus(Allowance more) {
        List<Allowance> all = new ArrayList<>(allowances);
        all.add(more);
        return new Terms(title, rules, all, budgets, priority, funding, share);
    }

    /** The grant that says so; null where there is no policy. */
    public @Nullable String grant() {
        return funding == null ? null : funding.grant();
    }

    /** By which prices are multiplied. */
    public double factor() {
        return funding == null ? 1 : funding.factor();
    }

    /** The fair-share factor of who pays; 1 where no group has a share. */
    public double fairness() {
        return share == null ? 1 : share.factor();
    }

    /** A name by which terms are told apart and put in order. */
    public String id() {
        return funding == null ? "" : funding.grant() + "@" + funding.group();
    }
}
