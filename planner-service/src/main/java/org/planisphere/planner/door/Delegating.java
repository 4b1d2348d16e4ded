package org.planisphere.planner.door;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.staging.Delegations;

/**
 * A caller's wish that the inputs of the session they accept be fetched in their name: {@code Planisphere-Delegate: data}
 * with the call that accepts.
 */
final class Delegating {
    static final String HEADER = PlannerClient.DELEGATE;
    private static final String NOT_HERE = "is not possible here: this planner hands no token on";

    private final PlannerContext planner;
    private final Delegations delegations;
    private final Caller caller;
    private final @Nullable Supplier<Optional<String>> token;

    private Delegating(PlannerContext planner, Caller caller, @Nullable Supplier<Optional<String>> token) {
        this.planner = planner;
        this.delegations = planner.folders().delegations();
        this.caller = caller;
        this.token = token;
    }

    /** What a call says of it; a refusal where that cannot be. */
    static Delegating of(PlannerContext planner, ContainerRequestContext call) {
        String said = call.getHeaderString(HEADER);
        Caller caller = CallerFilter.caller(call);
        if (said == null) {
            return new Delegating(planner, caller, null);
        }
        if (!said.strip().equals("data")) {
            throw refused("is data, or is left out");
        }
        if (caller.anonymous()) {
            throw refused("needs a token to hand on");
        }
        if (!planner.folders().delegations().possible() && !planner.federation().present()) {
            throw refused(NOT_HERE);
        }
        return new Delegating(planner, caller, CallerFilter.tokens(call));
    }

    /** Whether there is such a wish. */
    boolean wished() {
        return token != null;
    }

    /** Sees to it that the wish comes with an accept and nothing else. */
    void accepting(boolean accepts) {
        if (token != null && !accepts) {
            throw refused("comes with the call that accepts an offer, and without next-best");
        }
    }

    /**
     * Accepts; the token is there before anything is fetched, and gone again when nothing is accepted. Where the session
     * stands in for another planner's, that planner is told the wish, and is shown the token by which it knows the caller.
     */
    Answer with(UUID session, Supplier<Answer> accept) {
        Session offer = token == null
                ? null
                : planner.sessions()
                        .find(session, caller)
                        .filter(this::mayBeFor)
                        .orElse(null);
        if (offer == null || token == null) {
            return accept.get();
        }
        return offer.offer().original() == null
                ? here(session, token, accept)
                : planner.federation()
                        .originals()
                        .delegating(offer, accept)
                        .orElseThrow(
                                () -> refused(
                                        "is not possible for this offer: it is another planner's, which is not shown your token"));
    }

    private Answer here(UUID session, Supplier<Optional<String>> shown, Supplier<Answer> accept) {
        if (!delegations.possible()) {
            throw refused(NOT_HERE);
        }
        boolean given = delegations.give(session, shown);
        boolean done = false;
        try {
            Answer answer = accept.get();
            done = answer instanceof Answer.Done;
            return answer;
        } finally {
            if (given && !done) {
                delegations.forget(session);
            }
        }
    }

    private boolean mayBeFor(Session offer) {
        return offer.owner().equals(caller.id()) && offer.phase() == Phase.OFFERED;
    }

    private static ProblemException refused(String why) {
        return new ProblemException(ProblemType.INVALID_PARAMETER, HEADER + " " + why + ".");
    }
}
