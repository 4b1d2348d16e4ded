package org.planisphere.planner.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Periods;
import org.planisphere.planner.quota.Rules;

/**
 * One entry of the policy.
 *
 * @param id unique in the policy
 * @param title for people
 * @param to who it is for
 * @param from it is in force from this instant on, until
 * @param person what each person may hold under it
 * @param group what each group may hold under it, all its people together
 * @param longest longest run
 * @param ahead how far ahead a run may begin
 * @param factor by which prices are multiplied
 * @param priority the highest is tried first
 * @param exportable whether results may leave
 */
public record Grant(
        String id,
        String title,
        Effect effect,
        Audience to,
        Instant from,
        Instant until,
        Rules rules,
        Holding person,
        Holding group,
        Duration longest,
        Duration ahead,
        List<Allotment> budgets,
        double factor,
        int priority,
        boolean exportable) {
    public Grant {
        budgets = List.copyOf(budgets);
    }

    /** How a grant stands to the others that apply to the same caller. */
    public enum Effect {
        /** One way more to be granted something. */
        ADD,
        /** An exception: where one applies, only such grants do, and denials. */
        OVERRIDE,
        /** Refuses what it names, whatever else is granted. */
        DENY
    }

    /** Who a grant is for: anybody who is one of these. */
    public record Audience(boolean anonymous, boolean named, Set<String> groups, Set<String> people) {
        public Audience {
            groups = Set.copyOf(groups);
            people = Set.copyOf(people);
        }
    }

    /** What may be held at any instant, and how many offers may be open. */
    public record Holding(Amounts amounts, int offers) {
        public static final Holding FREE = new Holding(Amounts.WITHOUT_LIMIT, Integer.MAX_VALUE);
    }

    /** A budget, for each person or for each group. Amounts as a meter counts them. */
    public record Allotment(boolean ofGroup, Periods periods, Amounts limit, Amounts carry) {}

    boolean inForce(Instant at) {
        return !at.isBefore(from) && at.isBefore(until);
    }
}
