package org.planisphere.planner.door;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.planisphere.client.Ranking;
import org.planisphere.client.Score;
import org.planisphere.client.Weights;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Meta;
import org.planisphere.wire.OfferSetResponse;

/** Puts offers in the order of their scores, and writes on each what its score is made of. */
final class Ranked {
    private static final String CODE = "score";
    private static final String TEMPLATE =
            "Score ${score}: start ${start}, end ${end}, price ${price}, energy ${energy},"
                    + " distance ${distance}, reliability ${reliability}; weights ${weights}.";

    private Ranked() {}

    static void apply(OfferSetResponse set, Weights weights, Instant now, Documents documents) {
        if (set.offers == null) {
            return;
        }
        List<Scored> order = new ArrayList<>();
        for (ExecutionSession offer : set.offers) {
            Score score = Ranking.score(offer, weights, now);
            order.add(new Scored(offer, score.total()));
            if (offer.meta == null) {
                offer.meta = new Meta();
            }
            List<org.planisphere.wire.Message> messages =
                    new ArrayList<>(offer.meta.messages == null ? List.of() : offer.meta.messages);
            messages.removeIf(message -> message.kind != null && message.kind.endsWith("/problems/" + CODE));
            messages.add(
                    documents.message(new Message(CODE, Message.Level.INFO, TEMPLATE, score.values(weights), now)));
            offer.meta.messages = messages;
        }
        order.sort(Comparator.comparingDouble(Scored::total).reversed());
        set.offers = new ArrayList<>(order.stream().map(Scored::offer).toList());
    }

    private record Scored(ExecutionSession offer, double total) {}
}
