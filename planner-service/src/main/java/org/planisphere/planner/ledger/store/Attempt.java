package org.planisphere.planner.ledger.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Statement;

/**
 * One batch on its way to the disk: decided in order on the newest head, stored in one transaction, decided again when
 * another planner was first. Used by the ledger's writer alone.
 */
final class Attempt {
    private static final Logger LOG = System.getLogger(Attempt.class.getName());
    /** How often a batch is decided again before its proposals fail. */
    private static final int ROUNDS = 100;

    private static final Duration LATER = Duration.ofSeconds(30);

    /**
     * What every attempt stands on.
     *
     * @param connection the writer's
     * @param expiry what an expired hold means for the other tables
     * @param waiting fails everything that waits behind this batch
     */
    record Ground(
            Database database,
            WriterConnection connection,
            Memory memory,
            Answers answers,
            Function<Reservation, List<Statement>> expiry,
            Consumer<LedgerUnavailable> waiting) {}

    private final Ground ground;
    private final Memory memory;
    private final List<UUID> ripe;
    private List<Work.Append> rest;
    /** Taken out of the batch, to be tried alone. */
    private final List<Work.Append> suspects = new ArrayList<>();

    private final boolean alone;
    private final Map<Work.Append, Outcome> refused = new LinkedHashMap<>();
    /** What makes no sense; told like every other answer when what it was decided on is stored. */
    private final Map<Work.Append, RuntimeException> nonsense = new HashMap<>();

    private final List<Reservation> over = new ArrayList<>();
    private boolean fresh;

    /**
     * @param ripe holds that may have run out
     * @param alone when the batch is one proposal that spoilt another batch: what is wrong is its own fault
     */
    Attempt(Ground ground, List<Work.Append> batch, List<UUID> ripe, boolean alone) {
        this.ground = ground;
        this.memory = ground.memory();
        this.rest = batch;
        this.ripe = ripe;
        this.alone = alone;
    }

    /** Those of the batch that were taken out of it, to be tried alone; all that is left when {@link #run} failed. */
    List<Work.Append> suspects() {
        return suspects;
    }

    /** Goes on until all are answered or set aside; false when a statement failed and nothing was stored. */
    boolean run() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean committing = false;
            @Nullable Draft draft = null;
            try {
                memory.clearDoubts();
                Set<Account> behind = Set.of();
                Set<UUID> unknown = Set.of();
                try {
                    Connection connection = ground.connection().open();
                    Instant now = SqlLog.clock(connection);
                    memory.setClock(now);
                    draft = decide(now);
                    behind = stale(draft);
                    unknown = draft.missingReservations();
                    if (behind.isEmpty() && unknown.isEmpty()) {
                        Storing storing = store(draft, now);
                        if (storing == Storing.STORED) {
                            committing = true;
                            connection.commit();
                            ground.database().sync(connection);
                            committing = false;
                            finished(draft, now);
                            return true;
                        }
                        connection.rollback();
                        if (storing == Storing.NOTHING) {
                            finished(draft, now);
                            return true;
                        }
                        if (storing == Storing.TAKEN) {
                            behind = draft.accounts();
                        }
                    } else {
                        connection.rollback();
                    }
                } catch (SQLException | RuntimeException | Error e) {
                    ground.connection().close();
                    throw e;
                }
                if (!behind.isEmpty() || !unknown.isEmpty()) {
                    memory.catchUp(behind, unknown, false);
                    fresh = true;
                }
            } catch (SQLException e) {
                Trouble trouble = Trouble.of(e);
                if (committing && trouble != Trouble.AGAIN && draft != null) {
                    memory.doubt(draft.accounts());
                    trouble = Trouble.DATABASE;
                }
                if (trouble == Trouble.STATEMENT && !alone) {
                    suspects.addAll(rest);
                    return false;
                }
                if (trouble != Trouble.AGAIN) {
                    failed(e, trouble == Trouble.DATABASE);
                    return true;
                }
                SqlLedger.pause(ThreadLocalRandom.current().nextLong(1, 5));
            } catch (RuntimeException | Error e) {
                // Nobody knows how far it came: what it touched is read again, what ran out is looked at again.
                if (draft != null) {
                    memory.doubt(draft.accounts());
                }
                again(LATER);
                throw e;
            }
        }
        failed(new SQLException("decided " + ROUNDS + " times, and another planner was first each time"), false);
        return true;
    }

    private Draft decide(Instant now) {
        refused.clear();
        nonsense.clear();
        over.clear();
        Draft draft = memory.draft(now);
        for (UUID one : ripe) {
            Reservation reservation = draft.head().reservations().get(one);
            if (draft.expires(one) && reservation != null) {
                over.add(reservation);
            }
        }
        for (Work.Append append : rest) {
            try {
                Outcome refusal = draft.refuses(append.proposal());
                if (refusal != null) {
                    refused.put(append, refusal);
                }
            } catch (RuntimeException e) {
                nonsense.put(append, e);
            }
        }
        return draft;
    }

    /** Accounts that must be read again before the draft counts. */
    private Set<Account> stale(Draft draft) {
        Set<Account> behind = new HashSet<>(draft.missingAccounts());
        if (ground.database().postgres() && !fresh) {
            // A refusal is only as good as what it was decided on.
            for (Outcome refusal : refused.values()) {
                if (refusal instanceof Outcome.Moved moved) {
                    behind.add(moved.account());
                } else if (refusal instanceof Outcome.TooManyHeld many) {
                    behind.add(many.account());
                } else if (refusal instanceof Outcome.Gone over) {
                    Reservation known = memory.head().reservations().get(over.reservation());
                    if (known != null) {
                        known.claims().forEach(claim -> behind.add(claim.account()));
                    }
                }
            }
        }
        return behind;
    }

    private Storing store(Draft draft, Instant now) throws SQLException {
        Map<String, List<Owned>> groups = new LinkedHashMap<>();
        for (Reservation reservation : over) {
            ground.expiry().apply(reservation).forEach(statement -> group(groups, statement, null));
        }
        for (Work.Append append : rest) {
            if (!refused.containsKey(append) && !nonsense.containsKey(append)) {
                append.proposal().statements().forEach(statement -> group(groups, statement, append));
            }
        }
        if (draft.rows().isEmpty() && groups.isEmpty()) {
            return Storing.NOTHING;
        }
        try {
            List<Account> opened = draft.rows().stream()
                    .filter(row -> row.version() == 1)
                    .map(Row::account)
                    .sorted()
                    .toList();
            if (!opened.isEmpty()) {
                SqlLog.open(ground.connection(), opened);
            }
            if (!draft.rows().isEmpty()) {
                SqlLog.append(ground.connection(), draft.rows(), now);
            }
        } catch (SQLException e) {
            if (Trouble.taken(e)) {
                return Storing.TAKEN;
            }
            throw Trouble.of(e) == Trouble.STATEMENT ? new SQLException(e.getMessage(), "XX000", e) : e;
        }
        Set<Work.Append> stale = new LinkedHashSet<>();
        for (Map.Entry<String, List<Owned>> group : groups.entrySet()) {
            if (!stale.isEmpty()) {
                break; // what follows stands on what did not happen
            }
            List<Owned> owned = group.getValue();
            boolean[] changed = SqlLog.execute(
                    ground.connection(),
                    group.getKey(),
                    owned.stream().map(Owned::statement).toList(),
                    now);
            for (int i = 0; i < changed.length; i++) {
                Work.Append owner = owned.get(i).owner();
                if (!changed[i] && owned.get(i).statement().mustChangeOne() && owner != null) {
                    if (stale.add(owner) && alone) {
                        refused.put(owner, new Outcome.Stale(group.getKey()));
                    }
                }
            }
        }
        if (stale.isEmpty()) {
            return Storing.STORED;
        }
        if (alone) {
            Outcome why = refused.values().iterator().next();
            rest.forEach(append -> ground.answers().tell(append, why));
            rest = List.of();
            refused.clear();
            return Storing.AGAIN;
        }
        suspects.addAll(stale);
        rest = rest.stream().filter(append -> !stale.contains(append)).toList();
        return Storing.AGAIN;
    }

    private void group(Map<String, List<Owned>> groups, Statement statement, Work.@Nullable Append owner) {
        groups.computeIfAbsent(statement.sql(), sql -> new ArrayList<>()).add(new Owned(statement, owner));
    }

    private void finished(Draft draft, Instant now) {
        memory.stored(draft);
        Instant later = now.plus(LATER);
        for (UUID one : ripe) {
            Reservation reservation = memory.head().reservations().get(one);
            if (reservation != null && reservation.state() == Reservation.State.HELD) {
                memory.lookAt(reservation.expires().isAfter(now) ? reservation.expires() : later, one);
            }
        }
        ground.answers()
                .tell(
                        List.copyOf(rest),
                        new Outcome.Appended(now),
                        Map.copyOf(refused),
                        Map.copyOf(nonsense),
                        List.copyOf(over));
    }

    private void again(Duration later) {
        Instant when = memory.now().plus(later);
        ripe.forEach(one -> memory.lookAt(when, one));
    }

    private void failed(SQLException e, boolean broken) {
        LOG.log(Level.WARNING, "the ledger cannot append: " + e.getMessage());
        LedgerUnavailable failure = SqlLedger.unavailable(e);
        rest.forEach(append -> append.fail(failure, ground.answers()));
        again(broken ? Duration.ofSeconds(1) : LATER);
        rest = List.of();
        if (broken) {
            suspects.forEach(append -> append.fail(failure, ground.answers()));
            suspects.clear();
            ground.waiting().accept(failure);
        }
    }

    private enum Storing {
        STORED,
        NOTHING,
        TAKEN,
        AGAIN
    }

    /** A statement and the proposal it came with; nobody's when a hold has run out. */
    private record Owned(Statement statement, Work.@Nullable Append owner) {}
}
