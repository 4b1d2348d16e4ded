package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Task;

/**
 * One offer: what the task gets, where, when and at what cost. Everything the request left open is filled in. Immutable;
 * stored with its session, and never decided again (only its costs follow a change of the duration).
 *
 * @param id the session's UUID
 * @param platform the platform's id
 * @param task as asked, with every range closed to what is granted ({@code min == max}) and storage and data named
 * @param granted what is reserved; memory and storage in MiB
 * @param shape name of the fixed size, where the platform has such
 * @param costs quoted
 * @param metrics reached
 * @param claims accounts it draws on
 * @param components UUIDs of the parts, by their place: {@code executable}, {@code compute}, {@code storage/0},
 *     {@code data/0}, {@code compute/volumes/0}
 * @param messages what the asker should know (a limit this host cannot enforce …)
 * @param funding under which grant, and who pays; null without a policy
 * @param original whose place this offer takes; null for one that is ours from the beginning
 */
public record Offer(
        UUID id,
        String platform,
        Task task,
        Amounts granted,
        @Nullable String shape,
        Schedule schedule,
        Instant expires,
        List<Bound> costs,
        List<Bound> metrics,
        List<Claim> claims,
        java.util.Map<String, UUID> components,
        boolean network,
        List<Message> messages,
        @Nullable Funding funding,
        @Nullable Original original) {
    public Offer {
        costs = List.copyOf(costs);
        metrics = List.copyOf(metrics);
        claims = List.copyOf(claims);
        components = java.util.Map.copyOf(components);
        messages = List.copyOf(messages);
    }

    /** An offer without a policy that is ours from the beginning. */
    public Offer(
            UUID id,
            String platform,
            Task task,
            Amounts granted,
            @Nullable String shape,
            Schedule schedule,
            Instant expires,
            List<Bound> costs,
            List<Bound> metrics,
            List<Claim> claims,
            java.util.Map<String, UUID> components,
            boolean network,
            List<Message> messages) {
        this(
                id,
                platform,
                task,
                granted,
                shape,
                schedule,
                expires,
                costs,
                metrics,
                claims,
                components,
                network,
                messages,
                null,
                null);
    }

    /** The same offer at other costs: what another duration of its run comes to. */
    public Offer at(List<Bound> otherCosts) {
        return new Offer(
                id,
                platform,
                task,
                granted,
                shape,
                schedule,
                expires,
                otherCosts,
                metrics,
                claims,
                components,
                network,
                messages,
                funding,
                original);
    }
}
