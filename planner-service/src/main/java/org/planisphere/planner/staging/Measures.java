package org.planisphere.planner.staging;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How large things are that tasks name, asked before they are offered: whoever asks waits for a moment only, and what comes
 * later is there for the next one. Known for a while; few are asked for at a time. Thread safe.
 */
final class Measures implements AutoCloseable {
    private static final int MOST = 10_000;
    private static final int AT_ONCE = 8;
    private static final long FRESH = Duration.ofMinutes(5).toNanos();
    private static final long GONE_FRESH = Duration.ofSeconds(20).toNanos();

    private final long patience;
    private final ThreadPoolExecutor asking;
    private final Map<Address, Known> known = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param size empty when nobody can tell
     * @param gone why it cannot be had; empty when nothing is known against it
     */
    record Measure(OptionalLong size, String gone) {
        static final Measure NOTHING = new Measure(OptionalLong.empty(), "");
    }

    private record Known(Measure measure, long until) {}

    /** @param patience for which an asker waits */
    Measures(Duration patience) {
        this.patience = patience.toNanos();
        this.asking = new ThreadPoolExecutor(0, AT_ONCE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "staging-measures");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What is known of them, or becomes so in a moment; in their order. */
    List<Measure> of(List<Address> addresses, Map<Address, Source> sources) {
        List<CompletableFuture<Measure>> asked = new ArrayList<>();
        for (Address address : addresses) {
            Source source = sources.get(address);
            asked.add(source == null ? CompletableFuture.completedFuture(Measure.NOTHING) : ask(address, source));
        }
        long end = System.nanoTime() + patience;
        List<Measure> measures = new ArrayList<>();
        for (CompletableFuture<Measure> one : asked) {
            measures.add(wait(one, end - System.nanoTime()));
        }
        return measures;
    }

    private static Measure wait(CompletableFuture<Measure> one, long nanos) {
        try {
            return one.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Measure.NOTHING;
        } catch (ExecutionException | TimeoutException e) {
            return Measure.NOTHING;
        }
    }

    /** What is known of it now; nobody is asked. */
    Measure known(Address address) {
        synchronized (known) {
            Known one = known.get(address);
            return one == null || one.until() - System.nanoTime() < 0 ? Measure.NOTHING : one.measure();
        }
    }

    private CompletableFuture<Measure> ask(Address address, Source source) {
        synchronized (known) {
            Known one = known.get(address);
            if (one != null && one.until() - System.nanoTime() > 0) {
                return CompletableFuture.completedFuture(one.measure());
            }
        }
        try {
            return CompletableFuture.supplyAsync(() -> look(address, source), asking);
        } catch (RejectedExecutionException busy) {
            return CompletableFuture.completedFuture(Measure.NOTHING);
        }
    }

    private Measure look(Address address, Source source) {
        Measure measure;
        boolean sure = true;
        try {
            measure = new Measure(source.measure(address), "");
        } catch (Source.Gone e) {
            measure = new Measure(OptionalLong.empty(), String.valueOf(e.getMessage()));
            sure = false;
        } catch (IOException | RuntimeException e) {
            // Who cannot be asked now may well answer when it is fetched.
            measure = Measure.NOTHING;
            sure = false;
        }
        synchronized (known) {
            known.put(address, new Known(measure, System.nanoTime() + (sure ? FRESH : GONE_FRESH)));
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return measure;
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
