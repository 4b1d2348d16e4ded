package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.Window;

/**
 * A batch being decided: every proposal against what the ones before it left. No input or output, no clock. Not thread
 * safe.
 */
final class Draft {
    private final Instant now;
    private final Instant horizon;
    private final Map<UUID, Outcome.Why> gone;
    private final List<Row> rows = new ArrayList<>();
    private final Set<Account> missingAccounts = new HashSet<>();
    private final Set<UUID> missingReservations = new HashSet<>();
    private Head head;
    /** What this draft gives back. */
    private TrieMap<UUID, Outcome.Why> ended = TrieMap.empty();

    /**
     * @param now the database's clock
     * @param horizon use that ended before it is forgotten
     * @param gone reservations that are known to be over
     */
    Draft(Head head, Instant now, Instant horizon, Map<UUID, Outcome.Why> gone) {
        this.head = head;
        this.now = now;
        this.horizon = horizon;
        this.gone = gone;
    }

    Head head() {
        return head;
    }

    /** What is to be appended, in order of decision. */
    List<Row> rows() {
        return rows;
    }

    /** Accounts that are behind or not loaded; unless empty, nothing that was decided counts. */
    Set<Account> missingAccounts() {
        return missingAccounts;
    }

    /** Reservations that must be looked for in the log; unless empty, nothing that was decided counts. */
    Set<UUID> missingReservations() {
        return missingReservations;
    }

    boolean lacks() {
        return !missingAccounts.isEmpty() || !missingReservations.isEmpty();
    }

    /**
     * Takes the proposal in, or refuses it and leaves everything as it was.
     *
     * @throws IllegalArgumentException when the proposal makes no sense whatever the ledger holds
     */
    @Nullable
    Outcome refuses(Proposal proposal) {
        Head before = head;
        TrieMap<UUID, Outcome.Why> endedBefore = ended;
        int mark = rows.size();
        boolean whole = false;
        try {
            for (Entry entry : proposal.entries()) {
                Outcome refusal = refuses(entry);
                if (refusal != null) {
                    return refusal;
                }
            }
            whole = true;
            return null;
        } finally {
            if (!whole) {
                head = before;
                ended = endedBefore;
                rows.subList(mark, rows.size()).clear();
            }
        }
    }

    /** Gives back a hold that is due; false when it is not held or not due any more. */
    boolean expires(UUID id) {
        Reservation known = head.reservations().get(id);
        if (known == null || !expired(known)) {
            return false;
        }
        Reservation reservation = open(id);
        if (reservation == null) {
            return false;
        }
        append(
                reservation,
                Row.Op.EXPIRE,
                reservation.window().from(),
                reservation.window().until(),
                reservation.amounts());
        return true;
    }

    /** The accounts of its rows. */
    Set<Account> accounts() {
        Set<Account> accounts = new HashSet<>();
        rows.forEach(row -> accounts.add(row.account()));
        return accounts;
    }

    private @Nullable Outcome refuses(Entry entry) {
        if (entry instanceof Entry.Hold hold) {
            return hold(hold.held());
        }
        Reservation reservation = open(entry.reservation());
        if (entry instanceof Entry.Release release) {
            if (reservation != null) {
                release(reservation, release.from());
            }
            return null;
        }
        if (reservation == null) {
            return new Outcome.Gone(entry.reservation(), why(entry.reservation()));
        }
        if (entry instanceof Entry.Confirm confirm) {
            return confirm(reservation, confirm.window());
        }
        Entry.Extend extend = (Entry.Extend) entry;
        return extend(reservation, extend.window(), extend.amounts());
    }

    private @Nullable Outcome hold(Reservation asked) {
        if (asked.claims().isEmpty()) {
            throw new IllegalArgumentException("a reservation claims at least one account");
        }
        if (head.reservations().get(asked.id()) != null) {
            throw new IllegalArgumentException("a reservation's id is used once: " + asked.id());
        }
        Window window = Row.exact(asked.window());
        boolean held = asked.state() == Reservation.State.HELD;
        Set<Account> seen = new HashSet<>();
        for (Claim claim : asked.claims()) {
            if (!seen.add(claim.account())) {
                throw new IllegalArgumentException("a reservation claims an account once: " + claim.account());
            }
            Book book = head.book(claim.account());
            if (held && book.held() >= claim.maxHeld()) {
                return new Outcome.TooManyHeld(claim.account(), book.held(), claim.maxHeld());
            }
            Outcome moved = Counting.moved(claim, book.timeline(), window, asked.amounts(), now);
            if (moved != null) {
                return moved;
            }
        }
        Instant expires = held ? asked.expires().truncatedTo(ChronoUnit.MICROS) : null;
        for (Claim claim : asked.claims()) {
            add(new Row(
                    claim.account(),
                    head.book(claim.account()).version() + 1,
                    Row.Op.HOLD,
                    asked.id(),
                    asked.group(),
                    window.from(),
                    window.until(),
                    asked.amounts(),
                    expires,
                    asked.claims()));
        }
        return null;
    }

    private @Nullable Outcome confirm(Reservation reservation, Window asked) {
        if (reservation.state() != Reservation.State.HELD) {
            return new Outcome.Gone(reservation.id(), Outcome.Why.NOT_HELD);
        }
        if (expired(reservation)) {
            return new Outcome.Gone(reservation.id(), Outcome.Why.EXPIRED);
        }
        Window window = Row.exact(asked);
        Window held = reservation.window();
        if (window.from().isBefore(held.from()) || window.until().isAfter(held.until())) {
            throw new IllegalArgumentException("a confirmed window lies within the held one");
        }
        append(reservation, Row.Op.CONFIRM, window.from(), window.until(), reservation.amounts());
        return null;
    }

    private @Nullable Outcome extend(Reservation reservation, Window asked, Amounts amounts) {
        if (reservation.state() != Reservation.State.CONFIRMED) {
            return new Outcome.Gone(reservation.id(), Outcome.Why.UNKNOWN);
        }
        Window window = Row.exact(asked);
        Window had = reservation.window();
        boolean less = amounts.within(reservation.amounts())
                && !window.from().isBefore(had.from())
                && !window.until().isAfter(had.until());
        if (!less) {
            for (Claim claim : reservation.claims()) {
                SegmentTimeline rest = Counting.minus(
                        head.book(claim.account()).timeline(), claim.meter(), had, reservation.amounts(), true);
                Outcome moved = Counting.moved(claim, rest, window, amounts, now);
                if (moved != null) {
                    return moved;
                }
            }
        }
        append(reservation, Row.Op.EXTEND, window.from(), window.until(), amounts);
        return null;
    }

    private void release(Reservation reservation, Instant from) {
        Window window = reservation.window();
        Instant cut = window.from();
        boolean begun = reservation.state() == Reservation.State.CONFIRMED && from.isAfter(cut);
        if (begun) {
            cut = head.axis().start(head.axis().from(from));
        }
        // Of the last slot nothing can be given back: the row is written all the same, it ends the reservation.
        Instant least = cut.isBefore(window.until()) ? cut : window.until();
        append(reservation, Row.Op.RELEASE, least, window.until(), reservation.amounts());
    }

    private void append(Reservation reservation, Row.Op op, Instant from, Instant until, Amounts amounts) {
        for (Claim claim : reservation.claims()) {
            add(new Row(
                    claim.account(),
                    head.book(claim.account()).version() + 1,
                    op,
                    reservation.id(),
                    reservation.group(),
                    from,
                    until,
                    amounts,
                    null,
                    List.of()));
        }
    }

    private void add(Row row) {
        rows.add(row);
        if (row.op().gives()) {
            ended = ended.with(
                    row.reservation(), row.op() == Row.Op.EXPIRE ? Outcome.Why.EXPIRED : Outcome.Why.NOT_HELD);
        }
        head = head.after(row).forgetting(row.account(), horizon);
    }

    /** The reservation, when it is open and every account it claims says the same of it. */
    private @Nullable Reservation open(UUID id) {
        Reservation reservation = head.reservations().get(id);
        if (reservation == null) {
            if (ended.get(id) == null && !gone.containsKey(id)) {
                missingReservations.add(id);
            }
            return null;
        }
        for (Claim claim : reservation.claims()) {
            Book book = head.books().get(claim.account());
            if (book == null || !reservation.equals(book.open().get(id))) {
                reservation.claims().forEach(each -> missingAccounts.add(each.account()));
                return null;
            }
        }
        return reservation;
    }

    private Outcome.Why why(UUID id) {
        Outcome.Why why = ended.get(id);
        return why != null ? why : gone.getOrDefault(id, Outcome.Why.UNKNOWN);
    }

    private boolean expired(Reservation reservation) {
        return reservation.state() == Reservation.State.HELD
                && !reservation.expires().isAfter(now);
    }
}
