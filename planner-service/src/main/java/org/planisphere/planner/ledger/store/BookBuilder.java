package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.SlotAxis;
import org.planisphere.planner.ledger.Window;

/**
 * A book made from a snapshot and the log after it. Only what is left at the end goes into the timeline, so a long log of
 * what is over costs little.
 */
final class BookBuilder {
    private final Account account;
    private final Map<UUID, Reservation> open = new LinkedHashMap<>();
    /** The used beginnings of reservations whose rest was given back. */
    private final List<Row> used = new ArrayList<>();

    /** What was consumed by reservations that are over, by the beginning of the period; of a metered account only. */
    private final Map<Instant, Meter.Charge> consumed = new LinkedHashMap<>();

    private final Instant horizon;
    private long version;
    private @Nullable Meter meter;

    /** @param horizon what ended before it is not kept */
    BookBuilder(Account account, Instant horizon) {
        this.account = account;
        this.horizon = horizon;
    }

    Account account() {
        return account;
    }

    long version() {
        return version;
    }

    /** How many reservations are open. */
    int size() {
        return open.size();
    }

    /** What is open. */
    List<Reservation> open() {
        return List.copyOf(open.values());
    }

    /** The used beginnings of what was given back. */
    List<Row> used() {
        return List.copyOf(used);
    }

    void add(Row row) {
        if (row.version() != version + 1) {
            throw new IllegalStateException(
                    "the log of " + account.id() + " lacks entries between " + version + " and " + row.version());
        }
        version = row.version();
        Reservation before = open.get(row.reservation());
        Reservation now = Book.changed(before, row);
        Meter counted = Counting.meter(account, now == null ? before : now);
        meter = counted == null ? meter : counted;
        if (now != null) {
            open.put(row.reservation(), now);
            return;
        }
        open.remove(row.reservation());
        if (counted != null) {
            if (before != null && before.window().from().isBefore(row.from())) {
                Counting.kept(counted, before, row.from()).forEach(charge -> consume(counted, charge));
            }
        } else if (before != null && before.window().from().isBefore(row.from())) {
            keep(before.id(), before.group(), new Window(before.window().from(), row.from()), before.amounts());
        }
    }

    private void consume(Meter counted, Meter.Charge charge) {
        if (charge.period().until().isAfter(horizon.equals(Instant.MIN) ? horizon : counted.needed(horizon))) {
            consumed.merge(
                    charge.period().from(),
                    charge,
                    (one, other) -> new Meter.Charge(one.period(), one.amounts().plus(other.amounts())));
        }
    }

    /** What was consumed by reservations that are over. */
    List<Meter.Charge> consumed() {
        return List.copyOf(consumed.values());
    }

    private void keep(UUID id, UUID group, Window window, Amounts amounts) {
        if (window.until().isAfter(horizon)) {
            used.add(new Row(
                    account,
                    version,
                    Row.Op.RELEASE,
                    id,
                    group,
                    window.from(),
                    window.until(),
                    amounts,
                    null,
                    List.of()));
        }
    }

    Book book(SlotAxis axis) {
        SegmentTimeline timeline =
                SegmentTimeline.empty(axis).forgetBefore(meter == null ? horizon : meter.needed(horizon));
        TrieMap<UUID, Reservation> map = TrieMap.empty();
        int held = 0;
        for (Reservation reservation : open.values()) {
            timeline = Counting.plus(
                    timeline, Counting.meter(account, reservation), reservation.window(), reservation.amounts());
            map = map.with(reservation.id(), reservation);
            held += Book.count(reservation);
        }
        for (Row row : used) {
            timeline = timeline.plus(row.window(), row.amounts());
        }
        for (Meter.Charge charge : consumed.values()) {
            timeline = timeline.plus(Meter.counted(charge.period()), charge.amounts());
        }
        return new Book(version, timeline, held, map, meter);
    }

    /**
     * The snapshot's text: one line for each open reservation, {@code H} held, {@code C} confirmed, and for each used
     * beginning, {@code U}; of a metered account its meter, {@code M}, and what was consumed in each period, {@code P}; fields
     * between blanks.
     */
    String document() {
        StringBuilder text = new StringBuilder();
        for (Reservation r : open.values()) {
            boolean held = r.state() == Reservation.State.HELD;
            line(text, held ? "H" : "C", r.id(), r.group(), r.window(), r.amounts());
            text.append(' ').append(held ? Row.micros(r.expires()) : 0).append(' ');
            text.append(ClaimsText.write(r.claims())).append('\n');
        }
        if (meter != null) {
            text.append("M ");
            ClaimsText.meter(text, meter);
            text.append('\n');
            for (Meter.Charge charge : consumed.values()) {
                text.append("P ")
                        .append(Row.micros(charge.period().from()))
                        .append(' ')
                        .append(Row.micros(charge.period().until()))
                        .append(' ');
                ClaimsText.amounts(text, charge.amounts());
                text.append('\n');
            }
        }
        for (Row row : used) {
            line(text, "U", row.reservation(), row.group(), row.window(), row.amounts());
            text.append('\n');
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, UUID id, UUID group, Window window, Amounts amounts) {
        text.append(what).append(' ').append(id).append(' ').append(group).append(' ');
        text.append(Row.micros(window.from()))
                .append(' ')
                .append(Row.micros(window.until()))
                .append(' ');
        ClaimsText.amounts(text, amounts);
    }

    /** Begins with a snapshot; called before the first row is added. */
    void begin(long snapshotVersion, String document) {
        version = snapshotVersion;
        document.lines().forEach(line -> {
            String[] fields = line.split(" ", 8);
            if (fields[0].equals("M")) {
                meter = ClaimsText.meter(fields[1].split(",", -1), 0);
                return;
            }
            if (fields[0].equals("P") && meter != null) {
                Window period =
                        new Window(Row.instant(Long.parseLong(fields[1])), Row.instant(Long.parseLong(fields[2])));
                consume(meter, new Meter.Charge(period, ClaimsText.amounts(fields[3].split(","), 0)));
                return;
            }
            UUID id = UUID.fromString(fields[1]);
            UUID group = UUID.fromString(fields[2]);
            Window window = new Window(Row.instant(Long.parseLong(fields[3])), Row.instant(Long.parseLong(fields[4])));
            Amounts amounts = ClaimsText.amounts(fields[5].split(","), 0);
            if (fields[0].equals("U")) {
                keep(id, group, window, amounts);
                return;
            }
            boolean held = fields[0].equals("H");
            open.put(
                    id,
                    new Reservation(
                            id,
                            group,
                            held ? Reservation.State.HELD : Reservation.State.CONFIRMED,
                            window,
                            amounts,
                            ClaimsText.read(fields[7]),
                            held ? Row.instant(Long.parseLong(fields[6])) : Instant.MAX));
        });
    }
}
