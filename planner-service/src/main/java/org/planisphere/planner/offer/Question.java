package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.task.Task;

/**
 * Everything a decision rests on: the same question always has the same answer.
 *
 * @param sites at least one
 * @param allowances at least one; every one of them must have room
 * @param view of the accounts of all sites and allowances
 * @param hold whether the offers are to be held, and so count as open offers
 * @param maxOffers most offers, at least 1 and at most the settings'
 */
public record Question(
        Task task,
        List<Site> sites,
        List<Allowance> allowances,
        Ledger.View view,
        Instant now,
        DeskSettings settings,
        boolean hold,
        int maxOffers) {
    public Question {
        sites = List.copyOf(sites);
        allowances = List.copyOf(allowances);
        if (sites.isEmpty() || allowances.isEmpty() || maxOffers < 1) {
            throw new IllegalArgumentException("a question is put to somebody, for somebody");
        }
    }
}
