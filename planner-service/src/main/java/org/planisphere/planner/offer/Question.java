package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.Task;

/**
 * Everything a decision rests on: the same question always has the same answer.
 *
 * @param sites at least one
 * @param standing what the caller may have
 * @param view of the accounts of all sites and of the standing
 * @param hold whether the offers are to be held, and so count as open offers
 * @param maxOffers most offers, at least 1 and at most the settings'
 */
public record Question(
        Task task,
        List<Site> sites,
        Standing standing,
        Ledger.View view,
        Instant now,
        DeskSettings settings,
        boolean hold,
        int maxOffers) {
    public Question {
        sites = List.copyOf(sites);
        if (sites.isEmpty() || maxOffers < 1) {
            throw new IllegalArgumentException("a question is put to somebody, for somebody");
        }
    }

    /** A question without a policy. */
    public Question(
            Task task,
            List<Site> sites,
            List<Allowance> allowances,
            Ledger.View view,
            Instant now,
            DeskSettings settings,
            boolean hold,
            int maxOffers) {
        this(task, sites, Standing.of(allowances), view, now, settings, hold, maxOffers);
    }

    /** Every allowance of the caller. */
    public List<Allowance> allowances() {
        return standing.allowances();
    }
}
