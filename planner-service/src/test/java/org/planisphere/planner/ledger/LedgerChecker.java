package org.planisphere.planner.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.store.Audit;

/**
 * The one checker of what the ledger promises, for every test that drives the planner: the log itself (I1, I2, I6) and,
 * where a test recorded one, the history of what clients were answered. Throws an {@link AssertionError} that lists the
 * violations.
 */
public final class LedgerChecker {
    private LedgerChecker() {}

    /** The log keeps every promise. */
    public static Audit.Report clean(DataSource source) {
        return clean(source, new History());
    }

    /** The log and the sessions keep every promise and agree. */
    public static Audit.Report cleanWithSessions(DataSource source) {
        Audit.Report report = read(source, true);
        judge(report, List.of());
        return report;
    }

    /** The log keeps every promise, and everything promised has been given back (I6). */
    public static void cleanAndFree(DataSource source) {
        Audit.Report report = clean(source);
        if (!report.open().isEmpty()) {
            throw new AssertionError("still promised: " + report.open());
        }
    }

    /** The log keeps every promise, and says what the clients were told. */
    public static Audit.Report clean(DataSource source, History history) {
        Audit.Report report = read(source, false);
        judge(report, history.violations(report));
        return report;
    }

    private static Audit.Report read(DataSource source, boolean sessions) {
        try {
            return sessions ? Audit.checkWithSessions(source) : Audit.check(source);
        } catch (SQLException e) {
            throw new AssertionError("the log cannot be read", e);
        }
    }

    private static void judge(Audit.Report report, List<String> more) {
        List<String> all = new ArrayList<>(report.violations());
        all.addAll(more);
        if (!all.isEmpty()) {
            throw new AssertionError(all.size() + " violations:\n" + String.join("\n", all));
        }
    }

    /** How an operation ended for its client. */
    public enum End {
        OK,
        FAILED,
        UNKNOWN
    }

    /** What a client wanted. */
    public enum What {
        HOLD,
        ACCEPT,
        RELEASE
    }

    /**
     * One operation.
     *
     * @param invoked the ledger's clock before it
     * @param ended the ledger's clock after it
     * @param expires of the hold that is wanted or accepted
     */
    public record Operation(What what, UUID reservation, End end, Instant invoked, Instant ended, Instant expires) {}

    /** What clients were answered, in no particular order. Thread safe. */
    public static final class History {
        private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

        public void add(Operation operation) {
            operations.add(operation);
        }

        public int size() {
            return operations.size();
        }

        /** I2 and I3: what a client was told is what the log says at the end. */
        List<String> violations(Audit.Report report) {
            List<String> found = new ArrayList<>();
            Map<UUID, List<Operation>> each = new HashMap<>();
            for (Operation operation : operations) {
                each.computeIfAbsent(operation.reservation(), id -> new ArrayList<>())
                        .add(operation);
            }
            each.forEach((id, list) -> judge(id, list, report.open().get(id), found));
            return found;
        }

        private static void judge(UUID id, List<Operation> all, Reservation.State state, List<String> found) {
            long accepted = count(all, What.ACCEPT, End.OK);
            boolean maybeAccepted = count(all, What.ACCEPT, End.UNKNOWN) > 0;
            boolean released = count(all, What.RELEASE, End.OK) > 0;
            boolean maybeReleased = released || count(all, What.RELEASE, End.UNKNOWN) > 0;
            if (accepted > 1) {
                found.add("reservation " + id + " was accepted " + accepted + " times");
            }
            if (accepted == 1 && !maybeReleased && state != Reservation.State.CONFIRMED) {
                found.add("reservation " + id + " was accepted, but the log says " + state);
            }
            if (accepted == 0 && !maybeAccepted && state == Reservation.State.CONFIRMED) {
                found.add("reservation " + id + " was accepted by nobody, but the log says " + state);
            }
            if (released && state != null) {
                found.add("reservation " + id + " was given back, but the log says " + state);
            }
            if (count(all, What.HOLD, End.FAILED) > 0 && state != null) {
                found.add("reservation " + id + " was refused, but the log says " + state);
            }
            for (Operation operation : all) {
                if (operation.what() == What.ACCEPT
                        && operation.end() == End.FAILED
                        && operation.ended().isBefore(operation.expires().minusMillis(50))
                        && accepted == 0
                        && !maybeAccepted
                        && !maybeReleased) {
                    found.add("reservation " + id + " was refused to its only client before it ran out");
                }
                if (operation.what() == What.ACCEPT
                        && operation.end() == End.OK
                        && operation.invoked().isAfter(operation.expires().plusMillis(50))) {
                    found.add("reservation " + id + " was accepted after it ran out");
                }
            }
        }

        private static long count(List<Operation> all, What what, End end) {
            return all.stream()
                    .filter(each -> each.what() == what && each.end() == end)
                    .count();
        }
    }
}
