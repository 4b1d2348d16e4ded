package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Occupied;

class OccupancyProperties {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:30Z");
    private static final Instant UNTIL = NOW.plusSeconds(100_000);
    private static final Amounts TOTAL = new Amounts(40, 4000, 0, 4, 0);

    private static Cluster cluster(boolean open) {
        return new Cluster("work", open, null, 0, 0, List.of(new Cluster.Node("n", true, 40, 1, 4000, 4)));
    }

    @Provide
    Arbitrary<List<Job>> jobs() {
        return Combinators.combine(
                        Arbitraries.of("RUNNING", "PENDING", "COMPLETED"),
                        Arbitraries.integers().between(-500, 5000),
                        Arbitraries.integers().between(0, 5000),
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.of(true, false))
                .as((state, start, length, cores, known) -> new Job(
                        1,
                        "",
                        "",
                        state,
                        "None",
                        known ? NOW.plusSeconds(start) : null,
                        known ? NOW.plusSeconds(start + length) : null,
                        new Amounts(cores, 100L * cores, 0, 0, 0),
                        0,
                        0))
                .list()
                .ofMaxSize(12);
    }

    private static Amounts at(List<Occupied> windows, Instant time) {
        return windows.stream()
                .filter(one -> !time.isBefore(one.from()) && time.isBefore(one.until()))
                .map(Occupied::amounts)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    @Property(tries = 300)
    void neverLeavesMoreFreeThanOthersLeave(
            @ForAll("jobs") List<Job> jobs,
            @ForAll @IntRange(min = 1, max = 40) int granted,
            @ForAll @IntRange(max = 9000) int later) {
        Amounts capacity = new Amounts(granted, 100L * granted, 0, 4, 0);
        List<Occupied> windows = Occupancy.of(cluster(true), TOTAL, capacity, jobs, Amounts.NONE, null, NOW, UNTIL);
        Instant time = NOW.plusSeconds(later);
        long used = jobs.stream()
                .filter(job -> !job.over())
                .filter(job -> job.waiting()
                        ? job.start() != null && !time.isBefore(job.start())
                        : job.end() == null || time.isBefore(job.end()))
                .filter(job -> job.end() == null || time.isBefore(job.end()))
                .mapToLong(job -> job.amounts().cores())
                .sum();
        long free = capacity.cores() - at(windows, time).cores();
        assertThat(free).isBetween(0L, Math.max(0, Math.min(capacity.cores(), TOTAL.cores() - used)));
    }

    @Property(tries = 200)
    void windowsFollowEachOther(@ForAll("jobs") List<Job> jobs) {
        List<Occupied> windows = Occupancy.of(cluster(true), TOTAL, TOTAL, jobs, Amounts.NONE, null, NOW, UNTIL);
        for (int i = 1; i < windows.size(); i++) {
            assertThat(windows.get(i).from())
                    .isAfterOrEqualTo(windows.get(i - 1).until());
        }
    }

    @Example
    void nothingIsFreeInAPartitionThatIsClosed() {
        assertThat(Occupancy.of(cluster(false), TOTAL, TOTAL, List.of(), Amounts.NONE, null, NOW, UNTIL))
                .containsExactly(new Occupied(NOW, UNTIL, TOTAL));
    }

    @Example
    void whatIsDownIsTakenAsLongAsAnybodyCanBook() {
        Amounts down = new Amounts(8, 800, 0, 0, 0);
        assertThat(Occupancy.of(cluster(true), TOTAL, TOTAL, List.of(), down, null, NOW, UNTIL))
                .containsExactly(new Occupied(NOW, UNTIL, down));
    }

    @Example
    void nothingIsFreeBeforeSlurmWouldBeginTheSmallestRun() {
        Instant soonest = NOW.plusSeconds(600);
        assertThat(Occupancy.of(cluster(true), TOTAL, TOTAL, List.of(), Amounts.NONE, soonest, NOW, UNTIL))
                .containsExactly(new Occupied(NOW, soonest, TOTAL));
    }

    @Example
    void thousandsOfJobsAreAsManyWindowsAsCanBeSearched() {
        List<Job> jobs = java.util.stream.IntStream.range(0, 20_000)
                .mapToObj(i -> new Job(
                        i, "", "", "RUNNING", "None", NOW, NOW.plusSeconds(60L * i), new Amounts(1, 1, 0, 0, 0), 0, 0))
                .toList();
        assertThat(Occupancy.of(cluster(true), TOTAL, TOTAL, jobs, Amounts.NONE, null, NOW, NOW.plusSeconds(9_000_000)))
                .hasSizeLessThan(1100);
    }
}
