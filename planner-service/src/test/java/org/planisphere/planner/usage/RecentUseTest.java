package org.planisphere.planner.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.quota.Share;

/** What groups have used lately, and what follows of it for what is lent to them. */
class RecentUseTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Amounts CAPACITY = new Amounts(10, 1_000, 1_000, 0, Amounts.UNLIMITED);

    private final Records records = new Records();
    private Duration halfLife = WEEK;
    private final RecentUse use = new RecentUse(
            records, platform -> platform.equals("gone") ? Optional.empty() : Optional.of(CAPACITY), () -> halfLife);

    /** The store, as far as it is read. */
    private static final class Records implements UsageStore {
        private final List<UsageRecord> all = new ArrayList<>();
        private int asked;

        @Override
        public List<Statement> keep(UsageRecord record) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<UsageRecord> endedSince(Instant since, @Nullable UUID after, int limit) {
            asked++;
            return all.stream()
                    .filter(one -> !one.ended().isBefore(since))
                    .filter(one -> after == null
                            || one.ended().isAfter(since)
                            || one.session().compareTo(after) > 0)
                    .sorted(Comparator.comparing(UsageRecord::ended).thenComparing(UsageRecord::session))
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<UsageRecord> list(UsageFilter filter) {
            throw new UnsupportedOperationException();
        }

        void add(@Nullable String group, String platform, Instant ended, Duration ran, long cores) {
            all.add(new UsageRecord(
                    new UUID(0, all.size()),
                    "iam|anna",
                    "g",
                    group,
                    "1",
                    platform,
                    "process",
                    null,
                    "COMPLETED",
                    ended.minus(ran),
                    ended.minus(ran),
                    ended,
                    new Amounts(cores, 100, 0, 0, 1),
                    ran.toMillis() / 1e3,
                    null,
                    null,
                    null,
                    null,
                    "money",
                    0,
                    0));
        }
    }

    @Test
    void whoHasUsedNothingHasTheWholeFactor() {
        use.refresh(NOW);

        assertThat(use.of("iam|survey", NOW, WEEK)).isEmpty();
        assertThat(share(50, Map.of()).factor("alpha")).isEqualTo(1);
        assertThat(share(50, Map.of()).lend("alpha")).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whoHadAllOfItForAHalfLifeHasHadHalfOfItLately() {
        records.add("iam|survey", "alpha", NOW, WEEK, 10);
        use.refresh(NOW);

        assertThat(use.of("iam|survey", NOW, WEEK).get("alpha")).isCloseTo(0.5, within(1e-9));
        assertThat(share(50, use.of("iam|survey", NOW, WEEK)).factor("alpha")).isCloseTo(0.5, within(1e-9));
        assertThat(share(50, use.of("iam|survey", NOW, WEEK)).lend("alpha")).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void theScarcestResourceCounts() {
        records.add("iam|survey", "alpha", NOW, WEEK, 0);
        use.refresh(NOW);

        assertThat(use.of("iam|survey", NOW, WEEK).get("alpha")).isCloseTo(0.05, within(1e-9));
    }

    @Test
    void theRestIsWhatAllOthersHaveHadTogether() {
        records.add("iam|survey", "alpha", NOW, WEEK, 4);
        records.add("iam|small", "alpha", NOW, WEEK, 2);
        records.add(null, "alpha", NOW, WEEK, 1);
        use.refresh(NOW);

        assertThat(use.ofOthers(Set.of("iam|survey"), NOW, WEEK).get("alpha")).isCloseTo(0.15, within(1e-9));
    }

    @Test
    void aPlatformThatHasGoneAndAPastThatDoesNotCountAreNothing() {
        records.add("iam|survey", "gone", NOW, WEEK, 4);
        records.add("iam|survey", "alpha", NOW, WEEK, 4);
        use.refresh(NOW);
        assertThat(use.of("iam|survey", NOW, WEEK)).containsOnlyKeys("alpha");

        halfLife = Duration.ZERO;
        use.refresh(NOW);
        assertThat(use.of("iam|survey", NOW, Duration.ZERO)).isEmpty();
    }

    @Test
    void anotherHalfLifeSumsAnew() {
        records.add("iam|survey", "alpha", NOW.minus(WEEK), Duration.ofDays(1), 10);
        use.refresh(NOW);
        double week = use.of("iam|survey", NOW, WEEK).get("alpha");
        halfLife = Duration.ofDays(1);
        use.refresh(NOW);

        assertThat(use.of("iam|survey", NOW, WEEK)).isEmpty();
        assertThat(use.of("iam|survey", NOW, halfLife).get("alpha")).isLessThan(week);
    }

    @Test
    void aQuestionReadsNothing() {
        records.add("iam|survey", "alpha", NOW, WEEK, 4);
        use.refresh(NOW);
        int before = records.asked;
        for (int i = 0; i < 100; i++) {
            use.of("iam|survey", NOW, WEEK);
            use.ofOthers(Set.of("iam|survey"), NOW, WEEK);
        }

        assertThat(records.asked).isEqualTo(before);
    }

    /** Whatever has ended when, and however often it is looked: the sums are what one look at the end gives. */
    @Property(tries = 50)
    void runningSumsAreTheSumOfEverything(@ForAll long seed) {
        Random random = new Random(seed);
        Records mine = new Records();
        RecentUse running = new RecentUse(mine, platform -> Optional.of(CAPACITY), () -> WEEK);
        Instant now = NOW;
        for (int i = 0; i < 40; i++) {
            now = now.plusSeconds(random.nextInt(40_000));
            // some come into view a little late
            Instant ended = now.minusSeconds(random.nextInt(10));
            mine.add("iam|" + random.nextInt(3), "p" + random.nextInt(2), ended, ran(random), random.nextInt(11));
            if (random.nextBoolean()) {
                running.refresh(now);
            }
        }
        running.refresh(now);
        RecentUse once = new RecentUse(mine, platform -> Optional.of(CAPACITY), () -> WEEK);
        once.refresh(now);
        for (int group = 0; group < 3; group++) {
            Map<String, Double> expected = once.of("iam|" + group, now, WEEK);
            Map<String, Double> summed = running.of("iam|" + group, now, WEEK);
            assertThat(summed.keySet()).isEqualTo(expected.keySet());
            expected.forEach((platform, number) -> {
                assertThat(summed.get(platform)).isCloseTo(number, within(1e-9));
                assertThat(number).isBetween(0.0, 1.0 * mine.all.size());
            });
        }
    }

    /** Of two groups with equal shares, the one that used less has the greater factor, and is lent for longer. */
    @Property(tries = 50)
    void whoUsedLessIsNeverBehind(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int percent) {
        Random random = new Random(seed);
        Records mine = new Records();
        RecentUse both = new RecentUse(mine, platform -> Optional.of(CAPACITY), () -> WEEK);
        for (int i = 0; i < 10; i++) {
            Instant ended = NOW.minusSeconds(random.nextInt(2_000_000));
            Duration ran = ran(random);
            long cores = random.nextInt(11);
            mine.add("iam|more", "alpha", ended, ran, cores);
            if (random.nextBoolean()) {
                mine.add("iam|less", "alpha", ended, ran, cores == 0 ? 0 : random.nextLong(cores + 1));
            }
        }
        both.refresh(NOW);
        Instant later = NOW.plusSeconds(random.nextInt(5_000_000));
        Share less = share(percent, both.of("iam|less", later, WEEK));
        Share more = share(percent, both.of("iam|more", later, WEEK));

        assertThat(less.lately("alpha")).isLessThanOrEqualTo(more.lately("alpha"));
        assertThat(less.factor("alpha")).isGreaterThanOrEqualTo(more.factor("alpha"));
        assertThat(less.lend("alpha")).isGreaterThanOrEqualTo(more.lend("alpha"));
        assertThat(more.factor("alpha")).isGreaterThan(0);
        assertThat(less.factor("alpha")).isLessThanOrEqualTo(1);
    }

    /** Who uses nothing more gains with every moment. */
    @Property(tries = 50)
    void whatWasUsedOnlyFades(@ForAll long seed) {
        Random random = new Random(seed);
        Records mine = new Records();
        RecentUse fading = new RecentUse(mine, platform -> Optional.of(CAPACITY), () -> WEEK);
        for (int i = 0; i < 5; i++) {
            mine.add("iam|survey", "alpha", NOW.minusSeconds(random.nextInt(1_000_000)), ran(random), 5);
        }
        fading.refresh(NOW);
        Instant now = NOW;
        double before = 0;
        for (int i = 0; i < 20; i++) {
            double factor = share(30, fading.of("iam|survey", now, WEEK)).factor("alpha");
            assertThat(factor).isGreaterThanOrEqualTo(before - 1e-12);
            before = factor;
            now = now.plusSeconds(random.nextInt(200_000));
            if (random.nextBoolean()) {
                fading.refresh(now);
            }
        }
    }

    private static Duration ran(Random random) {
        return Duration.ofSeconds(random.nextInt(300_000));
    }

    private static Share share(int percent, Map<String, Double> lately) {
        return new Share("iam|survey", "group iam|survey", percent, Duration.ofHours(1), lately);
    }
}
