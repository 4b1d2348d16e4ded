package org.planisphere.planner.federation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.PlannerProblem;
import org.planisphere.planner.offer.Accepts;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.AcceptsResponse;

/** Whether others take a kind at all. Counts for the breaker as every call does. */
final class SimpleQuestion {
    private SimpleQuestion() {}

    /** Asks one; completes with why not, or with nothing for YES, within the budget. */
    static CompletableFuture<Optional<Message>> ask(
            Peer peer, PlannerClient client, String kind, Duration budget, Clock clock) {
        Instant now = clock.instant();
        Peer.Gate gate = peer.begin(now);
        if (gate != Peer.Gate.FREE) {
            return CompletableFuture.completedFuture(Optional.of(
                    gate == Peer.Gate.BUSY ? Says.busy(peer, now) : Says.resting(peer, peer.restingUntil(), now)));
        }
        return client.withTimeout(budget).acceptsAsync(kind).handle((answer, thrown) -> {
            Instant then = clock.instant();
            Throwable cause = thrown == null ? null : FanOut.cause(thrown);
            peer.end(cause == null || cause instanceof PlannerProblem problem && problem.status() < 500, then);
            return cause == null ? no(peer, answer, then) : Optional.of(Says.silent(peer, FanOut.why(cause), then));
        });
    }

    private static Optional<Message> no(Peer peer, AcceptsResponse answer, Instant now) {
        return "YES".equals(answer.responseword)
                ? Optional.empty()
                : Optional.of(Says.remote(peer, "no", "It does not take this kind.", Map.of(), now));
    }

    /**
     * YES as soon as one says so; NO when all have answered.
     *
     * @param before why others were not asked
     */
    static Accepts first(List<CompletableFuture<Optional<Message>>> open, List<Message> before) {
        CompletableFuture<Accepts> answer = new CompletableFuture<>();
        open.forEach(one -> one.thenAccept(why -> {
            if (why.isEmpty()) {
                answer.complete(new Accepts(true, List.of()));
            }
        }));
        CompletableFuture.allOf(open.toArray(new CompletableFuture<?>[0])).whenComplete((nothing, never) -> {
            List<Message> messages = new ArrayList<>(before);
            open.stream()
                    .filter(one -> !one.isCompletedExceptionally())
                    .forEach(one -> one.join().ifPresent(messages::add));
            answer.complete(new Accepts(false, messages));
        });
        return answer.join();
    }
}
