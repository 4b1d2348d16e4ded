package org.planisphere.planner.federation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.planisphere.client.AskOptions;
import org.planisphere.client.BadAnswer;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.PlannerProblem;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * One question to many planners with one deadline for all of it. Nobody waits for a planner that hangs, and one that fails
 * costs the others nothing. Thread safe.
 */
final class FanOut implements AutoCloseable {
    private static final Duration AFTER = Duration.ofMillis(100);
    /** So many steps of calls may wait for a thread before another question is put. */
    private static final int AHEAD = 16;

    private static final long PAUSE = 500_000;

    private final Clock clock;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "federation-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    FanOut(Clock clock) {
        this.clock = clock;
    }

    /**
     * How a question is put.
     *
     * @param headers that tell its way
     * @param budget after so long the answer is what has come by then
     * @param hold whether the others hold what they offer
     * @param client with the caller's credential for a planner, if any
     */
    record Manner(
            Map<String, String> headers,
            Duration budget,
            boolean hold,
            String key,
            Function<Peer, PlannerClient> client) {}

    /** One planner that is asked: its final reply, and which of its offers have come. */
    private static final class Call {
        private final Peer peer;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private final Set<String> come = ConcurrentHashMap.newKeySet();

        Call(Peer peer) {
            this.peer = peer;
        }

        /** Leaves out of a set what has come before; an aggregator may repeat it all at the end. */
        OfferSetResponse fresh(OfferSetResponse set) {
            if (set.offers != null) {
                set.offers = set.offers.stream().filter(this::isFresh).toList();
            }
            return set;
        }

        private boolean isFresh(ExecutionSession offer) {
            String name = offer.meta == null ? null : offer.meta.url == null ? offer.meta.uuid : offer.meta.url;
            return name == null || come.size() < OfferReading.MOST_OFFERS && come.add(name);
        }
    }

    /**
     * Asks them all. Aggregators among them give their offers as they have them. Blocks until the last question is begun:
     * where there are many, the answers that are there are read first.
     *
     * @param each told of every reply when it comes: of parts of an answer, and then once for each planner of its end; from
     *     any thread, before the future completes
     * @return completes with how each of them ended, in the order of the planners, at the deadline at the latest
     */
    CompletableFuture<List<Reply>> ask(
            List<Peer> peers, ExecutionRequest request, Manner manner, Consumer<Reply> each) {
        long deadline = System.nanoTime() + manner.budget().toNanos();
        List<Call> calls = peers.stream().map(Call::new).toList();
        AtomicInteger open = new AtomicInteger(peers.size());
        CompletableFuture<List<Reply>> all = new CompletableFuture<>();
        if (peers.isEmpty()) {
            all.complete(List.of());
            return all;
        }
        for (Call call : calls) {
            call.reply.thenAccept(reply -> {
                try {
                    each.accept(reply);
                } finally {
                    if (open.decrementAndGet() == 0) {
                        all.complete(calls.stream().map(one -> one.reply.join()).toList());
                    }
                }
            });
        }
        // Set before the first call: it goes off even while calls are being begun.
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> calls.forEach(call -> late(call, manner.budget())),
                manner.budget().toNanos(),
                TimeUnit.NANOSECONDS);
        all.whenComplete((replies, impossible) -> alarm.cancel(false));
        byte[] question = Codecs.write(request, Format.JSON);
        // Whatever the client is busy with, every question is begun in the first quarter of the time.
        long patience = deadline - manner.budget().toNanos() / 4 * 3;
        for (Call call : calls) {
            if (!call.reply.isDone()) {
                while (PlannerClient.waiting() > AHEAD && System.nanoTime() - patience < 0) {
                    LockSupport.parkNanos(PAUSE);
                }
                begin(call, question, manner, deadline, each);
            }
        }
        return all;
    }

    private void late(Call call, Duration budget) {
        if (!call.reply.isDone()) {
            String why = (call.come.isEmpty() ? "did not answer" : "did not finish") + " within " + budget.toMillis()
                    + " ms";
            call.reply.complete(new Reply.Silent(call.peer, List.of(Says.silent(call.peer, why, clock.instant()))));
        }
    }

    /** Begins one call. It is hung up as soon as it is answered for. */
    private void begin(Call call, byte[] question, Manner manner, long deadline, Consumer<Reply> each) {
        Peer peer = call.peer;
        Instant now = clock.instant();
        Peer.Gate gate = peer.begin(now);
        if (gate != Peer.Gate.FREE) {
            Message why = gate == Peer.Gate.BUSY ? Says.busy(peer, now) : Says.resting(peer, peer.restingUntil(), now);
            call.reply.complete(new Reply.Silent(peer, List.of(why)));
            return;
        }
        CompletableFuture<OfferSetResponse> exchange;
        try {
            // A little longer than the deadline, which is kept here: only here it is known what has come.
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()))
                    .plus(AFTER);
            exchange = manner.client()
                    .apply(peer)
                    .withHeaders(manner.headers())
                    .withTimeout(left)
                    .askInPartsAsync(
                            question, AskOptions.USUAL.withHold(manner.hold()).withKey(manner.key()), part -> {
                                OfferSetResponse fresh = call.fresh(part);
                                if (!call.reply.isDone() && fresh.offers != null && !fresh.offers.isEmpty()) {
                                    each.accept(new Reply.Part(peer, fresh));
                                }
                            });
        } catch (RuntimeException e) {
            exchange = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<OfferSetResponse> under = exchange;
        under.whenComplete((set, thrown) -> {
            Instant then = clock.instant();
            boolean parts = !call.come.isEmpty();
            // A refusal that names its reason is an answer, and so is a part: the planner lives.
            boolean well = thrown == null
                    || parts && call.reply.isDone()
                    || cause(thrown) instanceof PlannerProblem problem && problem.status() < 500;
            peer.end(well, then);
            peer.reputation().saw(well ? Reputation.Deed.ANSWERED : Reputation.Deed.SILENT);
            if (thrown != null && System.nanoTime() - deadline >= 0) {
                // On a busy machine this may be here before the alarm.
                late(call, manner.budget());
            }
            call.reply.complete(
                    thrown == null
                            ? new Reply.Answered(peer, call.fresh(set), parts)
                            : new Reply.Silent(peer, List.of(Says.silent(peer, why(cause(thrown)), then))));
        });
        call.reply.whenComplete((reply, impossible) -> under.cancel(true));
    }

    static Throwable cause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** After the planner's name, before a full stop; without addresses, which may be nobody's business. */
    static String why(Throwable thrown) {
        if (thrown instanceof PlannerProblem problem) {
            return "refused the question (" + problem.status() + "): " + clean(problem.getMessage());
        }
        if (thrown instanceof BadAnswer bad) {
            return clean(String.valueOf(bad.getMessage())
                    .replace(String.valueOf(bad.uri()), "")
                    .strip());
        }
        if (thrown instanceof ClientException) {
            return clean(String.valueOf(thrown.getMessage()).replaceFirst("^\\S+://\\S+ ", ""));
        }
        return thrown instanceof java.util.concurrent.CancellationException
                ? "did not answer in time"
                : "could not be asked";
    }

    private static String clean(@org.jspecify.annotations.Nullable String text) {
        String line = String.valueOf(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        String shorter = line.length() > 300 ? line.substring(0, 300) + "…" : line;
        return shorter.endsWith(".") ? shorter.substring(0, shorter.length() - 1) : shorter;
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
