package org.planisphere.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many callers at once, each asking again as soon as it is answered. */
final class Load {
    private Load() {}

    /** One call of a caller; throws when the answer is not what it should be. */
    interface Call {
        void once(Wire wire, int caller, long number) throws IOException;
    }

    /** How it went. */
    record Figures(
            double perSecond, double p50, double p99, double max, long calls, long failures, String firstFailure) {}

    /** Runs callers for some seconds after a warm-up that is not counted. */
    static Figures run(int port, int callers, double warmUp, double seconds, Call call) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        long begin = System.nanoTime();
        long from = begin + (long) (warmUp * 1e9);
        long until = from + (long) (seconds * 1e9);
        AtomicLong failures = new AtomicLong();
        List<String> first = new ArrayList<>();
        List<Future<long[]>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            all.add(pool.submit(() -> {
                long[] times = new long[1 << 16];
                int count = 0;
                try (Wire wire = new Wire(port)) {
                    for (long number = 0; System.nanoTime() < until; number++) {
                        long start = System.nanoTime();
                        try {
                            call.once(wire, caller, number);
                        } catch (IllegalStateException wrong) {
                            failures.incrementAndGet();
                            synchronized (first) {
                                first.add(wrong.getMessage());
                            }
                            continue;
                        }
                        if (start >= from) {
                            if (count == times.length) {
                                times = Arrays.copyOf(times, count * 2);
                            }
                            times[count++] = System.nanoTime() - start;
                        }
                    }
                }
                return Arrays.copyOf(times, count);
            }));
        }
        long[] merged = new long[0];
        for (Future<long[]> one : all) {
            try {
                long[] times = one.get();
                int length = merged.length;
                merged = Arrays.copyOf(merged, length + times.length);
                System.arraycopy(times, 0, merged, length, times.length);
            } catch (ExecutionException e) {
                failures.incrementAndGet();
                synchronized (first) {
                    first.add(String.valueOf(e.getCause()));
                }
            }
        }
        pool.shutdown();
        pool.awaitTermination(5, TimeUnit.SECONDS);
        Arrays.sort(merged);
        return new Figures(
                merged.length / seconds,
                at(merged, 0.5),
                at(merged, 0.99),
                at(merged, 1),
                merged.length,
                failures.get(),
                first.isEmpty() ? "" : first.get(0));
    }

    /** Milliseconds below which the share of the sorted times lies. */
    static double at(long[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1e6;
    }
}
