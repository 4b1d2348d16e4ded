package org.planisphere.planner.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerChecker;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/**
 * Whatever is proposed in whatever order, the ledger answers as a plain list of reservations would, before and after a
 * restart.
 */
class LedgerModelProperties {
    private static Database database;
    private static SqlLedger ledger;

    @BeforeContainer
    static void open() {
        database = Database.open(DatabaseKind.H2.fresh(4));
        ledger = new SqlLedger(database, LedgerSettings.usual());
    }

    @AfterContainer
    static void close() {
        ledger.close();
        LedgerChecker.clean(database.dataSource());
        database.close();
    }

    enum What {
        HOLD,
        HOLD_SHORTLY,
        CONFIRM,
        RELEASE,
        EXTEND,
        HOLD_TWO,
        SWAP,
        COMPACT
    }

    /** One proposal; the numbers are read by each kind in its own way. */
    record Step(What what, int from, int length, int cores, int which, boolean both) {}

    @Provide
    static Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(1, 20),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    /** What a reservation is in the model: minutes instead of instants. */
    private static final class Known {
        private final UUID id = UUID.randomUUID();
        private final boolean both;
        private int from;
        private int until;
        private int cores;
        private boolean held = true;

        Known(Step step) {
            this.both = step.both();
            this.from = step.from();
            this.until = step.from() + step.length();
            this.cores = step.cores();
        }
    }

    /** The ledger as a list. */
    private static final class Model {
        static final int LIMIT = 5;
        static final int CALLER_LIMIT = 4;
        static final int MOST_HELD = 6;

        private Map<UUID, Known> open = new LinkedHashMap<>();

        int peak(boolean caller, int from, int until) {
            int most = 0;
            for (int minute = from; minute < until; minute++) {
                int sum = 0;
                for (Known known : open.values()) {
                    if ((!caller || known.both) && known.from <= minute && minute < known.until) {
                        sum += known.cores;
                    }
                }
                most = Math.max(most, sum);
            }
            return most;
        }

        long held(boolean caller) {
            return open.values().stream()
                    .filter(known -> known.held && (!caller || known.both))
                    .count();
        }

        boolean fits(boolean both, int from, int until, int cores) {
            return peak(false, from, until) + cores <= LIMIT
                    && (!both || peak(true, from, until) + cores <= CALLER_LIMIT);
        }

        boolean takes(Known wanted) {
            if (held(false) >= MOST_HELD || wanted.both && held(true) >= MOST_HELD) {
                return false;
            }
            if (!fits(wanted.both, wanted.from, wanted.until, wanted.cores)) {
                return false;
            }
            open.put(wanted.id, wanted);
            return true;
        }

        Known pick(int which) {
            List<Known> all = new ArrayList<>(open.values());
            return all.isEmpty() ? null : all.get(which % all.size());
        }
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    void theLedgerAnswersAsAListWould(@ForAll("steps") List<Step> steps) throws Exception {
        Account platform = new Account("platform:" + UUID.randomUUID());
        Account caller = new Account("caller:" + UUID.randomUUID());
        Instant origin = ledger.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(3));
        Model model = new Model();
        for (Step step : steps) {
            if (step.what() == What.COMPACT) {
                ledger.compact(step.both() ? platform : caller);
            } else {
                Known picked = model.pick(step.which());
                if (picked == null) {
                    hold(new Known(step), model, origin, platform, caller);
                } else {
                    step(step, picked, model, origin, platform, caller);
                }
            }
            assertThat(cores(platform, origin)).isEqualTo(model.peak(false, 0, 60));
            assertThat(cores(caller, origin)).isEqualTo(model.peak(true, 0, 60));
        }
        compare(model, origin, platform, caller);
        ledger.close();
        ledger = new SqlLedger(database, LedgerSettings.usual());
        compare(model, origin, platform, caller);
    }

    private static void compare(Model model, Instant origin, Account platform, Account caller) {
        var view = ledger.view(List.of(platform, caller));
        for (int minute = 0; minute < 60; minute++) {
            Window one = window(origin, minute, minute + 1);
            assertThat(view.timeline(platform).peak(one).cores()).isEqualTo(model.peak(false, minute, minute + 1));
            assertThat(view.timeline(caller).peak(one).cores()).isEqualTo(model.peak(true, minute, minute + 1));
        }
        assertThat((long) view.held(platform)).isEqualTo(model.held(false));
        assertThat((long) view.held(caller)).isEqualTo(model.held(true));
        for (Known known : model.open.values()) {
            assertThat(view.reservation(known.id))
                    .hasValueSatisfying(found -> assertThat(found.state())
                            .isEqualTo(known.held ? Reservation.State.HELD : Reservation.State.CONFIRMED));
        }
    }

    private static long cores(Account account, Instant origin) {
        return ledger.view(List.of(account))
                .timeline(account)
                .peak(window(origin, 0, 60))
                .cores();
    }

    private static boolean hold(Known wanted, Model model, Instant origin, Account platform, Account caller) {
        boolean taken = model.takes(wanted);
        assertThat(append(entry(wanted, origin, platform, caller, Duration.ofHours(1))))
                .isEqualTo(taken);
        return taken;
    }

    private static void step(Step step, Known picked, Model model, Instant origin, Account platform, Account caller) {
        Entry release = new Entry.Release(picked.id, origin.minusSeconds(1));
        Known wanted = new Known(step);
        int until = step.from() + step.length();
        switch (step.what()) {
            case HOLD -> hold(wanted, model, origin, platform, caller);
            case HOLD_SHORTLY -> {
                // It has run out before it is stored: given back by the time the next proposal is decided.
                boolean taken = model.takes(wanted);
                model.open.remove(wanted.id);
                assertThat(append(entry(wanted, origin, platform, caller, Duration.ofMillis(-1))))
                        .isEqualTo(taken);
                assertThat(append(new Entry.Confirm(wanted.id, window(origin, wanted.from, wanted.until))))
                        .isFalse();
            }
            case CONFIRM -> {
                int cut = Math.min(step.length(), picked.until - picked.from);
                assertThat(append(new Entry.Confirm(picked.id, window(origin, picked.from, picked.from + cut))))
                        .isEqualTo(picked.held);
                if (picked.held) {
                    picked.held = false;
                    picked.until = picked.from + cut;
                }
            }
            case RELEASE -> {
                assertThat(append(release)).isTrue();
                assertThat(append(release)).isTrue();
                model.open.remove(picked.id);
            }
            case EXTEND -> {
                int had = picked.cores;
                picked.cores = 0;
                boolean taken = !picked.held && model.fits(picked.both, step.from(), until, step.cores());
                picked.cores = had;
                assertThat(append(new Entry.Extend(
                                picked.id, window(origin, step.from(), until), Reservations.amounts(step.cores()))))
                        .isEqualTo(taken);
                if (taken) {
                    picked.from = step.from();
                    picked.until = until;
                    picked.cores = step.cores();
                }
            }
            case HOLD_TWO -> {
                // Two offers of one set: both or neither.
                Known second = new Known(step);
                boolean taken = model.takes(wanted) && model.takes(second);
                if (!taken) {
                    model.open.remove(wanted.id);
                }
                assertThat(append(
                                entry(wanted, origin, platform, caller, Duration.ofHours(1)),
                                entry(second, origin, platform, caller, Duration.ofHours(1))))
                        .isEqualTo(taken);
            }
            case SWAP -> {
                Map<UUID, Known> before = new LinkedHashMap<>(model.open);
                model.open.remove(picked.id);
                boolean taken = model.takes(wanted);
                if (!taken) {
                    model.open = before;
                }
                assertThat(append(release, entry(wanted, origin, platform, caller, Duration.ofHours(1))))
                        .isEqualTo(taken);
            }
            default -> throw new IllegalStateException();
        }
    }

    private static Entry entry(Known known, Instant origin, Account platform, Account caller, Duration life) {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim(platform, Reservations.amounts(Model.LIMIT), Model.MOST_HELD));
        if (known.both) {
            claims.add(new Claim(caller, Reservations.amounts(Model.CALLER_LIMIT), Model.MOST_HELD));
        }
        return new Entry.Hold(new Reservation(
                known.id,
                UUID.randomUUID(),
                Reservation.State.HELD,
                window(origin, known.from, known.until),
                Reservations.amounts(known.cores),
                claims,
                ledger.now().plus(life)));
    }

    private static Window window(Instant origin, int from, int until) {
        return new Window(origin.plusSeconds(60L * from), origin.plusSeconds(60L * until));
    }

    private static boolean append(Entry... entries) {
        return ledger.append(new Proposal(List.of(entries), List.of())).join() instanceof Outcome.Appended;
    }
}
