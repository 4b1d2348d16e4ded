package org.planisphere.planner.ledger.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.planisphere.foundation.database.Database;
import org.planisphere.planner.ledger.Account;
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
    /** Holds given back in one transaction, at most. */
    private static final int EXPIRIES = 2_000;

    private static final Duration LATER = Duration.ofSeconds(30);
    /** After this time without another refusal the database is taken to have room again. */
    private static final Duration REST = Duration.ofSeconds(10);

    /** The longest rest of the writer in favour of what comes next. */
    private static final Duration GATHER = Duration.ofMillis(10);
    /** Proposals that are worth a transaction of their own at any time. */
    private static final int ENOUGH = 12;

    private final Database database;
    private final LedgerSettings settings;
    private final boolean shared;
    private final Memory memory;
    private final Answers answers;
    private final Compactor compactor;
    private final ArrayBlockingQueue<Work> queue;
    private final WriterConnection connection;
    private final Thread writer;

    private volatile boolean closed;
    /** When the database last refused an append, by {@link System#nanoTime}; 0 for never. */
    private volatile long refused;

    private volatile boolean expiring;
    private volatile Function<Reservation, List<Statement>> expiryStatements = reservation -> List.of();

    /** The writer's alone. */
    private long nextSweep;

    /** Until when the writer would rather wait for more than store little; {@link System#nanoTime}, the writer's alone. */
    private long rests;

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
        this.connection = new WriterConnection(database.dataSource());
        this.memory = new Memory(database, settings);
        try {
            memory.rebuild();
        } catch (SQLException e) {
            throw new LedgerUnavailable("the ledger's log cannot be read: " + e.getMessage(), e);
        }
        this.nextSweep = System.nanoTime() + settings.sweep().toNanos();
        this.answers = new Answers(named("ledger-answers"));
        this.compactor = new Compactor(database, settings, memory, named("ledger-compactor"));
        this.writer = named("ledger-writer").newThread(this::work);
        this.writer.start();
    }

    @Override
    public View view(Collection<Account> accounts) {
        Head picture = memory.head();
        if (shared) {
            List<Account> missing = accounts.stream()
                    .filter(account -> picture.books().get(account) == null)
                    .toList();
            if (!missing.isEmpty()) {
                load(missing);
            }
        }
        return new Picture(memory.head(), now());
    }

    @Override
    public CompletableFuture<Outcome> append(Proposal proposal) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        expiring = true;
        if (closed) {
            answer.completeExceptionally(new LedgerUnavailable("the ledger is closed", null));
        } else if (!queue.offer(new Work.Append(proposal, answer))) {
            answer.completeExceptionally(
                    new LedgerUnavailable("more than " + settings.queue() + " decisions wait to be stored", null));
        } else if (closed) {
            failWaiting(new LedgerUnavailable("the ledger is closed", null));
        }
        return answer;
    }

    @Override
    public Instant now() {
        return memory.now();
    }

    @Override
    public void onExpiry(Function<Reservation, List<Statement>> statements, Consumer<Reservation> told) {
        this.expiryStatements = statements;
        answers.onExpiry(told);
        this.expiring = true;
        queue.offer(new Work.Wake());
    }

    /** Replaces the account's log up to now by a snapshot. False when another planner is at it. */
    boolean compact(Account account) throws SQLException {
        return compactor.compact(account);
    }

    @Override
    public boolean storing() {
        long last = refused;
        return last == 0 || System.nanoTime() - last > REST.toNanos();
    }

    /** How many proposals wait; for those who watch the node. */
    public int waiting() {
        return queue.size();
    }

    @Override
    public void close() {
        closed = true;
        queue.offer(new Work.Wake());
        compactor.close();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        failWaiting(new LedgerUnavailable("the ledger is closed", null));
        answers.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(List<Account> accounts) {
        CompletableFuture<Boolean> loaded = new CompletableFuture<>();
        if (closed || !queue.offer(new Work.Load(accounts, loaded))) {
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
                refused();
                LedgerUnavailable failure = new LedgerUnavailable("the ledger failed: " + e, e);
                taken.forEach(work -> work.fail(failure, answers));
                pause(50);
            }
        }
        connection.close();
    }

    private void take(List<Work> into) throws InterruptedException {
        long wait = settings.idle().toMillis();
        if (shared) {
            wait = Math.min(wait, settings.sweep().toMillis());
        }
        Optional<Instant> next = memory.nextDue();
        if (expiring && next.isPresent()) {
            wait = Math.min(wait, Duration.between(now(), next.get()).toMillis() + 1);
        }
        Work first = queue.poll(Math.max(0, wait), TimeUnit.MILLISECONDS);
        if (first != null) {
            into.add(first);
            queue.drainTo(into, settings.batch() - 1);
            gather(into);
        } else {
            connection.close();
        }
    }

    /**
     * Under load, what comes is stored together: after a batch of several the writer rests, the longer the more they were
     * and the longer that took, unless enough has come already. Whoever comes alone does not wait.
     */
    private void gather(List<Work> into) throws InterruptedException {
        for (long left = rests - System.nanoTime();
                left > 0 && into.size() < ENOUGH && !closed;
                left = rests - System.nanoTime()) {
            Work next = queue.poll(left, TimeUnit.NANOSECONDS);
            if (next != null) {
                into.add(next);
                queue.drainTo(into, settings.batch() - into.size());
            }
        }
    }

    private void process(List<Work> taken) {
        List<Work.Append> batch = new ArrayList<>();
        List<Work.Load> loads = new ArrayList<>();
        Set<Account> accounts = new LinkedHashSet<>();
        for (Work work : taken) {
            if (work instanceof Work.Append append) {
                batch.add(append);
            } else if (work instanceof Work.Load load) {
                loads.add(load);
                accounts.addAll(load.accounts());
            }
        }
        if (!loads.isEmpty()) {
            try {
                memory.catchUp(accounts, Set.of(), false);
                loads.forEach(load -> load.loaded().complete(true));
            } catch (SQLException e) {
                loads.forEach(load -> load.fail(unavailable(e), answers));
            }
        }
        if (shared && System.nanoTime() - nextSweep >= 0) {
            sweep();
        }
        long began = System.nanoTime();
        commit(batch);
        long end = System.nanoTime();
        rests = end + Math.min((batch.size() - 1) * (end - began), GATHER.toNanos());
    }

    /** Looks for what other planners appended, and pauses the longer the more there is to look through. */
    private void sweep() {
        long begun = System.nanoTime();
        try {
            memory.catchUp(Set.of(), Set.of(), true);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "the log was not looked through", e);
        }
        long end = System.nanoTime();
        nextSweep = end + Math.max(settings.sweep().toNanos(), 20 * (end - begun));
    }

    /** Stores the batch and what has run out; what spoils the batch for the others is tried again by itself. */
    private void commit(List<Work.Append> batch) {
        Attempt.Ground ground =
                new Attempt.Ground(database, connection, memory, answers, expiryStatements, this::broken);
        List<UUID> ripe = expiring ? memory.ripe(EXPIRIES) : List.of();
        Attempt all = new Attempt(ground, batch, ripe, false);
        if (!all.run()) {
            // A statement failed, of a proposal or of an expiry: each by itself shows which.
            for (UUID one : ripe) {
                if (!new Attempt(ground, List.of(), List.of(one), false).run()) {
                    LOG.log(Level.ERROR, "the hold " + one + " has run out, but what that means cannot be stored");
                    memory.lookAt(now().plus(LATER), one);
                }
            }
        }
        for (Work.Append suspect : all.suspects()) {
            new Attempt(ground, List.of(suspect), List.of(), true).run();
        }
    }

    private void broken(LedgerUnavailable failure) {
        refused();
        failWaiting(failure);
    }

    private void refused() {
        long now = System.nanoTime();
        refused = now == 0 ? 1 : now;
    }

    private void failWaiting(LedgerUnavailable failure) {
        List<Work> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        waiting.forEach(work -> work.fail(failure, answers));
    }

    static LedgerUnavailable unavailable(SQLException e) {
        return new LedgerUnavailable("the database did not take it: " + e.getMessage(), e);
    }

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A head at an instant. */
    private record Picture(Head head, Instant now) implements View {
        @Override
        public Timeline timeline(Account account) {
            return head.book(account).timeline();
        }

        @Override
        public Timeline holds(Account account) {
            return head.book(account).holds(head.axis(), account);
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
