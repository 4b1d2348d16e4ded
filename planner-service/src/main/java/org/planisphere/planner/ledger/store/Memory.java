package org.planisphere.planner.ledger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.planisphere.foundation.database.Database;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Reservation;

/**
 * What one planner knows of the log: the head, the database's clock, when which hold runs out, and what became of those
 * that are over. Head, clock and versions may be read by any thread; all else is the ledger's writer's alone.
 */
final class Memory {
    /** Reservations that are over and whose end is remembered, at most. */
    private static final int GONE = 50_000;

    private final Database database;
    private final LedgerSettings settings;
    private final boolean shared;
    private final Map<Account, Long> snapshots = new ConcurrentHashMap<>();
    private volatile Head head;
    private volatile Clock clock = new Clock(Instant.EPOCH, System.nanoTime());

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final Set<Account> doubtful = new HashSet<>();
    private final Map<UUID, Outcome.Why> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Outcome.Why> eldest) {
            return size() > GONE;
        }
    };

    Memory(Database database, LedgerSettings settings) {
        this.database = database;
        this.settings = settings;
        this.shared = database.postgres();
        this.head = Head.empty(settings.axis());
    }

    Head head() {
        return head;
    }

    /** The database's clock, as far as this planner knows. */
    Instant now() {
        return clock.now();
    }

    /** What the database's clock says at this instant. */
    void setClock(Instant now) {
        clock = new Clock(now, System.nanoTime());
    }

    /** Version of the account's newest snapshot; 0 where there is none. */
    long snapshot(Account account) {
        return snapshots.getOrDefault(account, 0L);
    }

    void compacted(Account account, long version) {
        snapshots.put(account, version);
    }

    /** A draft of what comes next, on the newest that is known. */
    Draft draft(Instant now) {
        return new Draft(head, now, now.minus(settings.keep()), gone);
    }

    /** The draft is stored: it is what is known now. */
    void stored(Draft draft) {
        if (!draft.rows().isEmpty()) {
            head = draft.head();
            draft.rows().forEach(this::noted);
        }
    }

    /** When the next hold has to be looked at. */
    Optional<Instant> nextDue() {
        return Optional.ofNullable(due.peek()).map(Due::when);
    }

    /** Takes out what is due, at most so many. */
    List<UUID> ripe(int most) {
        List<UUID> ripe = new ArrayList<>();
        Instant now = now();
        for (Due next = due.peek();
                next != null && !next.when().isAfter(now) && ripe.size() < most;
                next = due.peek()) {
            ripe.add(due.remove().id());
        }
        return ripe;
    }

    /** The hold has to be looked at then. */
    void lookAt(Instant when, UUID reservation) {
        due.add(new Due(when, reservation));
    }

    /** Nobody knows whether what was to be stored of these accounts was stored: they are read before anything else. */
    void doubt(Set<Account> accounts) {
        doubtful.addAll(accounts);
    }

    void clearDoubts() throws SQLException {
        if (!doubtful.isEmpty()) {
            catchUp(Set.copyOf(doubtful), Set.of(), false);
            doubtful.clear();
        }
    }

    /** Rebuilds everything from the log. */
    void rebuild() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            Instant now = SqlLog.clock(connection);
            setClock(now);
            Instant horizon = now.minus(settings.keep());
            Map<Account, BookBuilder> builders = new HashMap<>();
            for (Account account : SqlLog.snapshots(connection)) {
                BookBuilder builder = new BookBuilder(account, horizon);
                SqlLog.snapshot(connection, account)
                        .ifPresent(snapshot -> builder.begin(snapshot.version(), snapshot.document()));
                snapshots.put(account, builder.version());
                builders.put(account, builder);
            }
            SqlLog.all(
                    connection,
                    row -> builders.computeIfAbsent(row.account(), account -> new BookBuilder(account, horizon))
                            .add(row));
            connection.rollback();
            Head built = Head.empty(settings.axis());
            for (BookBuilder builder : builders.values()) {
                Book book = builder.book(settings.axis());
                built = built.with(builder.account(), book);
            }
            built.reservations().forEach((id, reservation) -> watch(reservation));
            head = built;
        }
    }

    /** Notes what a row of ours means for what comes. */
    private void noted(Row row) {
        if (row.op() == Row.Op.HOLD) {
            Reservation reservation = head.reservations().get(row.reservation());
            Claim first = reservation == null ? null : reservation.claims().get(0);
            if (reservation != null && first != null && first.account().equals(row.account())) {
                watch(reservation);
            }
        } else if (row.op() == Row.Op.EXPIRE) {
            gone.put(row.reservation(), Outcome.Why.EXPIRED);
        } else if (row.op() == Row.Op.RELEASE) {
            gone.put(row.reservation(), Outcome.Why.NOT_HELD);
        }
    }

    private void watch(Reservation reservation) {
        if (reservation.state() == Reservation.State.HELD) {
            due.add(new Due(reservation.expires(), reservation.id()));
        }
    }

    /**
     * Reads what others appended, in one snapshot of the database.
     *
     * @param reservations to be found wherever they are
     * @param all whether to look through all accounts
     */
    void catchUp(Set<Account> accounts, Set<UUID> reservations, boolean all) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                Instant now = SqlLog.clock(connection);
                setClock(now);
                Set<Account> wanted = new LinkedHashSet<>(accounts);
                Map<UUID, Outcome.Why> ended = new HashMap<>();
                boolean lost = false;
                for (UUID id : reservations) {
                    List<Row> rows = SqlLog.of(connection, id);
                    lost |= rows.isEmpty();
                    for (Row row : rows) {
                        wanted.add(row.account());
                        row.claims().forEach(claim -> wanted.add(claim.account()));
                    }
                    ended.put(id, why(rows));
                }
                if (shared && (all || lost)) {
                    for (SqlLog.Version version : SqlLog.versions(connection)) {
                        Book book = head.books().get(version.account());
                        if (book == null || book.version() < version.number()) {
                            wanted.add(version.account());
                        }
                    }
                }
                Head next = head;
                for (Account account : wanted) {
                    next = caughtUp(connection, next, account, now.minus(settings.keep()));
                }
                connection.rollback();
                head = next;
                for (Map.Entry<UUID, Outcome.Why> one : ended.entrySet()) {
                    if (next.reservations().get(one.getKey()) == null) {
                        gone.put(one.getKey(), one.getValue());
                    }
                }
            } catch (SQLException | RuntimeException e) {
                Trouble.rollback(connection);
                throw e;
            }
        }
    }

    private static Outcome.Why why(List<Row> rows) {
        if (rows.isEmpty()) {
            return Outcome.Why.UNKNOWN;
        }
        return rows.get(rows.size() - 1).op() == Row.Op.EXPIRE ? Outcome.Why.EXPIRED : Outcome.Why.NOT_HELD;
    }

    private Head caughtUp(Connection connection, Head from, Account account, Instant horizon) throws SQLException {
        Book book = from.books().get(account);
        long compacted = SqlLog.snapshotVersion(connection, account);
        if (book == null || compacted > book.version()) {
            BookBuilder builder = new BookBuilder(account, horizon);
            SqlLog.snapshot(connection, account)
                    .ifPresent(snapshot -> builder.begin(snapshot.version(), snapshot.document()));
            SqlLog.tail(connection, account, builder.version(), builder::add);
            Book read = builder.book(settings.axis());
            read.open().forEach((id, reservation) -> watch(reservation));
            snapshots.put(account, compacted);
            return from.with(account, read);
        }
        List<Row> tail = new ArrayList<>();
        SqlLog.tail(connection, account, book.version(), tail::add);
        Head next = from;
        for (Row row : tail) {
            next = next.after(row);
            if (row.op() == Row.Op.HOLD && row.expires() != null) {
                due.add(new Due(row.expires(), row.reservation()));
            }
        }
        return next.forgetting(account, horizon);
    }

    /** The database's clock at an instant of the local monotonic clock. */
    private record Clock(Instant time, long nanos) {
        Instant now() {
            return time.plusNanos(System.nanoTime() - nanos);
        }
    }

    /** When a hold has to be looked at. */
    private record Due(Instant when, UUID id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = when.compareTo(other.when);
            return order != 0 ? order : id.compareTo(other.id);
        }
    }
}
