package org.planisphere.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.SlotAxis;
import org.planisphere.planner.ledger.Window;

/** How long it takes to find the earliest window for a task, by how much is already reserved. */
final class Decisions {
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration HORIZON = Duration.ofDays(30);
    private static final int COUNTED = 20_000;

    private Decisions() {}

    /** Nanoseconds of one decision. */
    record Times(double median, double p99) {}

    static Map<Integer, Times> measure(List<Integer> sizes) {
        Map<Integer, Times> times = new LinkedHashMap<>();
        // The first round warms the compiler up for all sizes alike.
        for (int round = 0; round < 2; round++) {
            for (int size : sizes) {
                times.put(size, measure(size));
            }
        }
        return times;
    }

    private static Times measure(int size) {
        SplittableRandom random = new SplittableRandom(size);
        SegmentTimeline timeline = SegmentTimeline.empty(SlotAxis.MINUTES);
        for (int i = 0; i < size; i++) {
            timeline = timeline.plus(window(random), amounts(random));
        }
        // Of the height of what is used: some windows fit at once, others only later.
        Amounts peak = timeline.peak(new Window(BEGIN, BEGIN.plus(HORIZON)));
        Amounts limit = new Amounts(
                Math.max(8, peak.cores() * 9 / 10), Math.max(64_000, peak.memory() * 9 / 10), 1L << 40, 100, 1L << 40);
        long[] nanoseconds = new long[COUNTED];
        long fits = 0;
        for (int i = 0; i < COUNTED; i++) {
            Window asked = window(random);
            Amounts amounts = amounts(random);
            long start = System.nanoTime();
            Optional<Instant> found = timeline.firstFit(
                    asked.from(),
                    BEGIN.plus(HORIZON),
                    Duration.between(asked.from(), asked.until()),
                    amounts,
                    limit);
            nanoseconds[i] = System.nanoTime() - start;
            fits += found.isPresent() ? 1 : 0;
        }
        if (fits == 0) {
            throw new IllegalStateException("nothing fits: the measurement measures nothing");
        }
        Arrays.sort(nanoseconds);
        return new Times(nanoseconds[COUNTED / 2], nanoseconds[COUNTED * 99 / 100]);
    }

    private static Window window(SplittableRandom random) {
        Instant from = BEGIN.plusSeconds(60 * random.nextLong(HORIZON.toMinutes() - 600));
        return new Window(from, from.plusSeconds(60 * random.nextLong(5, 600)));
    }

    private static Amounts amounts(SplittableRandom random) {
        return new Amounts(random.nextLong(1, 9), random.nextLong(1, 33) * 1024, random.nextLong(0, 100) * 1024, 0, 1);
    }
}
