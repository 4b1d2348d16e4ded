package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Task;

/**
 * An {@link Offer} as decided, before it has a name. Parameters as there.
 */
public record Draft(
        String platform,
        Task task,
        Amounts granted,
        @Nullable String shape,
        Schedule schedule,
        Instant expires,
        List<Bound> costs,
        List<Bound> metrics,
        List<Claim> claims,
        boolean network,
        List<Message> messages,
        @Nullable Funding funding,
        @Nullable Original original) {
    public Draft {
        costs = List.copyOf(costs);
        metrics = List.copyOf(metrics);
        claims = List.copyOf(claims);
        messages = List.copyOf(messages);
    }

    /** A draft of an offer that is ours from the beginning. */
    public Draft(
            String platform,
            Task task,
            Amounts granted,
            @Nullable String shape,
            Schedule schedule,
            Instant expires,
            List<Bound> costs,
            List<Bound> metrics,
            List<Claim> claims,
            boolean network,
            List<Message> messages,
            @Nullable Funding funding) {
        this(
                platform, task, granted, shape, schedule, expires, costs, metrics, claims, network, messages, funding,
                null);
    }

    /** The same draft under these terms. */
    Draft under(List<Claim> drawnOn, List<Message> said, @Nullable Funding paid) {
        return new Draft(
                platform, task, granted, shape, schedule, expires, costs, metrics, drawnOn, network, said, paid,
                original);
    }
}
