package org.planisphere.planner.storage;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.offer.Keeping;
import org.planisphere.planner.offer.KeptStorage;
import org.planisphere.planner.offer.KeptStorages;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.staging.Shelf;
import org.planisphere.planner.task.StorageRequest;

/**
 * What owners may do with the storage that is kept for them, and its end. Thread safe. Everything blocks on the database;
 * what is answered as done is on disk.
 */
public final class Storages implements KeptStorages {
    private static final System.Logger LOG = System.getLogger(Storages.class.getName());
    private static final int SWEEP = 200;

    private final KeptStore store;
    private final SessionStore sessions;
    private final Ledger ledger;
    private final Shelf shelf;
    private final Acts acts;
    private final Map<String, Platform> platforms = new HashMap<>();

    /** @param platforms of this node, whose storage lies on its shelf */
    public Storages(
            KeptStore store,
            SessionStore sessions,
            Ledger ledger,
            Shelf shelf,
            Collection<? extends Platform> platforms,
            Acts acts) {
        this.store = store;
        this.sessions = sessions;
        this.ledger = ledger;
        this.shelf = shelf;
        this.acts = acts;
        platforms.forEach(platform -> this.platforms.put(platform.describe().id(), platform));
    }

    /** What came of something that a caller asked of a storage. */
    public sealed interface Answer {
        /** It is done; the storage as it is now, or was. */
        record Done(Kept kept) implements Answer {}

        /** It cannot be done now, and nothing was changed. */
        record Refused(String why) implements Answer {}

        /** There is none, or none of this caller's. */
        record NotFound() implements Answer {}
    }

    @Override
    public Optional<KeptStorage> find(String owner, String platform, String name) {
        Instant now = ledger.now();
        return store.of(owner).stream()
                .filter(kept -> kept.platform().equals(platform)
                        && kept.name().equals(name)
                        && kept.ends().isAfter(now))
                .findFirst()
                .map(kept -> new KeptStorage(kept.id(), kept.name(), kept.mib(), kept.ends()));
    }

    /** The caller's own, the newest first; of a caller without a name, nothing. */
    public List<Kept> list(Caller caller) {
        return caller.anonymous() ? List.of() : store.of(caller.id());
    }

    /** The storage, if it is the caller's, or the caller an operator. */
    public Optional<Kept> find(UUID id, Caller caller) {
        return store.find(id)
                .filter(kept -> !caller.anonymous() && (kept.owner().equals(caller.id()) || caller.operator()));
    }

    /** Accepted sessions that have not ended and make it or use it: only its owner's do. */
    public List<UUID> users(Kept kept) {
        return users(kept, sessions.activeOf(kept.owner()));
    }

    /** The same of several, by their ids; sessions are read once for each owner. */
    public Map<UUID, List<UUID>> users(Collection<Kept> several) {
        Map<String, List<Session>> active = new HashMap<>();
        Map<UUID, List<UUID>> users = new HashMap<>();
        for (Kept kept : several) {
            users.put(kept.id(), users(kept, active.computeIfAbsent(kept.owner(), sessions::activeOf)));
        }
        return users;
    }

    private static List<UUID> users(Kept kept, List<Session> active) {
        List<UUID> users = new ArrayList<>();
        for (Session session : active) {
            boolean uses = session.offer().task().storage().stream()
                    .map(StorageRequest::id)
                    .anyMatch(kept.id()::equals);
            boolean makes = Keeping.of(session.offer()).stream()
                    .anyMatch(one -> one.id().equals(kept.id()));
            if (uses || makes) {
                users.add(session.id());
            }
        }
        return users;
    }

    /** Bytes in it; empty while a session has it, and where it lies on another node. */
    public OptionalLong used(Kept kept) {
        try {
            return shelf.size(kept.id());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Keeps it until another instant, later or earlier: as far ahead as its platform can be booked, and if there is room. */
    public Answer keep(UUID id, Caller caller, Instant until) {
        Kept kept = find(id, caller).orElse(null);
        if (kept == null) {
            return new Answer.NotFound();
        }
        if (!kept.owner().equals(caller.id())) {
            return new Answer.Refused("It is not yours; operators may remove it and nothing else.");
        }
        Instant now = ledger.now();
        Instant ends = until.truncatedTo(ChronoUnit.MICROS);
        Platform platform = platforms.get(kept.platform());
        if (platform == null) {
            return new Answer.Refused("Its platform " + kept.platform() + " is not offered here any more.");
        }
        PlatformDescription description = platform.describe();
        Instant last = now.plus(description.horizon());
        if (!ends.isAfter(now) || ends.isAfter(last)) {
            return new Answer.Refused("It may end after " + now.truncatedTo(ChronoUnit.SECONDS) + " and until "
                    + last.truncatedTo(ChronoUnit.SECONDS) + ", not at " + ends.truncatedTo(ChronoUnit.SECONDS) + ".");
        }
        Reservation reservation =
                ledger.view(List.of(description.account())).reservation(id).orElse(null);
        if (reservation == null || !kept.ends().isAfter(now)) {
            return new Answer.Refused("Its end is here.");
        }
        Instant from = reservation.window().from();
        if (ends.isBefore(kept.ends()) && !users(kept).isEmpty()) {
            return new Answer.Refused("A session uses it: it may only be kept longer.");
        }
        Outcome outcome = append(
                List.of(new Entry.Extend(
                        id, new Window(from, ends.isAfter(from) ? ends : from.plusMillis(1)), reservation.amounts())),
                with(store.end(id, ends), acts.note(caller, "storage", id.toString(), "ends = " + ends)));
        if (outcome instanceof Outcome.Appended) {
            return store.find(id).<Answer>map(Answer.Done::new).orElseGet(Answer.NotFound::new);
        }
        return new Answer.Refused(
                outcome instanceof Outcome.Moved moved
                        ? "There is no room for so long: "
                                + (moved.account().equals(description.account()) ? "the platform" : "your allowance")
                                + " has too little storage then."
                        : "It has changed meanwhile; look again.");
    }

    /** Removes it with all its content now. */
    public Answer remove(UUID id, Caller caller) {
        Kept kept = find(id, caller).orElse(null);
        if (kept == null) {
            return new Answer.NotFound();
        }
        List<UUID> users = users(kept);
        if (!users.isEmpty()) {
            return new Answer.Refused("The session " + users.get(0) + " uses it.");
        }
        Instant now = ledger.now();
        Outcome outcome =
                append(List.of(), with(store.end(id, now), acts.note(caller, "storage", id.toString(), "removed")));
        if (!(outcome instanceof Outcome.Appended)) {
            return new Answer.NotFound();
        }
        end(kept);
        return new Answer.Done(kept);
    }

    /**
     * Removes what has ended and nobody uses any more. Called now and then by the node, and so also after it was away; may
     * be called by several at once.
     *
     * @return how many were removed
     */
    public int sweep(Instant now) {
        int removed = 0;
        for (Kept kept : store.ended(now, SWEEP)) {
            if (platforms.containsKey(kept.platform()) && users(kept).isEmpty() && end(kept)) {
                removed++;
            }
        }
        return removed;
    }

    /** First the files, then what is known of them: who dies between the two does it again. */
    private boolean end(Kept kept) {
        if (!platforms.containsKey(kept.platform())) {
            return false;
        }
        try {
            shelf.remove(kept.id());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "storage " + kept.id() + " cannot be removed", e);
            return false;
        }
        return append(List.of(new Entry.Release(kept.id(), ledger.now())), List.of(store.remove(kept.id())))
                instanceof Outcome.Appended;
    }

    private static List<Statement> with(Statement first, List<Statement> more) {
        List<Statement> all = new ArrayList<>();
        all.add(first);
        all.addAll(more);
        return all;
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
