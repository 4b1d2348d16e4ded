package org.planisphere.planner.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.quota.PastUse;

/**
 * What groups have used lately, as running sums: every usage record is read once and added to the sum of its platform and
 * group, and all sums fade with the half-life. A question costs a look into a map. Thread safe.
 *
 * <p>A run that took the part {@code p} of its platform's scarcest resource for the time {@code t} and ended just now adds
 * {@code p (1 - 2^(-t/h))}: the mean of what was used, with weights that halve with every half-life {@code h}. Who always
 * has everything has 1.
 */
public final class RecentUse implements PastUse {
    private static final System.Logger LOG = System.getLogger(RecentUse.class.getName());
    /** What ended so many half-lives ago would add a thousandth of what it took. */
    private static final int HALF_LIVES = 10;

    /** Records of several planners on one database come into view a little out of order. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private static final double NOTHING = 1e-9;
    private static final int PAGE = 1_000;

    private final UsageStore records;
    private final Function<String, Optional<Amounts>> capacities;
    private final Supplier<Duration> halfLife;
    private volatile Sums sums = new Sums(Instant.EPOCH, Duration.ZERO, Map.of(), Map.of());

    // Used by refresh alone.
    private @Nullable Instant newest;
    private final Map<UUID, Instant> seen = new HashMap<>();

    /**
     * @param at what the numbers are of
     * @param groups by group, then by platform; who paid alone is the group without a name
     * @param all by platform, of all groups
     */
    private record Sums(
            Instant at, Duration halfLife, Map<String, Map<String, Double>> groups, Map<String, Double> all) {
        double faded(Instant now) {
            return fading(Duration.between(at, now), halfLife);
        }
    }

    /**
     * @param capacities of platforms, by id; what was used of one that has gone counts no more
     * @param halfLife as the policy says now; zero when the past does not count
     */
    public RecentUse(UsageStore records, Function<String, Optional<Amounts>> capacities, Supplier<Duration> halfLife) {
        this.records = records;
        this.capacities = capacities;
        this.halfLife = halfLife;
    }

    /** Adds what has ended since it was looked last; with another half-life, sums all anew. Blocks on the database. */
    public synchronized void refresh(Instant now) {
        Duration half = halfLife.get();
        Sums before = sums;
        if (!half.equals(before.halfLife())) {
            before = new Sums(now, half, Map.of(), Map.of());
            newest = null;
            seen.clear();
        }
        if (half.isZero()) {
            sums = before;
            return;
        }
        double faded = before.faded(now);
        Map<String, Map<String, Double>> groups = new HashMap<>();
        before.groups().forEach((group, numbers) -> {
            Map<String, Double> kept = new HashMap<>();
            numbers.forEach((platform, number) -> {
                if (number * faded > NOTHING) {
                    kept.put(platform, number * faded);
                }
            });
            if (!kept.isEmpty()) {
                groups.put(group, kept);
            }
        });
        read(now, half, groups);
        Map<String, Double> all = new HashMap<>();
        groups.values()
                .forEach(numbers -> numbers.forEach((platform, number) -> all.merge(platform, number, Double::sum)));
        sums = new Sums(now, half, Map.copyOf(groups), Map.copyOf(all));
    }

    private void read(Instant now, Duration half, Map<String, Map<String, Double>> groups) {
        Instant last = newest;
        Instant since = last == null ? now.minus(half.multipliedBy(HALF_LIVES)) : last.minus(LATE);
        UUID after = null;
        List<UsageRecord> page;
        do {
            page = records.endedSince(since, after, PAGE);
            for (UsageRecord record : page) {
                if (seen.put(record.session(), record.ended()) == null) {
                    double part = part(record, half) * fading(Duration.between(record.ended(), now), half);
                    if (part > NOTHING) {
                        groups.computeIfAbsent(record.group() == null ? "" : record.group(), group -> new HashMap<>())
                                .merge(record.platform(), part, Double::sum);
                    }
                }
                since = record.ended();
                after = record.session();
                newest = since;
            }
            Instant late = since.minus(LATE);
            seen.values().removeIf(ended -> ended.isBefore(late));
        } while (page.size() == PAGE);
    }

    /** As {@link #refresh}; a database that does not answer is asked again the next time. */
    public void tryRefresh(Instant now) {
        try {
            refresh(now);
        } catch (LedgerUnavailable e) {
            LOG.log(System.Logger.Level.DEBUG, "what was used lately is read later", e);
        } catch (RuntimeException e) {
            // At the edge of a thread that must go on.
            LOG.log(System.Logger.Level.WARNING, "what was used lately could not be summed", e);
        }
    }

    @Override
    public Map<String, Double> of(String group, Instant at, Duration half) {
        Sums now = sums;
        Map<String, Double> numbers = now.groups().get(group);
        return numbers == null || !now.halfLife().equals(half) ? Map.of() : faded(numbers, now.faded(at));
    }

    @Override
    public Map<String, Double> ofOthers(Set<String> groups, Instant at, Duration half) {
        Sums now = sums;
        if (now.all().isEmpty() || !now.halfLife().equals(half)) {
            return Map.of();
        }
        Map<String, Double> rest = new HashMap<>(now.all());
        for (String group : groups) {
            now.groups()
                    .getOrDefault(group, Map.of())
                    .forEach((platform, number) -> rest.merge(platform, -number, Double::sum));
        }
        rest.values().removeIf(number -> number <= NOTHING);
        return faded(rest, now.faded(at));
    }

    /** The part of its platform's scarcest resource that a run took, times the weight of its time when it ended. */
    private double part(UsageRecord record, Duration half) {
        Amounts capacity = capacities.apply(record.platform()).orElse(null);
        if (capacity == null) {
            return 0;
        }
        double most = 0;
        for (Resource resource : Resource.values()) {
            long all = capacity.of(resource);
            if (resource != Resource.SESSIONS && all > 0 && all < Amounts.UNLIMITED) {
                most = Math.max(most, (double) record.granted().of(resource) / all);
            }
        }
        Duration ran = Duration.ofMillis((long) (record.seconds() * 1_000));
        return Math.min(1, most) * (1 - fading(ran, half));
    }

    private static Map<String, Double> faded(Map<String, Double> numbers, double by) {
        Map<String, Double> faded = new HashMap<>();
        numbers.forEach((platform, number) -> faded.put(platform, number * by));
        return faded;
    }

    /** What is left of 1 after a time; a clock that went backwards takes nothing. */
    private static double fading(Duration time, Duration half) {
        return time.isNegative() ? 1 : Math.pow(2, -(double) time.toMillis() / half.toMillis());
    }
}
