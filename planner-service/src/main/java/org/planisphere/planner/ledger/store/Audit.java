package org.planisphere.planner.ledger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Window;

/**
 * Judges the ledger's log by what the planner promises, without any code of the ledger's index: at no version of any
 * account was more promised, at any instant, than the limits that held; nothing was taken that was not held or had run
 * out; nothing was given back twice or without having been promised; and all accounts of a reservation say the same of
 * it. Costs O(n log n) of the log's length, and holds one account's log in memory at a time.
 */
public final class Audit {
    private Audit() {}

    /**
     * What was found.
     *
     * @param entries rows judged
     * @param accounts accounts judged
     * @param open what is held or confirmed at the end of the log
     * @param violations sentences for people, the first thousand; empty when every promise was kept
     */
    public record Report(long entries, int accounts, Map<UUID, Reservation.State> open, List<String> violations) {
        public Report {
            open = Map.copyOf(open);
            violations = List.copyOf(violations);
        }

        public boolean clean() {
            return violations.isEmpty();
        }

        public long held() {
            return count(Reservation.State.HELD);
        }

        public long confirmed() {
            return count(Reservation.State.CONFIRMED);
        }

        private long count(Reservation.State state) {
            return open.values().stream().filter(each -> each == state).count();
        }
    }

    /** Reads the whole log in one snapshot of the database; nodes may go on working meanwhile. */
    public static Report check(DataSource source) throws SQLException {
        return check(source, false);
    }

    /**
     * The same, and that the stored sessions agree with the log: an offered session's reservation is held, an accepted
     * one's confirmed, an ended one's given back, and there is no reservation without a session.
     */
    public static Report checkWithSessions(DataSource source) throws SQLException {
        return check(source, true);
    }

    private static Report check(DataSource source, boolean sessions) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                Run run = new Run(connection);
                run.judgeAll();
                if (sessions) {
                    run.compareSessions();
                }
                return run.report();
            } finally {
                connection.rollback();
            }
        }
    }

    /** One audit at work. */
    private static final class Run {
        private static final int MOST = 1_000;

        private final Connection connection;
        private final List<String> violations = new ArrayList<>();
        /** Every reservation open somewhere, and in how many of its accounts. */
        private final Map<UUID, Open> open = new HashMap<>();

        private long entries;
        private int accounts;

        Run(Connection connection) {
            this.connection = connection;
        }

        Report report() {
            Map<UUID, Reservation.State> states = new HashMap<>();
            open.forEach((id, one) -> states.put(id, one.reservation.state()));
            return new Report(entries, accounts, states, violations);
        }

        void judgeAll() throws SQLException {
            for (SqlLog.Version version : SqlLog.versions(connection)) {
                judge(version.account());
                accounts++;
            }
            open.forEach((id, one) -> {
                if (one.accounts != one.reservation.claims().size()) {
                    violation("reservation " + id + " is open in " + one.accounts + " of the "
                            + one.reservation.claims().size() + " accounts it claims");
                }
            });
        }

        void compareSessions() throws SQLException {
            Set<UUID> known = new HashSet<>();
            try (var select = connection.prepareStatement("SELECT id, phase FROM session")) {
                select.setFetchSize(2_000);
                try (var found = select.executeQuery()) {
                    while (found.next()) {
                        UUID id = found.getObject(1, UUID.class);
                        known.add(id);
                        compare(id, found.getString(2));
                    }
                }
            }
            for (UUID id : open.keySet()) {
                if (!known.contains(id)) {
                    violation("reservation " + id + " is open, but there is no such session");
                }
            }
        }

        private void compare(UUID session, String phase) {
            Open one = open.get(session);
            String ledger = one == null ? "given back" : one.reservation.state().toString();
            String wanted = switch (phase) {
                case "INITIAL", "OFFERED" -> Reservation.State.HELD.toString();
                case "ACCEPTED", "WAITING", "PREPARING", "AVAILABLE", "RUNNING", "RELEASING" ->
                    Reservation.State.CONFIRMED.toString();
                default -> "given back";
            };
            if (!ledger.equals(wanted)) {
                violation("session " + session + " is " + phase + ", but its reservation is " + ledger);
            }
        }

        private void judge(Account account) throws SQLException {
            Optional<SqlLog.Snapshot> snapshot = SqlLog.snapshot(connection, account);
            BookBuilder before = new BookBuilder(account, Instant.MIN);
            snapshot.ifPresent(found -> before.begin(found.version(), found.document()));
            List<Timed> rows = rows(account, before.version());
            List<Reservation> standing = before.open();
            List<Row> used = before.used();
            LongStream.Builder points = LongStream.builder();
            standing.forEach(r -> points.add(Row.micros(r.window().from()))
                    .add(Row.micros(r.window().until())));
            used.forEach(row -> points.add(Row.micros(row.from())).add(Row.micros(row.until())));
            rows.forEach(timed -> points.add(Row.micros(timed.row.from())).add(Row.micros(timed.row.until())));
            Meter metered = meter(account, standing, rows);
            if (metered != null) {
                before.consumed().forEach(charge -> counted(points, metered, charge.period()));
                standing.forEach(r -> counted(points, metered, r.window()));
                rows.stream()
                        .filter(timed -> timed.row.hasWindow())
                        .forEach(timed -> counted(points, metered, timed.row.window()));
            }
            Axis axis = new Axis(points.build().toArray(), Resource.values().length);
            used.forEach(row -> add(axis, row.from(), row.until(), row.amounts(), 1));
            before.consumed().forEach(charge -> add(axis, charge, 1));
            Map<UUID, Reservation> state = new HashMap<>();
            int held = 0;
            for (Reservation reservation : standing) {
                state.put(reservation.id(), reservation);
                add(axis, account, reservation, reservation.window(), reservation.amounts(), true, 1);
                held += reservation.state() == Reservation.State.HELD ? 1 : 0;
            }
            long version = before.version();
            for (Timed timed : rows) {
                Row row = timed.row;
                entries++;
                if (row.version() != version + 1) {
                    violation(account.id() + " has no entry between versions " + version + " and " + row.version());
                }
                version = row.version();
                Reservation old = state.get(row.reservation());
                if (!sensible(timed, old)) {
                    continue;
                }
                Reservation now = Book.changed(old, row);
                if (now == null) {
                    state.remove(row.reservation());
                    if (row.hasWindow()) {
                        boolean whole =
                                old == null || row.from().equals(old.window().from());
                        add(axis, account, old, row.window(), row.amounts(), whole, -1);
                    }
                } else {
                    if (old != null) {
                        add(axis, account, old, old.window(), old.amounts(), true, -1);
                    }
                    state.put(row.reservation(), now);
                    add(axis, account, now, row.window(), row.amounts(), true, 1);
                }
                held += count(now) - count(old);
                if (row.op() == Row.Op.HOLD || row.op() == Row.Op.EXTEND) {
                    within(account, axis, timed, old, now, held);
                }
            }
            state.forEach((id, reservation) -> {
                Open known = open.computeIfAbsent(id, key -> new Open(reservation));
                known.accounts++;
                if (!known.reservation.equals(reservation)) {
                    violation("the accounts of reservation " + id + " do not agree: " + known.reservation + " and "
                            + reservation);
                }
            });
        }

        /** False when the operation cannot follow what was before. */
        private boolean sensible(Timed timed, @Nullable Reservation old) {
            Row row = timed.row;
            String what = row.account().id() + " at version " + row.version() + ": reservation " + row.reservation();
            switch (row.op()) {
                case HOLD -> {
                    if (old != null) {
                        violation(what + " is promised twice");
                        return false;
                    }
                }
                case CONFIRM -> {
                    if (old == null || old.state() != Reservation.State.HELD) {
                        violation(what + " is accepted, but was not held");
                        return old != null;
                    }
                    if (!timed.at.isBefore(old.expires())) {
                        violation(what + " is accepted at " + timed.at + ", after it ran out at " + old.expires());
                    }
                    if (row.from().isBefore(old.window().from())
                            || row.until().isAfter(old.window().until())
                            || !row.amounts().equals(old.amounts())) {
                        violation(what + " is accepted with more than was held");
                    }
                }
                case EXTEND -> {
                    if (old == null || old.state() != Reservation.State.CONFIRMED) {
                        violation(what + " is changed, but was not accepted");
                        return false;
                    }
                }
                default -> {
                    if (old == null) {
                        violation(what + " is given back, but was not promised or was given back before");
                        return false;
                    }
                    if (row.op() == Row.Op.EXPIRE
                            && (old.state() != Reservation.State.HELD || timed.at.isBefore(old.expires()))) {
                        violation(what + " is taken back as run out at " + timed.at + ", but stood until "
                                + old.expires());
                    }
                    if (!row.until().equals(old.window().until())
                            || row.from().isBefore(old.window().from())
                            || !row.amounts().equals(old.amounts())) {
                        violation(what + " is given back otherwise than it was promised");
                        return false;
                    }
                }
            }
            return true;
        }

        private void within(
                Account account,
                Axis axis,
                Timed timed,
                @Nullable Reservation old,
                @Nullable Reservation now,
                int held) {
            if (now == null) {
                return;
            }
            Row row = timed.row;
            for (Claim claim : now.claims()) {
                if (!claim.account().equals(account)) {
                    continue;
                }
                if (row.op() == Row.Op.HOLD && count(now) == 1 && held > claim.maxHeld()) {
                    violation(account.id() + " at version " + row.version() + ": " + held + " are held, "
                            + claim.maxHeld() + " may be");
                }
                boolean less = old != null
                        && now.amounts().within(old.amounts())
                        && !now.window().from().isBefore(old.window().from())
                        && !now.window().until().isAfter(old.window().until());
                if (less) {
                    continue;
                }
                Meter meter = claim.meter();
                if (meter != null) {
                    for (Window period : meter.periods().of(row.window())) {
                        within(account, axis, timed, claim, meter, period);
                    }
                    continue;
                }
                long[] most = axis.most(Row.micros(row.from()), Row.micros(row.until()));
                for (Resource resource : Resource.values()) {
                    if (most[resource.ordinal()] > claim.limit().of(resource)) {
                        violation(account.id() + " at version " + row.version() + ": " + most[resource.ordinal()]
                                + " of " + resource + " are promised at once, the limit is "
                                + claim.limit().of(resource));
                    }
                }
            }
        }

        /** A period's sum is not above its limit, what was carried over included. */
        private void within(Account account, Axis axis, Timed timed, Claim claim, Meter meter, Window period) {
            long[] sum = sum(axis, period);
            long[] last = sum(axis, meter.periods().before(period));
            boolean begun = !timed.at.isBefore(period.from());
            for (Resource resource : Resource.values()) {
                int number = resource.ordinal();
                long limit = claim.limit().of(resource);
                long left = begun && limit < Amounts.UNLIMITED ? Math.max(0, limit - last[number]) : 0;
                long most = limit + Math.min(left, meter.carry().of(resource));
                if (sum[number] > most) {
                    violation(account.id() + " at version " + timed.row.version() + ": " + sum[number] + " of "
                            + resource + " are consumed from " + period.from() + " to " + period.until()
                            + ", the limit is " + most);
                }
            }
        }

        private static long[] sum(Axis axis, Window period) {
            Window counted = Meter.counted(period);
            return axis.most(Row.micros(counted.from()), Row.micros(counted.until()));
        }

        private static @Nullable Meter meter(Account account, List<Reservation> standing, List<Timed> rows) {
            for (Reservation reservation : standing) {
                Meter found = Counting.meter(account, reservation);
                if (found != null) {
                    return found;
                }
            }
            for (Timed timed : rows) {
                for (Claim claim : timed.row.claims()) {
                    if (claim.account().equals(account) && claim.meter() != null) {
                        return claim.meter();
                    }
                }
            }
            return null;
        }

        private static void counted(LongStream.Builder points, Meter meter, Window window) {
            for (Window period : meter.periods().of(window)) {
                for (Window each : List.of(period, meter.periods().before(period))) {
                    Window counted = Meter.counted(each);
                    points.add(Row.micros(counted.from())).add(Row.micros(counted.until()));
                }
            }
        }

        private static void add(
                Axis axis,
                Account account,
                @Nullable Reservation reservation,
                Window window,
                Amounts amounts,
                boolean whole,
                int sign) {
            Meter meter = Counting.meter(account, reservation);
            if (meter == null) {
                add(axis, window.from(), window.until(), amounts, sign);
            } else {
                meter.charges(window, amounts, whole).forEach(charge -> add(axis, charge, sign));
            }
        }

        private static void add(Axis axis, Meter.Charge charge, int sign) {
            Window counted = Meter.counted(charge.period());
            add(axis, counted.from(), counted.until(), charge.amounts(), sign);
        }

        private List<Timed> rows(Account account, long after) throws SQLException {
            List<Instant> times = new ArrayList<>();
            try (var select = connection.prepareStatement(
                    "SELECT at FROM ledger_entry WHERE account = ? AND version > ? ORDER BY version")) {
                select.setString(1, account.id());
                select.setLong(2, after);
                select.setFetchSize(2_000);
                try (var found = select.executeQuery()) {
                    while (found.next()) {
                        times.add(found.getObject(1, OffsetDateTime.class).toInstant());
                    }
                }
            }
            List<Timed> rows = new ArrayList<>(times.size());
            SqlLog.tail(connection, account, after, row -> rows.add(new Timed(row, times.get(rows.size()))));
            return rows;
        }

        private static void add(Axis axis, Instant from, Instant until, Amounts amounts, int sign) {
            long[] numbers = new long[Resource.values().length];
            for (Resource resource : Resource.values()) {
                numbers[resource.ordinal()] = sign * amounts.of(resource);
            }
            axis.add(Row.micros(from), Row.micros(until), numbers);
        }

        private static int count(@Nullable Reservation reservation) {
            return reservation != null && reservation.state() == Reservation.State.HELD ? 1 : 0;
        }

        private void violation(String sentence) {
            if (violations.size() < MOST) {
                violations.add(sentence);
            }
        }
    }

    private record Timed(Row row, Instant at) {}

    private static final class Open {
        private final Reservation reservation;
        private int accounts;

        Open(Reservation reservation) {
            this.reservation = reservation;
        }
    }
}
