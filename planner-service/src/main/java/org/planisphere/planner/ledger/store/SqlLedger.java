package org.planisphere.planner.ledger.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.Timeline;

/**
 * The ledger on a database that it may share with other planners. Thread safe.
 *
 * <p>What is known of the log is one immutable value, the head: whoever decides reads it without a lock. One thread
 * appends: it takes all proposals that wait, decides them in order on the head, and stores the batch in one transaction.
 * The primary key of the log, account and version, is the arbiter between planners: who comes second reads what the first
 * appended and decides the batch again.
 *
 * <p>Futures are completed, and expired holds told, by one thread of the ledger's own: what hangs on them must not block,
 * or the answers behind it wait. Proposals that wait when the database breaks down fail together with {@link
 * LedgerUnavailable}; the ledger goes on by itself as soon as the database answers.
 */
public final class SqlLedger implements Ledger {
    private static final Logger LOG = System.getLogger(SqlLedger.class.getName());
    /** How often a batch is decided again before its proposals fail. */
    private static final int ROUNDS = 100;
    /** Holds given back in one transaction, at most. */
    private static final int EXPIRIES = 2_000;

    private static final int GONE = 50_000;
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Database database;
    private final LedgerSettings settings;
    private final boolean shared;
    private final ArrayBlockingQueue<Work> queue;
    private final Thread writer;
    private final ExecutorService answers;
    private final @Nullable ScheduledExecutorService compactor;
    private final Map<Account, Long> snapshots = new ConcurrentHashMap<>();

    private volatile Head head;
    private volatile Clock clock;
    private volatile boolean closed;
    private volatile boolean expiring;
    private volatile Function<Reservation, List<Statement>> expiryStatements = reservation -> List.of();
    private volatile Consumer<Reservation> expired = reservation -> {};

    // What follows is the writer's alone.
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final Set<Account> doubtful = new HashSet<>();
    private final Map<UUID, Outcome.Why> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Outcome.Why> eldest) {
            return size() > GONE;
        }
    };
    private long nextSweep;

    /**
     * Rebuilds the head from the log and begins to work; blocks until then.
     *
     * @throws LedgerUnavailable when the log cannot be read
     */
    public SqlLedger(Database database, LedgerSettings settings) {
        this.database = database;
        this.settings = settings;
        this.shared = database.postgres();
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.clock = new Clock(Instant.EPOCH, System.nanoTime());
        this.head = Head.empty(settings.axis());
        try {
            this.head = rebuilt();
        } catch (SQLException e) {
            throw new LedgerUnavailable("the ledger's log cannot be read: " + e.getMessage(), e);
        }
        this.nextSweep = System.nanoTime() + settings.sweep().toNanos();
        this.answers = Executors.newSingleThreadExecutor(named("ledger-answers"));
        this.writer = named("ledger-writer").newThread(this::work);
        if (settings.compactEvery().isZero()) {
            this.compactor = null;
        } else {
            this.compactor = Executors.newSingleThreadScheduledExecutor(named("ledger-compactor"));
            long every = settings.compactEvery().toMillis();
            this.compactor.scheduleWithFixedDelay(this::compactLong, every, every, TimeUnit.MILLISECONDS);
        }
        this.writer.start();
    }

    @Override
    public View view(Collection<Account> accounts) {
        Head picture = head;
        if (shared) {
            List<Account> missing = accounts.stream()
                    .filter(account -> picture.books().get(account) == null)
                    .toList();
            if (!missing.isEmpty()) {
                load(missing);
            }
        }
        return new Picture(head, now());
    }

    @Override
    public CompletableFuture<Outcome> append(Proposal proposal) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        expiring = true;
        if (closed) {
            answer.completeExceptionally(new LedgerUnavailable("the ledger is closed", null));
        } else if (!queue.offer(new Append(proposal, answer))) {
            answer.completeExceptionally(
                    new LedgerUnavailable("more than " + settings.queue() + " decisions wait to be stored", null));
        } else if (closed) {
            failWaiting(new LedgerUnavailable("the ledger is closed", null));
        }
        return answer;
    }

    @Override
    public Instant now() {
        return clock.now();
    }

    @Override
    public void onExpiry(Function<Reservation, List<Statement>> statements, Consumer<Reservation> told) {
        this.expiryStatements = statements;
        this.expired = told;
        this.expiring = true;
        queue.offer(new Wake());
    }

    /** How many proposals wait; for those who watch the node. */
    public int waiting() {
        return queue.size();
    }

    @Override
    public void close() {
        closed = true;
        queue.offer(new Wake());
        if (compactor != null) {
            compactor.shutdown();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        failWaiting(new LedgerUnavailable("the ledger is closed", null));
        answers.shutdown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Replaces the account's log up to now by a snapshot. False when another planner is at it. */
    boolean compact(Account account) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                Instant at = SqlLog.clock(connection);
                BookBuilder state = new BookBuilder(account, at.minus(settings.keep()));
                Optional<SqlLog.Snapshot> before = SqlLog.snapshot(connection, account);
                before.ifPresent(snapshot -> state.begin(snapshot.version(), snapshot.document()));
                long from = state.version();
                SqlLog.tail(connection, account, from, state::add);
                boolean done = state.version() > from && SqlLog.compact(connection, account, state, from, at);
                if (done) {
                    connection.commit();
                    snapshots.put(account, state.version());
                } else {
                    connection.rollback();
                }
                return done;
            } catch (SQLException e) {
                rollback(connection);
                if (Trouble.taken(e) || Trouble.of(e) == Trouble.AGAIN) {
                    return false;
                }
                throw e;
            }
        }
    }

    private void compactLong() {
        Head now = head;
        List<Account> accounts = new ArrayList<>();
        now.books().forEach((account, book) -> {
            long tail = book.version() - snapshots.getOrDefault(account, 0L);
            if (tail > settings.compactAfter() && tail > 2L * book.open().size()) {
                accounts.add(account);
            }
        });
        for (Account account : accounts) {
            if (closed) {
                return;
            }
            try {
                compact(account);
            } catch (SQLException | RuntimeException e) {
                LOG.log(Level.WARNING, "the log of " + account.id() + " is not compacted yet: " + e.getMessage());
            }
        }
    }

    private Head rebuilt() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            Instant now = SqlLog.clock(connection);
            clock = new Clock(now, System.nanoTime());
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
            return built;
        }
    }

    private void load(List<Account> accounts) {
        CompletableFuture<Boolean> loaded = new CompletableFuture<>();
        if (closed || !queue.offer(new Load(accounts, loaded))) {
            throw new LedgerUnavailable("the ledger is closed or has too much to do", null);
        }
        try {
            loaded.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerUnavailable("interrupted while the log was read", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new LedgerUnavailable("the ledger's log cannot be read", e);
        }
    }

    private void work() {
        while (!closed) {
            List<Work> taken = new ArrayList<>();
            try {
                take(taken);
                process(taken);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread on purpose: H2 would lose its file over it.
                LOG.log(Level.WARNING, "the ledger's writer was interrupted and goes on");
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "the ledger's writer failed at a batch and goes on", e);
                LedgerUnavailable failure = new LedgerUnavailable("the ledger failed: " + e, e);
                taken.forEach(work -> work.fail(failure, answers));
                pause(50);
            }
        }
    }

    private void take(List<Work> into) throws InterruptedException {
        long wait = settings.idle().toMillis();
        if (shared) {
            wait = Math.min(wait, settings.sweep().toMillis());
        }
        Due next = due.peek();
        if (expiring && next != null) {
            wait = Math.min(wait, Duration.between(now(), next.when()).toMillis() + 1);
        }
        Work first = queue.poll(Math.max(0, wait), TimeUnit.MILLISECONDS);
        if (first != null) {
            into.add(first);
            queue.drainTo(into, settings.batch() - 1);
        }
    }

    private void process(List<Work> taken) {
        List<Append> batch = new ArrayList<>();
        List<Load> loads = new ArrayList<>();
        Set<Account> accounts = new LinkedHashSet<>();
        for (Work work : taken) {
            if (work instanceof Append append) {
                batch.add(append);
            } else if (work instanceof Load load) {
                loads.add(load);
                accounts.addAll(load.accounts());
            }
        }
        if (!loads.isEmpty()) {
            try {
                catchUp(accounts, Set.of(), false);
                loads.forEach(load -> load.loaded().complete(true));
            } catch (SQLException e) {
                loads.forEach(load -> load.fail(unavailable(e), answers));
            }
        }
        if (shared && System.nanoTime() - nextSweep >= 0) {
            sweep();
        }
        commit(batch);
    }

    /** Looks for what other planners appended, and pauses the longer the more there is to look through. */
    private void sweep() {
        long begun = System.nanoTime();
        try {
            catchUp(Set.of(), Set.of(), true);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "the log was not looked through", e);
        }
        long end = System.nanoTime();
        nextSweep = end + Math.max(settings.sweep().toNanos(), 20 * (end - begun));
    }

    /** Stores the batch and what has run out; what spoils the batch for the others is tried again by itself. */
    private void commit(List<Append> batch) {
        List<Due> ripe = ripe();
        Attempt all = new Attempt(batch, ripe);
        if (!all.run()) {
            // A statement failed, of a proposal or of an expiry: each by itself shows which.
            for (Due one : ripe) {
                if (!new Attempt(List.of(), List.of(one)).run()) {
                    LOG.log(Level.ERROR, "the hold " + one.id() + " has run out, but what that means cannot be stored");
                    due.add(new Due(now().plus(LATER), one.id()));
                }
            }
            all.suspects.addAll(all.rest);
        }
        for (Append suspect : all.suspects) {
            Attempt alone = new Attempt(List.of(suspect), List.of());
            alone.alone = true;
            alone.run();
        }
    }

    private List<Due> ripe() {
        List<Due> ripe = new ArrayList<>();
        if (expiring) {
            Instant now = now();
            for (Due next = due.peek();
                    next != null && !next.when().isAfter(now) && ripe.size() < EXPIRIES;
                    next = due.peek()) {
                ripe.add(due.remove());
            }
        }
        return ripe;
    }

    /** One batch on its way to the disk. */
    private final class Attempt {
        private final List<Due> ripe;
        private List<Append> rest;
        /** Taken out of the batch, to be tried alone. */
        private final List<Append> suspects = new ArrayList<>();

        private boolean alone;
        private final Map<Append, Outcome> refused = new LinkedHashMap<>();
        /** What makes no sense; told like every other answer when what it was decided on is stored. */
        private final Map<Append, RuntimeException> nonsense = new HashMap<>();

        private final List<Reservation> over = new ArrayList<>();
        private boolean fresh;

        Attempt(List<Append> batch, List<Due> ripe) {
            this.rest = batch;
            this.ripe = ripe;
        }

        /** Goes on until all are answered or set aside; false when a statement failed and nothing was stored. */
        boolean run() {
            for (int round = 0; round < ROUNDS; round++) {
                boolean committing = false;
                @Nullable Draft draft = null;
                try {
                    if (!doubtful.isEmpty()) {
                        catchUp(Set.copyOf(doubtful), Set.of(), false);
                        doubtful.clear();
                    }
                    Set<Account> behind = Set.of();
                    Set<UUID> unknown = Set.of();
                    try (Connection connection = database.dataSource().getConnection()) {
                        connection.setAutoCommit(false);
                        try {
                            Instant now = SqlLog.clock(connection);
                            clock = new Clock(now, System.nanoTime());
                            draft = decide(now);
                            behind = stale(draft);
                            unknown = draft.missingReservations();
                            if (behind.isEmpty() && unknown.isEmpty()) {
                                Storing storing = store(connection, draft, now);
                                if (storing == Storing.STORED) {
                                    committing = true;
                                    connection.commit();
                                    database.sync(connection);
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
                                    behind = accounts(draft);
                                }
                            } else {
                                connection.rollback();
                            }
                        } catch (SQLException | RuntimeException e) {
                            rollback(connection);
                            throw e;
                        }
                    }
                    if (!behind.isEmpty() || !unknown.isEmpty()) {
                        catchUp(behind, unknown, false);
                        fresh = true;
                    }
                } catch (SQLException e) {
                    Trouble trouble = Trouble.of(e);
                    if (committing && trouble != Trouble.AGAIN && draft != null) {
                        doubtful.addAll(accounts(draft));
                        trouble = Trouble.DATABASE;
                    }
                    if (trouble == Trouble.STATEMENT && !alone) {
                        return false;
                    }
                    if (trouble != Trouble.AGAIN) {
                        failed(e, trouble == Trouble.DATABASE);
                        return true;
                    }
                    pause(ThreadLocalRandom.current().nextLong(1, 5));
                } catch (RuntimeException | Error e) {
                    // Nobody knows how far it came: what it touched is read again, what ran out is looked at again.
                    if (draft != null) {
                        doubtful.addAll(accounts(draft));
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
            Draft draft = new Draft(head, now, now.minus(settings.keep()), gone);
            for (Due one : ripe) {
                Reservation reservation = draft.head().reservations().get(one.id());
                if (draft.expires(one.id()) && reservation != null) {
                    over.add(reservation);
                }
            }
            for (Append append : rest) {
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
            if (shared && !fresh) {
                // A refusal is only as good as what it was decided on.
                for (Outcome refusal : refused.values()) {
                    if (refusal instanceof Outcome.Moved moved) {
                        behind.add(moved.account());
                    } else if (refusal instanceof Outcome.TooManyHeld many) {
                        behind.add(many.account());
                    } else if (refusal instanceof Outcome.Gone over) {
                        Reservation known = head.reservations().get(over.reservation());
                        if (known != null) {
                            known.claims().forEach(claim -> behind.add(claim.account()));
                        }
                    }
                }
            }
            return behind;
        }

        private Storing store(Connection connection, Draft draft, Instant now) throws SQLException {
            Map<String, List<Owned>> groups = new LinkedHashMap<>();
            for (Reservation reservation : over) {
                expiryStatements.apply(reservation).forEach(statement -> group(groups, statement, null));
            }
            for (Append append : rest) {
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
                    SqlLog.open(connection, opened);
                }
                if (!draft.rows().isEmpty()) {
                    SqlLog.append(connection, draft.rows(), now);
                }
            } catch (SQLException e) {
                if (Trouble.taken(e)) {
                    return Storing.TAKEN;
                }
                throw Trouble.of(e) == Trouble.STATEMENT ? new SQLException(e.getMessage(), "XX000", e) : e;
            }
            Set<Append> stale = new LinkedHashSet<>();
            for (Map.Entry<String, List<Owned>> group : groups.entrySet()) {
                if (!stale.isEmpty()) {
                    break; // what follows stands on what did not happen
                }
                List<Owned> owned = group.getValue();
                boolean[] changed = SqlLog.execute(
                        connection,
                        group.getKey(),
                        owned.stream().map(Owned::statement).toList(),
                        now);
                for (int i = 0; i < changed.length; i++) {
                    Append owner = owned.get(i).owner();
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
                rest.forEach(append -> answer(append, why));
                rest = List.of();
                refused.clear();
                return Storing.AGAIN;
            }
            suspects.addAll(stale);
            rest = rest.stream().filter(append -> !stale.contains(append)).toList();
            return Storing.AGAIN;
        }

        private void group(Map<String, List<Owned>> groups, Statement statement, @Nullable Append owner) {
            groups.computeIfAbsent(statement.sql(), sql -> new ArrayList<>()).add(new Owned(statement, owner));
        }

        private void finished(Draft draft, Instant now) {
            if (!draft.rows().isEmpty()) {
                head = draft.head();
                for (Row row : draft.rows()) {
                    noted(row);
                }
            }
            Instant later = now.plus(LATER);
            for (Due one : ripe) {
                Reservation reservation = head.reservations().get(one.id());
                if (reservation != null && reservation.state() == Reservation.State.HELD) {
                    due.add(new Due(reservation.expires().isAfter(now) ? reservation.expires() : later, one.id()));
                }
            }
            Outcome appended = new Outcome.Appended(now);
            List<Append> told = List.copyOf(rest);
            Map<Append, Outcome> refusals = Map.copyOf(refused);
            Map<Append, RuntimeException> failures = Map.copyOf(nonsense);
            List<Reservation> ended = List.copyOf(over);
            if (!told.isEmpty() || !ended.isEmpty()) {
                answers.execute(() -> {
                    for (Append append : told) {
                        Outcome refusal = refusals.get(append);
                        RuntimeException failure = failures.get(append);
                        if (failure != null) {
                            append.answer().completeExceptionally(failure);
                        } else {
                            append.answer().complete(refusal == null ? appended : refusal);
                        }
                    }
                    for (Reservation reservation : ended) {
                        tell(reservation);
                    }
                });
            }
        }

        private void again(Duration later) {
            Instant when = now().plus(later);
            ripe.forEach(one -> due.add(new Due(when, one.id())));
        }

        private void failed(SQLException e, boolean database) {
            LOG.log(Level.WARNING, "the ledger cannot append: " + e.getMessage());
            LedgerUnavailable failure = unavailable(e);
            rest.forEach(append -> append.fail(failure, answers));
            again(database ? Duration.ofSeconds(1) : LATER);
            rest = List.of();
            if (database) {
                suspects.forEach(append -> append.fail(failure, answers));
                suspects.clear();
                failWaiting(failure);
            }
        }
    }

    private enum Storing {
        STORED,
        NOTHING,
        TAKEN,
        AGAIN
    }

    private void answer(Append append, Outcome outcome) {
        answers.execute(() -> append.answer().complete(outcome));
    }

    private void tell(Reservation reservation) {
        try {
            expired.accept(reservation);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "whoever listens for expired holds failed at " + reservation.id(), e);
        }
    }

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
    private void catchUp(Set<Account> accounts, Set<UUID> reservations, boolean all) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                Instant now = SqlLog.clock(connection);
                clock = new Clock(now, System.nanoTime());
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
                rollback(connection);
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

    private static Set<Account> accounts(Draft draft) {
        Set<Account> accounts = new LinkedHashSet<>();
        draft.rows().forEach(row -> accounts.add(row.account()));
        return accounts;
    }

    private void failWaiting(LedgerUnavailable failure) {
        List<Work> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        waiting.forEach(work -> work.fail(failure, answers));
    }

    private static LedgerUnavailable unavailable(SQLException e) {
        return new LedgerUnavailable("the database did not take it: " + e.getMessage(), e);
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "the connection is gone, and the transaction with it", e);
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
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

    /** A statement and the proposal it came with; nobody's when a hold has run out. */
    private record Owned(Statement statement, @Nullable Append owner) {}

    private sealed interface Work {
        /** Ends it with a failure, on the thread that answers or, when that has ended, on this one. */
        void fail(RuntimeException failure, ExecutorService answers);
    }

    private record Append(Proposal proposal, CompletableFuture<Outcome> answer) implements Work {
        @Override
        public void fail(RuntimeException failure, ExecutorService answers) {
            if (answers.isShutdown()) {
                answer.completeExceptionally(failure);
            } else {
                answers.execute(() -> answer.completeExceptionally(failure));
            }
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private record Load(List<Account> accounts, CompletableFuture<Boolean> loaded) implements Work {
        @Override
        public void fail(RuntimeException failure, ExecutorService answers) {
            loaded.completeExceptionally(failure);
        }
    }

    private record Wake() implements Work {
        @Override
        public void fail(RuntimeException failure, ExecutorService answers) {
            // nobody waits for it
        }
    }

    /** A head at an instant. */
    private record Picture(Head head, Instant now) implements View {
        @Override
        public Timeline timeline(Account account) {
            return head.book(account).timeline();
        }

        @Override
        public Optional<Reservation> reservation(UUID id) {
            return Optional.ofNullable(head.reservations().get(id));
        }

        @Override
        public int held(Account account) {
            return head.book(account).held();
        }
    }
}
