package org.planisphere.planner.door;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.planisphere.client.Ranking;
import org.planisphere.client.Weights;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.Change;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.StoredOfferSet;

/** Accepts another offer of the same set when the one that was wanted has gone. */
final class NextBest {
    private static final Set<String> GONE = Set.of("original-gone", "offer-expired");

    private NextBest() {}

    /** Whether an offer was to be accepted and has gone. */
    static boolean gone(Change change, Answer answer) {
        boolean accepting = change instanceof Change.EnumChange choice
                        && choice.value().equals("ACCEPTED")
                || change instanceof Change.StringChange text && text.value().equals("ACCEPTED");
        return accepting
                && answer instanceof Answer.Refused refused
                && GONE.contains(refused.why().code());
    }

    /** The first of the others that can be accepted, best first; the first answer when none can. */
    static Answer accept(PlannerContext planner, UUID wanted, Caller caller, Answer first) {
        Instant now = planner.ledger().now();
        List<Session> others = planner.sessions()
                .find(wanted, caller)
                .flatMap(session -> planner.sessions().findOfferSet(session.offerSet(), caller))
                .map(StoredOfferSet::sessions)
                .orElse(List.of());
        List<Session> order = others.stream()
                .filter(session -> session.phase() == Phase.OFFERED)
                .sorted(Comparator.comparingDouble((Session session) -> Ranking.score(
                                        planner.document(session, caller), Weights.USUAL, now)
                                .total())
                        .reversed())
                .toList();
        for (Session other : order) {
            Answer answer = planner.sessions().accept(other.id(), caller);
            if (answer instanceof Answer.Done) {
                return answer;
            }
        }
        return first;
    }
}
