package org.planisphere.planner.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;

/**
 * A ledger whose reservations are a list in memory, whose clock a test turns and whose statements really go to the
 * database: slow, obvious, and good to compare with. What it holds survives the planner.
 */
final class FakeLedger implements Ledger {
    private final DataSource database;
    private final Supplier<Instant> clock;
    private final Map<UUID, Reservation> reservations = new LinkedHashMap<>();
    private Function<Reservation, List<Statement>> expiry = reservation -> List.of();
    private Consumer<Reservation> expired = reservation -> {};

    /** Runs before every append; may throw, as a database does, or a crash. */
    private Runnable fault = () -> {};

    private int appends;

    FakeLedger(DataSource database, Supplier<Instant> clock) {
        this.database = database;
        this.clock = clock;
    }

    void fault(Runnable next) {
        fault = next;
    }

    synchronized int appends() {
        return appends;
    }

    synchronized List<Reservation> reservations() {
        return List.copyOf(reservations.values());
    }

    /** Lets go of every hold whose time is over, as the real ledger's timer does. */
    void expire() {
        for (Reservation reservation : reservations()) {
            if (reservation.state() == Reservation.State.HELD && !clock.get().isBefore(reservation.expires())) {
                append(new Proposal(
                                List.of(new Entry.Release(reservation.id(), clock.get())), expiry.apply(reservation)))
                        .join();
                expired.accept(reservation);
            }
        }
    }

    @Override
    public synchronized CompletableFuture<Outcome> append(Proposal proposal) {
        try {
            fault.run();
        } catch (LedgerUnavailable e) {
            return CompletableFuture.failedFuture(e);
        }
        appends++;
        Map<UUID, Reservation> next = new LinkedHashMap<>(reservations);
        for (Entry entry : proposal.entries()) {
            Outcome refused = apply(next, entry);
            if (refused != null) {
                return CompletableFuture.completedFuture(refused);
            }
        }
        Instant now = clock.get();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            for (Statement statement : proposal.statements()) {
                if (execute(connection, statement, now) == 0 && statement.mustChangeOne()) {
                    connection.rollback();
                    return CompletableFuture.completedFuture(new Outcome.Stale(statement.sql()));
                }
            }
            connection.commit();
        } catch (SQLException e) {
            return CompletableFuture.failedFuture(new LedgerUnavailable("a statement failed", e));
        }
        reservations.clear();
        reservations.putAll(next);
        return CompletableFuture.completedFuture(new Outcome.Appended(now));
    }

    private static int execute(Connection connection, Statement statement, Instant now) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            int at = 1;
            for (Object parameter : statement.parameters()) {
                Object value = parameter == Statement.NOW ? now : parameter;
                prepared.setObject(at++, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
            }
            return prepared.executeUpdate();
        }
    }

    private Outcome apply(Map<UUID, Reservation> next, Entry entry) {
        Reservation known = next.get(entry.reservation());
        if (entry instanceof Entry.Hold hold) {
            next.put(hold.held().id(), hold.held());
            return over(next, hold.held());
        }
        if (entry instanceof Entry.Release) {
            next.remove(entry.reservation());
            return null;
        }
        if (known == null) {
            return new Outcome.Gone(entry.reservation(), Outcome.Why.UNKNOWN);
        }
        if (entry instanceof Entry.Confirm confirm) {
            if (known.state() != Reservation.State.HELD) {
                return new Outcome.Gone(known.id(), Outcome.Why.NOT_HELD);
            }
            if (!clock.get().isBefore(known.expires())) {
                return new Outcome.Gone(known.id(), Outcome.Why.EXPIRED);
            }
            next.put(
                    known.id(),
                    new Reservation(
                            known.id(),
                            known.group(),
                            Reservation.State.CONFIRMED,
                            confirm.window(),
                            known.amounts(),
                            known.claims(),
                            Instant.MAX));
            return null;
        }
        Entry.Extend extend = (Entry.Extend) entry;
        Reservation changed = new Reservation(
                known.id(),
                known.group(),
                known.state(),
                extend.window(),
                extend.amounts(),
                known.claims(),
                known.expires());
        next.put(known.id(), changed);
        return over(next, changed);
    }

    private static Outcome over(Map<UUID, Reservation> all, Reservation added) {
        for (Claim claim : added.claims()) {
            Amounts peak = peak(all.values(), claim.account(), added.window());
            if (!peak.within(claim.limit())) {
                return new Outcome.Moved(claim.account(), Resource.CORES);
            }
        }
        return null;
    }

    private static Amounts peak(Collection<Reservation> all, Account account, Window window) {
        List<Reservation> mine = all.stream()
                .filter(one ->
                        one.claims().stream().anyMatch(claim -> claim.account().equals(account)))
                .filter(one -> one.window().from().isBefore(window.until())
                        && window.from().isBefore(one.window().until()))
                .toList();
        Amounts peak = Amounts.NONE;
        for (Reservation one : mine) {
            Instant at = one.window().from().isBefore(window.from())
                    ? window.from()
                    : one.window().from();
            Amounts sum = Amounts.NONE;
            for (Reservation other : mine) {
                if (!other.window().from().isAfter(at)
                        && at.isBefore(other.window().until())) {
                    sum = sum.plus(other.amounts());
                }
            }
            peak = new Amounts(
                    Math.max(peak.cores(), sum.cores()),
                    Math.max(peak.memory(), sum.memory()),
                    Math.max(peak.storage(), sum.storage()),
                    Math.max(peak.accelerators(), sum.accelerators()),
                    Math.max(peak.sessions(), sum.sessions()));
        }
        return peak;
    }

    @Override
    public View view(Collection<Account> accounts) {
        List<Reservation> all = reservations();
        Instant now = clock.get();
        return new View() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public Timeline timeline(Account account) {
                return new Line(account, all);
            }

            @Override
            public Timeline holds(Account account) {
                return new Line(
                        account,
                        all.stream()
                                .filter(one -> one.state() == Reservation.State.HELD)
                                .toList());
            }

            @Override
            public Optional<Reservation> reservation(UUID id) {
                return all.stream().filter(one -> one.id().equals(id)).findFirst();
            }

            @Override
            public int held(Account account) {
                return (int) all.stream()
                        .filter(one -> one.state() == Reservation.State.HELD)
                        .filter(one -> one.claims().stream()
                                .anyMatch(claim -> claim.account().equals(account)))
                        .count();
            }
        };
    }

    private record Line(Account account, List<Reservation> all) implements Timeline {
        @Override
        public Amounts peak(Window window) {
            return FakeLedger.peak(all, account, window);
        }

        @Override
        public boolean fits(Window window, Amounts amounts, Amounts limit) {
            return peak(window).plus(amounts).within(limit);
        }

        @Override
        public Optional<Instant> firstFit(
                Instant earliest, Instant latest, Duration length, Amounts amounts, Amounts limit) {
            for (Instant at = earliest; !at.isAfter(latest); at = at.plusSeconds(60)) {
                if (fits(new Window(at, at.plus(length)), amounts, limit)) {
                    return Optional.of(at);
                }
            }
            return Optional.empty();
        }

        @Override
        public List<Span> spans(Window window) {
            List<Span> spans = new ArrayList<>();
            for (Instant at = window.from(); at.isBefore(window.until()); at = at.plusSeconds(60)) {
                Instant until = at.plusSeconds(60).isBefore(window.until()) ? at.plusSeconds(60) : window.until();
                spans.add(new Span(new Window(at, until), peak(new Window(at, until))));
            }
            return spans;
        }
    }

    @Override
    public Instant now() {
        return clock.get();
    }

    @Override
    public void onExpiry(Function<Reservation, List<Statement>> statements, Consumer<Reservation> whenExpired) {
        expiry = statements;
        expired = whenExpired;
    }

    @Override
    public void close() {}
}
