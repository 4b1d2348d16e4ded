package org.planisphere.planner.platform.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Occupied;

/**
 * What others use of a partition as far ahead as Slurm knows it, in windows that do not overlap. Where the planner was given
 * less than the whole partition, others come to its part only when they have used up the rest. Pure.
 */
final class Occupancy {
    /** So many windows at most: with more the times are rounded, always to the longer use. */
    private static final int MOST = 1000;

    /** What begins and what ends to be used at an instant. */
    private record Change(Amounts more, Amounts less) {}

    private Occupancy() {}

    /**
     * The windows, the earliest first.
     *
     * @param total what can be granted of all nodes
     * @param capacity what the planner may grant, at most as much
     * @param others jobs that are not the planner's; of those that wait only what has a start
     * @param down of the nodes that are down
     * @param soonest when Slurm would start even the smallest job; null where it does not tell
     * @param until as far ahead as anything can be booked
     */
    static List<Occupied> of(
            Cluster cluster,
            Amounts total,
            Amounts capacity,
            List<Job> others,
            Amounts down,
            @Nullable Instant soonest,
            Instant now,
            Instant until) {
        if (!cluster.open()) {
            return List.of(new Occupied(now, until, capacity));
        }
        TreeMap<Instant, Change> changes = new TreeMap<>();
        for (long step = 60; ; step *= 2) {
            changes.clear();
            for (Job job : others) {
                put(changes, job, cluster, step, now, until);
            }
            if (changes.size() <= MOST) {
                break;
            }
        }
        change(changes, now, down, Amounts.NONE);
        Instant blockedUntil =
                soonest != null && soonest.isAfter(now.plusSeconds(60)) && soonest.isBefore(until) ? soonest : null;
        if (blockedUntil != null) {
            change(changes, blockedUntil, Amounts.NONE, Amounts.NONE);
        }
        List<Occupied> windows = new ArrayList<>();
        Amounts used = Amounts.NONE;
        List<Map.Entry<Instant, Change>> steps = List.copyOf(changes.entrySet());
        for (int i = 0; i < steps.size(); i++) {
            Change change = steps.get(i).getValue();
            used = less(used.plus(change.more()), change.less());
            Instant from = steps.get(i).getKey();
            Instant next = i + 1 < steps.size() ? steps.get(i + 1).getKey() : until;
            Amounts share =
                    blockedUntil != null && from.isBefore(blockedUntil) ? capacity : share(used, total, capacity);
            if (!share.equals(Amounts.NONE) && from.isBefore(next)) {
                windows.add(new Occupied(from, next, share));
            }
        }
        return windows;
    }

    private static void put(
            Map<Instant, Change> changes, Job job, Cluster cluster, long step, Instant now, Instant until) {
        Instant start = job.waiting() ? job.start() : now;
        if (start == null || job.over()) {
            return;
        }
        Instant from = start.isBefore(now) ? now : down(start, step, now);
        Instant known = job.end();
        Instant end = known == null ? until : known.isAfter(from) ? known : from;
        Instant to = up(end, step);
        if (!from.isBefore(until)) {
            return;
        }
        long cores = (job.amounts().cores() + cluster.threads() - 1) / cluster.threads();
        Amounts amounts =
                new Amounts(cores, job.amounts().memory(), 0, job.amounts().accelerators(), 0);
        change(changes, from, amounts, Amounts.NONE);
        change(changes, to.isAfter(from) ? to : from.plusSeconds(step), Amounts.NONE, amounts);
    }

    private static Instant down(Instant time, long step, Instant now) {
        Instant down = Instant.ofEpochSecond(time.getEpochSecond() / step * step);
        return down.isBefore(now) ? now : down;
    }

    private static Instant up(Instant time, long step) {
        return Instant.ofEpochSecond((time.getEpochSecond() + step) / step * step);
    }

    private static void change(Map<Instant, Change> changes, Instant at, Amounts more, Amounts less) {
        changes.merge(
                at,
                new Change(more, less),
                (one, other) ->
                        new Change(one.more().plus(other.more()), one.less().plus(other.less())));
    }

    /** What of the used lies beyond the part that is not the planner's. */
    private static Amounts share(Amounts used, Amounts total, Amounts capacity) {
        return new Amounts(
                share(used.cores(), total.cores(), capacity.cores()),
                share(used.memory(), total.memory(), capacity.memory()),
                0,
                share(used.accelerators(), total.accelerators(), capacity.accelerators()),
                0);
    }

    private static long share(long used, long total, long capacity) {
        return Math.max(0, Math.min(capacity, used - Math.max(0, total - capacity)));
    }

    private static Amounts less(Amounts all, Amounts part) {
        return new Amounts(
                all.cores() - part.cores(),
                all.memory() - part.memory(),
                0,
                all.accelerators() - part.accelerators(),
                0);
    }

    /** As far ahead as anything can be booked. */
    static Instant until(Instant now, Duration horizon, Duration longest) {
        return now.plus(horizon).plus(longest).plus(Duration.ofDays(1));
    }
}
