package org.planisphere.planner.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;

/**
 * One change of a session, put together before it is stored: the session as it was, as it is to be, and the events that
 * tell of it. Every event raises the version by one, so an event's number is the version it made. Immutable.
 *
 * @param before as the store holds it
 * @param after as it is to be
 * @param events in their order; empty when nothing changes
 */
public record Turn(Session before, Session after, List<SessionEvent> events) {
    public Turn {
        events = List.copyOf(events);
    }

    /** Begins a change that changes nothing yet. */
    static Turn of(Session session) {
        return new Turn(session, session, List.of());
    }

    /**
     * Moves to the next phase.
     *
     * @param keep whether the message belongs to the session and not only to its events
     * @throws IllegalStateException when the table does not allow it
     */
    Turn to(Phase phase, Message message, boolean keep) {
        if (!Transitions.allowed(after.phase(), phase)) {
            throw new IllegalStateException("a session in phase " + after.phase() + " cannot become " + phase);
        }
        Instant at = message.time();
        Session next = new Session(
                after.id(),
                after.offerSet(),
                after.owner(),
                after.kindBase(),
                phase,
                after.version(),
                after.offer(),
                after.schedule(),
                after.created(),
                after.modified(),
                phase == Phase.ACCEPTED ? at : after.accepted(),
                after.began(),
                phase.terminal() ? at : after.ended(),
                after.exitCode(),
                after.outcome(),
                after.messages(),
                after.connectors());
        return told(next, "phase", message, keep);
    }

    /** Tells of something that leaves the phase as it is. */
    Turn note(String type, Message message, boolean keep) {
        return told(after, type, message, keep);
    }

    /** Sets when the run began. */
    Turn began(Instant began) {
        return with(after.offer(), after.schedule(), began, after.exitCode(), after.outcome(), after.connectors());
    }

    /** Sets the phase in which it is going to end, and the exit code where there is one. */
    Turn outcome(Phase outcome, @Nullable Integer exitCode) {
        return with(after.offer(), after.schedule(), after.began(), exitCode, outcome, after.connectors());
    }

    /** Sets another schedule. */
    Turn schedule(Schedule schedule) {
        return with(after.offer(), schedule, after.began(), after.exitCode(), after.outcome(), after.connectors());
    }

    /** Sets other terms: what another schedule costs. */
    Turn offer(Offer offer) {
        return with(offer, after.schedule(), after.began(), after.exitCode(), after.outcome(), after.connectors());
    }

    /** Sets the ways into the run. */
    Turn connectors(List<LiveConnector> open) {
        return with(after.offer(), after.schedule(), after.began(), after.exitCode(), after.outcome(), open);
    }

    private Turn with(
            Offer offer,
            Schedule schedule,
            @Nullable Instant began,
            @Nullable Integer exitCode,
            @Nullable Phase outcome,
            List<LiveConnector> connectors) {
        Session next = new Session(
                after.id(),
                after.offerSet(),
                after.owner(),
                after.kindBase(),
                after.phase(),
                after.version(),
                offer,
                schedule,
                after.created(),
                after.modified(),
                after.accepted(),
                began,
                after.ended(),
                exitCode,
                outcome,
                after.messages(),
                connectors);
        return new Turn(before, next, events);
    }

    private Turn told(Session next, String type, Message message, boolean keep) {
        long number = next.version() + 1;
        List<Message> messages = next.messages();
        if (keep) {
            messages = new ArrayList<>(messages);
            messages.add(message);
        }
        Session numbered = new Session(
                next.id(),
                next.offerSet(),
                next.owner(),
                next.kindBase(),
                next.phase(),
                number,
                next.offer(),
                next.schedule(),
                next.created(),
                message.time(),
                next.accepted(),
                next.began(),
                next.ended(),
                next.exitCode(),
                next.outcome(),
                messages,
                next.connectors());
        List<SessionEvent> more = new ArrayList<>(events);
        more.add(new SessionEvent(next.id(), number, message.time(), type, next.phase(), message));
        return new Turn(before, numbered, more);
    }
}
