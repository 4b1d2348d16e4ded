package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Reserved;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Interval;

/**
 * What callers may do with offers and sessions. Thread safe. Everything blocks on the database; what is answered as done
 * is on disk. Every call fails with {@link LedgerUnavailable} when the database does not answer, in which case the caller
 * has to look again: it may have been done.
 *
 * <p>A session whose owner is named is visible to its owner, to the groups it was shared with and to operators; to everybody else it is {@link
 * Answer.NotFound}. An anonymous one belongs to whoever knows its UUID.
 */
public final class Sessions {
    private static final int ATTEMPTS = 8;
    private static final int SWEEP = 200;

    private final SessionStore store;
    private final Ledger ledger;
    private final Conductor conductor;
    private final EventHub hub;
    private final Updates updates;
    private final SharedWith shares;
    private final Ownership ownership;
    private final SessionSettings settings;
    private final Acts acts;
    private final Map<String, Platform> platforms = new HashMap<>();
    private final Desk desk;
    private volatile Originals originals = Originals.NONE;

    /** What an accept needs. */
    record Desk(SessionStore store, Ledger ledger, Acts acts, EventHub hub, Conductor conductor) {}

    /** Also becomes the ledger's listener for holds that run out: create it before the first append. */
    public Sessions(
            SessionStore store,
            Ledger ledger,
            Collection<? extends Platform> platforms,
            Quotas quotas,
            Conductor conductor,
            EventHub hub,
            SharedWith shares,
            SessionSettings settings) {
        this(store, ledger, platforms, quotas, conductor, hub, shares, settings, Acts.NONE);
    }

    /** As above, and what callers do is noted. */
    public Sessions(
            SessionStore store,
            Ledger ledger,
            Collection<? extends Platform> platforms,
            Quotas quotas,
            Conductor conductor,
            EventHub hub,
            SharedWith shares,
            SessionSettings settings,
            Acts acts) {
        this.acts = acts;
        this.store = store;
        this.shares = shares;
        this.ownership = new Ownership(shares, ledger, acts);
        this.ledger = ledger;
        this.conductor = conductor;
        this.desk = new Desk(store, ledger, acts, hub, conductor);
        this.hub = hub;
        this.settings = settings;
        for (Platform platform : platforms) {
            this.platforms.put(platform.describe().id(), platform);
        }
        this.updates = new Updates(
                ledger, this.platforms, quotas, settings, (session, fresh) -> originals.bounds(session, fresh));
        ledger.onExpiry(this::expiry, this::expired);
    }

    /** Who keeps originals in step with their stand-ins; set once, before the first call. */
    public void originals(Originals kept) {
        this.originals = kept;
    }

    // Reading.

    /** The session, whoever asks; the door asks with the caller. */
    public Optional<Session> find(UUID session) {
        return store.find(session);
    }

    /** The session, if this caller may see it. */
    public Optional<Session> find(UUID session, Caller caller) {
        return store.find(session).filter(found -> visible(found, caller));
    }

    /** As above, for who watches: a session that is on its way here is known without the database, a moment old at most. */
    public Optional<Session> watched(UUID session, Caller caller) {
        return conductor.conducted(session).or(() -> store.find(session)).filter(found -> visible(found, caller));
    }

    /** The offer set with its sessions as they are now, whoever asks. */
    public Optional<StoredOfferSet> findOfferSet(UUID offerSet) {
        return store.findOfferSet(offerSet);
    }

    /** The offer set with its sessions as they are now, if this caller may see it. */
    public Optional<StoredOfferSet> findOfferSet(UUID offerSet, Caller caller) {
        return store.findOfferSet(offerSet)
                .filter(found -> ownership.maySee(found.set().owner(), caller, offerSet));
    }

    /** The caller's own sessions, newest first; empty for an anonymous caller. */
    public Page<Session> list(Caller caller, Filter filter) {
        return caller.anonymous() ? new Page<>(List.of(), null) : store.list(caller.id(), filter);
    }

    /** Everybody's accepted sessions on a platform that have not ended; for whoever operates it. */
    public List<Session> active(String platform) {
        return store.active(platform);
    }

    /** The caller's own offer sets, newest first; empty for an anonymous caller. */
    public Page<StoredOfferSet> listOfferSets(Caller caller, Filter filter) {
        return caller.anonymous() ? new Page<>(List.of(), null) : store.listOfferSets(caller.id(), filter);
    }

    /**
     * What has happened to a session, in order.
     *
     * @param after number of the last event already known; 0 for all
     * @param limit at least 1
     */
    public List<SessionEvent> events(UUID session, long after, int limit) {
        return store.events(session, after, limit);
    }

    /** Whether this caller may see the session now; whose it is never changes, with whom it is shared may. */
    public boolean visible(Session session, Caller caller) {
        return ownership.maySee(session.owner(), caller, session.id(), session.offerSet());
    }

    /** Whether this caller may do with the session what its owner may; an operator may see and end what is another's. */
    private boolean theirs(Session session, Caller caller) {
        return ownership.mayUse(session.owner(), caller, session.id(), session.offerSet());
    }

    /** What this caller may change of the session now; empty for a session that is not theirs or has ended. */
    public List<Option> options(Session session, Caller caller) {
        return theirs(session, caller)
                ? updates.options(session, caller)
                : visible(session, caller) ? updates.ends(session) : List.of();
    }

    /** What this caller may do about sharing the session now. */
    public List<Option> sharing(Session session, Caller caller) {
        return ownership.options(session.owner(), caller, session.id());
    }

    /** What this caller may do about sharing the offer set, with all its sessions, now. */
    public List<Option> sharing(StoredOfferSet stored, Caller caller) {
        return ownership.options(stored.set().owner(), caller, stored.set().id());
    }

    /**
     * Changes with which groups an offer set is shared.
     *
     * @return empty when it is done
     */
    public Optional<Answer> updateOfferSet(UUID offerSet, Caller caller, Change change) {
        StoredOfferSet found = findOfferSet(offerSet, caller).orElse(null);
        if (found == null) {
            return Optional.of(new Answer.NotFound());
        }
        String path = Updates.plain(change.path());
        Message refusal = Ownership.isSharing(path)
                ? ownership.change(found.set().owner(), caller, offerSet, path, change, Phase.OFFERED, ledger.now())
                : SessionMessages.notAnOption(ledger.now(), path, Updates.value(change), Phase.OFFERED);
        return Optional.ofNullable(refusal).map(Answer.Refused::new);
    }

    // Offers.

    /**
     * Accepts an offer; its siblings are rejected and what they held is free again. Accepting twice is harmless. Refused
     * when the offer was rejected ({@code offer-rejected}), has expired ({@code offer-expired}) or was cancelled since
     * ({@code session-ended}), and to an operator whose it is not ({@code owners-only}).
     */
    public Answer accept(UUID session, Caller caller) {
        return accept(session, caller, accepted -> List.of());
    }

    /**
     * As {@link #accept(UUID, Caller)}.
     *
     * @param also statements that are stored with the accept or not at all, for the session as it is then
     */
    public Answer accept(UUID session, Caller caller, Function<Session, List<Statement>> also) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Session> family = store.family(session);
            Session found = member(family, session);
            if (found == null || !visible(found, caller)) {
                return new Answer.NotFound();
            }
            Instant now = ledger.now();
            if (!theirs(found, caller)) {
                return new Answer.Refused(SessionMessages.ownersOnly(now));
            }
            switch (found.phase()) {
                case OFFERED -> {}
                case REJECTED -> {
                    return new Answer.Refused(SessionMessages.offerRejected(now));
                }
                case EXPIRED -> {
                    return expired(found, now);
                }
                case CANCELLED -> {
                    return new Answer.Refused(SessionMessages.sessionEnded(now, found.phase()));
                }
                default -> {
                    return new Answer.Done(found);
                }
            }
            Originals.Given given = originals.accept(found);
            if (given instanceof Originals.Given.Gone gone) {
                Turn lost = Turn.of(found).to(Phase.REJECTED, gone.why(), true);
                if (store(Reserved.release(found.offer(), now), lost, List.of())) {
                    return new Answer.Refused(gone.why());
                }
                continue;
            }
            if (given instanceof Originals.Given.Unknown unknown) {
                return new Answer.Refused(unknown.why());
            }
            Schedule schedule = begun(found.schedule(), now);
            Turn accepted = Turn.of(found).schedule(schedule).to(Phase.ACCEPTED, SessionMessages.accepted(now), false);
            List<Entry> entries = new ArrayList<>();
            entries.addAll(Reserved.confirm(found.offer(), window -> remaining(window, now)));
            List<Statement> statements = new ArrayList<>(store.change(accepted, null));
            List<SessionEvent> events = new ArrayList<>(accepted.events());
            for (Session sibling : family) {
                if (sibling != found && sibling.phase() == Phase.OFFERED) {
                    Turn rejected = Turn.of(sibling)
                            .to(Phase.REJECTED, SessionMessages.siblingAccepted(now, session.toString()), false);
                    entries.addAll(Reserved.release(sibling.offer(), now));
                    statements.addAll(store.change(rejected, null));
                    events.addAll(rejected.events());
                }
            }
            statements.addAll(acts.note(caller, "accept", session.toString(), ""));
            statements.addAll(also.apply(accepted.after()));
            Outcome outcome = append(entries, statements);
            if (outcome instanceof Outcome.Appended) {
                originals.settled(found, true);
                hub.publish(events);
                conductor.accepted(accepted.after());
                return new Answer.Done(accepted.after());
            }
            if (outcome instanceof Outcome.Gone gone && gone.why() == Outcome.Why.EXPIRED) {
                originals.settled(found, false);
                return expired(found, now);
            }
        }
        return new Answer.Refused(SessionMessages.busy(ledger.now()));
    }

    /**
     * For one call that asks and accepts.
     *
     * @param also statements that are stored with the accept or not at all, for the session as it is then
     */
    public DirectAccept direct(Caller caller, Function<Session, List<Statement>> also) {
        return new DirectAccept(desk, caller, also);
    }

    /** Refuses an offer; what it held is free again. Refusing twice is harmless. */
    public Answer reject(UUID session, Caller caller) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Session found = store.find(session).orElse(null);
            if (found == null || !visible(found, caller)) {
                return new Answer.NotFound();
            }
            Instant now = ledger.now();
            switch (found.phase()) {
                case OFFERED -> {
                    Turn turn = Turn.of(found).to(Phase.REJECTED, SessionMessages.rejected(now), false);
                    if (store(
                            Reserved.release(found.offer(), now),
                            turn,
                            acts.note(caller, "reject", session.toString(), ""))) {
                        return new Answer.Done(turn.after());
                    }
                }
                case REJECTED -> {
                    return new Answer.Done(found);
                }
                case EXPIRED -> {
                    return expired(found, now);
                }
                default -> {
                    return new Answer.Refused(
                            SessionMessages.notAnOption(now, Updates.PHASE, Phase.REJECTED.name(), found.phase()));
                }
            }
        }
        return new Answer.Refused(SessionMessages.busy(ledger.now()));
    }

    // Sessions.

    /**
     * Stops a session; an offer is rejected. What runs is stopped with all its children before anything it had reserved
     * is given back. That it is to stop is on disk before anything is stopped. The answer waits for the end, at most
     * {@link SessionSettings#cancelWait()}; then it tells the session as it is, with {@code outcome} CANCELLED.
     * Cancelling twice is harmless; refused when the run has ended already.
     */
    public Answer cancel(UUID session, Caller caller) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Session found = store.find(session).orElse(null);
            if (found == null || !visible(found, caller)) {
                return new Answer.NotFound();
            }
            Instant now = ledger.now();
            if (found.phase() == Phase.CANCELLED || found.phase() == Phase.REJECTED) {
                return new Answer.Done(found);
            }
            if (found.phase().terminal()) {
                return new Answer.Refused(SessionMessages.sessionEnded(now, found.phase()));
            }
            if (found.outcome() == Phase.CANCELLED) {
                Answer answer = stopped(session, null, caller);
                if (answer != null) {
                    return answer;
                }
                continue;
            }
            switch (found.phase()) {
                case OFFERED -> {
                    Turn turn = Turn.of(found).to(Phase.REJECTED, SessionMessages.rejected(now), false);
                    if (store(Reserved.release(found.offer(), now), turn, cancelled(caller, session))) {
                        return new Answer.Done(turn.after());
                    }
                }
                case ACCEPTED, WAITING -> {
                    Turn turn = Turn.of(found)
                            .outcome(Phase.CANCELLED, null)
                            .to(Phase.CANCELLED, SessionMessages.cancelled(now), true);
                    if (store(Reserved.release(found.offer(), now), turn, cancelled(caller, session))) {
                        conductor.changed(session);
                        return new Answer.Done(turn.after());
                    }
                }
                case PREPARING, AVAILABLE, RUNNING -> {
                    Turn turn = Turn.of(found)
                            .outcome(Phase.CANCELLED, null)
                            .note("message", SessionMessages.cancelAsked(now), true);
                    Answer answer = stopped(session, turn, caller);
                    if (answer != null) {
                        return answer;
                    }
                }
                default -> {
                    return new Answer.Refused(
                            SessionMessages.notAnOption(now, Updates.PHASE, Phase.CANCELLED.name(), found.phase()));
                }
            }
        }
        return new Answer.Refused(SessionMessages.busy(ledger.now()));
    }

    /** Stores the wish to stop (when it is not yet stored) and waits for the end; null when the session has moved. */
    private @Nullable Answer stopped(UUID session, @Nullable Turn wish, Caller caller) {
        CompletableFuture<SessionEvent> end = new CompletableFuture<>();
        try (EventHub.Subscription watching = hub.subscribe(session, event -> {
            if (event.phase().terminal()) {
                end.complete(event);
            }
        })) {
            if (wish != null && !store(List.of(), wish, cancelled(caller, session))) {
                return null;
            }
            conductor.stop(session);
            Optional<Session> already = wish == null ? store.find(session) : Optional.empty();
            if (already.isEmpty() || !already.get().phase().terminal()) {
                end.get(Math.max(1, settings.cancelWait().toMillis()), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            // It is stored and goes on; the answer says how far it is.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        Session now = store.find(session).orElse(null);
        if (now == null) {
            return new Answer.NotFound();
        }
        return now.outcome() == Phase.CANCELLED
                ? new Answer.Done(now)
                : new Answer.Refused(SessionMessages.sessionEnded(ledger.now(), now.phase()));
    }

    /**
     * Makes a change that is among the session's {@link #options}. Refused as {@code not-an-option} when it is not, as
     * {@code out-of-range} with the limits when its value is not, as {@code no-room} when somebody has taken the room
     * since, as {@code owners-only} when an operator asks for more than the end of what is another's.
     */
    public Answer update(UUID session, Caller caller, Change change) {
        String path = Updates.plain(change.path());
        if (Ownership.isSharing(path)) {
            Session found = find(session, caller).orElse(null);
            if (found == null) {
                return new Answer.NotFound();
            }
            Message refusal =
                    ownership.change(found.owner(), caller, session, path, change, found.phase(), ledger.now());
            return refusal == null ? new Answer.Done(found) : new Answer.Refused(refusal);
        }
        if (path.equals(Updates.PHASE)) {
            String value = change instanceof Change.EnumChange asked
                    ? asked.value()
                    : change instanceof Change.StringChange asked ? asked.value() : "";
            switch (value) {
                case "ACCEPTED":
                    return accept(session, caller);
                case "REJECTED":
                    return reject(session, caller);
                case "CANCELLED":
                    return cancel(session, caller);
                default:
                    return find(session, caller)
                            .<Answer>map(found -> new Answer.Refused(SessionMessages.notAnOption(
                                    ledger.now(), path, Updates.value(change), found.phase())))
                            .orElseGet(Answer.NotFound::new);
            }
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Session found = find(session, caller).orElse(null);
            if (found == null) {
                return new Answer.NotFound();
            }
            if (!theirs(found, caller)) {
                return new Answer.Refused(SessionMessages.ownersOnly(ledger.now()));
            }
            Updates.Plan plan = updates.plan(found, caller, path, change);
            if (plan.refusal() != null || plan.turn() == null) {
                return new Answer.Refused(plan.refusal() == null ? SessionMessages.busy(ledger.now()) : plan.refusal());
            }
            if (found.offer().original() != null) {
                return standIn(found, caller, path, change, plan.turn());
            }
            List<Statement> statements = new ArrayList<>(store.change(plan.turn(), null));
            statements.addAll(acts.note(caller, "update", session.toString(), path + " = " + Updates.value(change)));
            Outcome outcome = append(plan.entries(), statements);
            if (outcome instanceof Outcome.Appended) {
                hub.publish(plan.turn().events());
                conductor.changed(session);
                return new Answer.Done(plan.turn().after());
            }
            if (outcome instanceof Outcome.Moved moved) {
                return new Answer.Refused(noRoom(moved, path, change));
            }
        }
        return new Answer.Refused(SessionMessages.busy(ledger.now()));
    }

    private Message noRoom(Outcome.Moved moved, String path, Change change) {
        return SessionMessages.noRoom(
                ledger.now(),
                path,
                Updates.value(change),
                moved.resource().name().toLowerCase(java.util.Locale.ROOT),
                moved.account().id().startsWith("platform:") ? "the platform" : "your allowance");
    }

    /** The original is changed first; then its stand-in has what the other planner says of it. */
    private Answer standIn(Session found, Caller caller, String path, Change change, Turn planned) {
        Originals.Changed changed =
                originals.change(found, path, planned.after().schedule());
        if (changed instanceof Originals.Changed.Not not) {
            return new Answer.Refused(not.why());
        }
        Originals.Changed.Done done = (Originals.Changed.Done) changed;
        List<Statement> note = acts.note(caller, "update", found.id().toString(), path + " = " + Updates.value(change));
        Outcome outcome = agree(found.id(), done.schedule(), done.costs(), note, null);
        if (outcome instanceof Outcome.Appended) {
            originals.settled(found, true);
            return store.find(found.id()).<Answer>map(Answer.Done::new).orElseGet(Answer.NotFound::new);
        }
        // It does not fit here: the original gets back what it had.
        originals.change(found, path, found.schedule());
        originals.left(found);
        return new Answer.Refused(
                outcome instanceof Outcome.Moved moved
                        ? noRoom(moved, path, change)
                        : SessionMessages.busy(ledger.now()));
    }

    /**
     * Makes a stand-in agree with its original, as far as there is room for that. Does nothing when the session is not any
     * more what it was when the original was looked at.
     */
    public void agree(Session seen, Schedule schedule, List<Bound> costs) {
        var unused = agree(seen.id(), schedule, costs, List.of(), seen.version());
    }

    /** @param version that the session must have; null for any */
    private @Nullable Outcome agree(
            UUID session, Schedule schedule, List<Bound> costs, List<Statement> also, @Nullable Long version) {
        Outcome outcome = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Session found = store.find(session).orElse(null);
            Updates.Plan plan = found == null ? null : updates.agreed(found, schedule, costs);
            if (found == null || plan == null || plan.turn() == null || version != null && found.version() != version) {
                return null;
            }
            List<Statement> statements = new ArrayList<>(store.change(plan.turn(), null));
            statements.addAll(also);
            outcome = append(plan.entries(), statements);
            if (outcome instanceof Outcome.Appended) {
                hub.publish(plan.turn().events());
                conductor.changed(session);
                return outcome;
            }
            if (outcome instanceof Outcome.Moved) {
                return outcome;
            }
        }
        return outcome;
    }

    /** True when this planner runs the platform's sessions now, and not another on the same database. */
    public boolean conducts(String platform) {
        return conductor.conducts(platform);
    }

    /** Removes an ended session with its events, output and results. Refused while it has not ended. */
    public Answer delete(UUID session, Caller caller) {
        Session found = find(session, caller).orElse(null);
        if (found == null) {
            return new Answer.NotFound();
        }
        if (!found.phase().terminal()) {
            return new Answer.Refused(SessionMessages.sessionActive(ledger.now(), found.phase()));
        }
        List<Statement> note = acts.note(caller, "delete", session.toString(), "");
        if (!note.isEmpty()) {
            append(List.of(), note);
        }
        remove(found);
        return new Answer.Done(found);
    }

    private void remove(Session session) {
        Platform platform = platforms.get(session.offer().platform());
        if (platform != null && session.accepted() != null) {
            platform.forget(session.id());
        }
        if (store.delete(session.id())) {
            Instant now = ledger.now();
            hub.publish(List.of(new SessionEvent(
                    session.id(),
                    session.version() + 1,
                    now,
                    "deleted",
                    session.phase(),
                    SessionMessages.deleted(now))));
        }
    }

    /**
     * Removes what has been kept long enough: results first, then sessions, then empty offer sets. Called now and then by
     * the node; may be called by several at once.
     *
     * @return how many sessions and offer sets were removed
     */
    public int sweep(Instant now) {
        int removed = 0;
        for (Phase phase : Phase.values()) {
            if (phase.terminal()) {
                boolean answered = phase == Phase.REJECTED || phase == Phase.EXPIRED;
                Instant before = now.minus(answered ? settings.keepAnswered() : settings.keepEnded());
                List<Session> old;
                do {
                    old = store.endedBefore(phase, before, SWEEP);
                    old.forEach(this::remove);
                    removed += old.size();
                } while (old.size() == SWEEP);
            }
        }
        int sets;
        do {
            sets = store.removeEmptyOfferSets(now.minus(settings.keepAnswered()), SWEEP);
            removed += sets;
        } while (sets == SWEEP);
        shares.sweep();
        return removed;
    }

    // Below.

    private List<Statement> expiry(Reservation reservation) {
        return store.expire(reservation.id(), SessionMessages.expired(ledger.now()));
    }

    private void expired(Reservation reservation) {
        Instant now = ledger.now();
        hub.publish(List.of(
                new SessionEvent(reservation.id(), 1, now, "phase", Phase.EXPIRED, SessionMessages.expired(now))));
    }

    private static Answer expired(Session session, Instant now) {
        return new Answer.Refused(
                SessionMessages.offerExpired(now, session.offer().expires()));
    }

    private static @Nullable Session member(List<Session> family, UUID id) {
        for (Session session : family) {
            if (session.id().equals(id)) {
                return session;
            }
        }
        return null;
    }

    /** What is left of a schedule at an instant: an interval that has begun begins now. */
    static Schedule begun(Schedule schedule, Instant now) {
        if (!now.isAfter(schedule.preparing())) {
            return schedule;
        }
        Interval start = schedule.start();
        Instant earliest = now.isAfter(start.start()) ? now : start.start();
        return new Schedule(
                now,
                schedule.preparingFor(),
                new Interval(earliest.isAfter(start.end()) ? start.end() : earliest, start.end()),
                schedule.duration(),
                schedule.releasingFor());
    }

    /** The window without what has passed; never empty. */
    static Window remaining(Window window, Instant now) {
        if (!now.isAfter(window.from())) {
            return window;
        }
        return now.isBefore(window.until())
                ? new Window(now, window.until())
                : new Window(window.until().minus(Duration.ofMillis(1)), window.until());
    }

    private List<Statement> cancelled(Caller caller, UUID session) {
        return acts.note(caller, "cancel", session.toString(), "");
    }

    private boolean store(List<Entry> entries, Turn turn, List<Statement> note) {
        List<Statement> statements = new ArrayList<>(store.change(turn, null));
        statements.addAll(note);
        if (append(entries, statements) instanceof Outcome.Appended) {
            hub.publish(turn.events());
            return true;
        }
        return false;
    }

    private Outcome append(List<Entry> entries, List<Statement> statements) {
        try {
            return ledger.append(new Proposal(entries, statements)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
