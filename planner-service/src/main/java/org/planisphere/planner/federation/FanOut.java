package org.planisphere.planner.federation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.planisphere.client.AskOptions;
import org.planisphere.client.BadAnswer;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.PlannerProblem;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * One question to many planners with one deadline for all of it. Nobody waits for a planner that hangs, and one that fails
 * costs the others nothing. Thread safe; blocks nowhere.
 */
final class FanOut implements AutoCloseable {
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

    /**
     * Asks them all.
     *
     * @param each told of every reply when it comes, once for each planner, from any thread, before the future completes
     * @return completes with all replies, in the order of the planners, at the deadline at the latest
     */
    CompletableFuture<List<Reply>> ask(
            List<Peer> peers, ExecutionRequest request, Manner manner, Consumer<Reply> each) {
        long deadline = System.nanoTime() + manner.budget().toNanos();
        List<CompletableFuture<Reply>> calls = new ArrayList<>(peers.size());
        AtomicInteger open = new AtomicInteger(peers.size());
        CompletableFuture<List<Reply>> all = new CompletableFuture<>();
        if (peers.isEmpty()) {
            all.complete(List.of());
            return all;
        }
        for (int i = 0; i < peers.size(); i++) {
            CompletableFuture<Reply> call = new CompletableFuture<>();
            calls.add(call);
            call.thenAccept(reply -> {
                try {
                    each.accept(reply);
                } finally {
                    if (open.decrementAndGet() == 0) {
                        all.complete(calls.stream().map(CompletableFuture::join).toList());
                    }
                }
            });
        }
        // Set before the first call: it goes off even while calls are being begun.
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> late(peers, calls, manner.budget()), manner.budget().toNanos(), TimeUnit.NANOSECONDS);
        all.whenComplete((replies, impossible) -> alarm.cancel(false));
        byte[] question = Codecs.write(request, Format.JSON);
        for (int i = 0; i < calls.size(); i++) {
            if (!calls.get(i).isDone()) {
                begin(peers.get(i), question, manner, deadline, calls.get(i));
            }
        }
        return all;
    }

    private void late(List<Peer> peers, List<CompletableFuture<Reply>> calls, Duration budget) {
        for (int i = 0; i < calls.size(); i++) {
            CompletableFuture<Reply> call = calls.get(i);
            if (!call.isDone()) {
                Peer peer = peers.get(i);
                String why = "did not answer within " + budget.toMillis() + " ms";
                call.complete(new Reply.Silent(peer, List.of(Says.silent(peer, why, clock.instant()))));
            }
        }
    }

    /** Begins one call. It is hung up as soon as it is answered for. */
    private void begin(Peer peer, byte[] question, Manner manner, long deadline, CompletableFuture<Reply> call) {
        Instant now = clock.instant();
        Peer.Gate gate = peer.begin(now);
        if (gate != Peer.Gate.FREE) {
            Message why = gate == Peer.Gate.BUSY ? Says.busy(peer, now) : Says.resting(peer, peer.restingUntil(), now);
            call.complete(new Reply.Silent(peer, List.of(why)));
            return;
        }
        CompletableFuture<OfferSetResponse> exchange;
        try {
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
            exchange = manner.client()
                    .apply(peer)
                    .withHeaders(manner.headers())
                    .withTimeout(left)
                    .askWrittenAsync(
                            question, AskOptions.USUAL.withHold(manner.hold()).withKey(manner.key()));
        } catch (RuntimeException e) {
            exchange = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<OfferSetResponse> under = exchange;
        under.whenComplete((set, thrown) -> {
            Instant then = clock.instant();
            // A refusal that names its reason is an answer: the planner lives.
            boolean well = thrown == null || cause(thrown) instanceof PlannerProblem problem && problem.status() < 500;
            peer.end(well, then);
            peer.reputation().saw(well ? Reputation.Deed.ANSWERED : Reputation.Deed.SILENT);
            call.complete(
                    thrown == null
                            ? new Reply.Answered(peer, set)
                            : new Reply.Silent(peer, List.of(Says.silent(peer, why(cause(thrown)), then))));
        });
        call.whenComplete((reply, impossible) -> under.cancel(true));
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
