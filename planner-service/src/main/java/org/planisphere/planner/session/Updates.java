package org.planisphere.planner.session;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.offer.Keeping;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Reschedule;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Interval;

/** What may be changed of a session now, and what a change comes to. Reads the ledger's index, never the database. */
final class Updates {
    static final String PHASE = "phase";
    static final String DURATION = "schedule/available/duration";
    static final String START = "schedule/available/start";

    private static final String INSTANT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?Z";
    private static final String START_PATTERN = INSTANT + "(/(" + INSTANT + "|P[0-9A-Z.]{2,40}))?";
    private static final Pattern START_VALUE = Pattern.compile(START_PATTERN);

    private final Ledger ledger;
    private final Map<String, Platform> platforms;
    private final Quotas quotas;
    private final SessionSettings settings;
    private final BiFunction<Session, Boolean, Optional<Originals.Bounds>> bounds;

    /** @param bounds what the originals of stand-ins allow; asked for when the flag is set */
    Updates(
            Ledger ledger,
            Map<String, Platform> platforms,
            Quotas quotas,
            SessionSettings settings,
            BiFunction<Session, Boolean, Optional<Originals.Bounds>> bounds) {
        this.bounds = bounds;
        this.ledger = ledger;
        this.platforms = platforms;
        this.quotas = quotas;
        this.settings = settings;
    }

    /**
     * What a change comes to: entries and the turn that is stored with them, or a refusal.
     *
     * @param turn null when it is refused
     */
    record Plan(
            List<Entry> entries,
            @Nullable Turn turn,
            @Nullable Message refusal) {
        static Plan refused(Message why) {
            return new Plan(List.of(), null, why);
        }
    }

    List<Option> options(Session session, Caller caller) {
        List<Option> options = new ArrayList<>();
        if (session.phase() == Phase.OFFERED) {
            if (ledger.now().isBefore(session.offer().expires())) {
                options.add(new Option.EnumOption(PHASE, List.of(Phase.ACCEPTED.name(), Phase.REJECTED.name())));
            }
            return options;
        }
        if (!session.phase().active() || session.outcome() != null) {
            return options;
        }
        options.add(new Option.EnumOption(PHASE, List.of(Phase.CANCELLED.name())));
        Limits limits = limits(session, caller, false);
        if (limits != null) {
            if (limits.min < limits.max) {
                long seconds = session.schedule().duration().toSeconds();
                options.add(new Option.IntegerOption(DURATION, limits.min, limits.max, "s"));
                options.add(new Option.DeltaOption(DURATION, limits.min - seconds, limits.max - seconds, "s"));
            }
            if (limits.movable) {
                options.add(new Option.StringOption(START, START_PATTERN));
            }
        }
        return options;
    }

    /** What an operator may do with another's: end it. */
    List<Option> ends(Session session) {
        if (session.phase() == Phase.OFFERED) {
            return ledger.now().isBefore(session.offer().expires())
                    ? List.of(new Option.EnumOption(PHASE, List.of(Phase.REJECTED.name())))
                    : List.of();
        }
        return session.phase().active() && session.outcome() == null
                ? List.of(new Option.EnumOption(PHASE, List.of(Phase.CANCELLED.name())))
                : List.of();
    }

    /** What the change of {@code path} (without a slash before it) comes to. */
    Plan plan(Session session, Caller caller, String path, Change change) {
        Instant now = ledger.now();
        Limits limits = session.phase().active() && session.outcome() == null ? limits(session, caller, true) : null;
        if (limits != null && path.equals(DURATION) && limits.min < limits.max) {
            if (change instanceof Change.IntegerChange asked) {
                return duration(session, limits, now, asked.value(), asked.units(), false);
            }
            if (change instanceof Change.DeltaChange asked) {
                return duration(session, limits, now, asked.delta(), asked.units(), true);
            }
        }
        if (limits != null
                && path.equals(START)
                && limits.movable
                && change instanceof Change.StringChange asked
                && START_VALUE.matcher(asked.value()).matches()) {
            return start(session, limits, now, asked.value());
        }
        return Plan.refused(SessionMessages.notAnOption(now, path, value(change), session.phase()));
    }

    /** A path without a slash before it. */
    static String plain(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** The value of a change, for people. */
    static String value(Change change) {
        if (change instanceof Change.EnumChange asked) {
            return asked.value();
        }
        if (change instanceof Change.StringChange asked) {
            return asked.value();
        }
        if (change instanceof Change.IntegerChange asked) {
            return (asked.value() + " " + asked.units()).trim();
        }
        Change.DeltaChange asked = (Change.DeltaChange) change;
        return ((asked.delta() < 0 ? "" : "+") + asked.delta() + " " + asked.units()).trim();
    }

    private Plan duration(Session session, Limits limits, Instant now, long number, String units, boolean delta) {
        long factor = switch (units) {
            case "", "s" -> 1;
            case "min" -> 60;
            case "h" -> 3600;
            default -> 0;
        };
        if (factor == 0) {
            return Plan.refused(SessionMessages.outOfRange(
                    now, DURATION, number + " " + units, Long.toString(limits.min), Long.toString(limits.max), "s"));
        }
        long base = delta ? session.schedule().duration().toSeconds() : 0;
        long seconds;
        try {
            seconds = Math.addExact(base, Math.multiplyExact(number, factor));
        } catch (ArithmeticException e) {
            seconds = Long.MAX_VALUE;
        }
        Borrowed storage = limits.storage;
        if (storage != null && seconds > limits.max && seconds <= limits.otherwise) {
            return Plan.refused(
                    SessionMessages.storageEnds(now, DURATION, seconds + " s", storage.name(), storage.until()));
        }
        if (seconds < limits.min || seconds > limits.max) {
            return Plan.refused(SessionMessages.outOfRange(
                    now,
                    DURATION,
                    delta ? Long.toString(number * factor) : Long.toString(seconds),
                    Long.toString(limits.min - base),
                    Long.toString(limits.max - base),
                    "s"));
        }
        Schedule old = session.schedule();
        Schedule schedule = new Schedule(
                old.preparing(), old.preparingFor(), old.start(), Duration.ofSeconds(seconds), old.releasingFor());
        Plan plan = moved(
                session,
                limits.reservation,
                schedule,
                limits.reservation.window().from(),
                now);
        Turn turn = plan.turn();
        return turn == null || session.offer().original() != null
                ? plan
                : new Plan(
                        plan.entries(),
                        turn.offer(session.offer()
                                .at(Reschedule.costs(session.offer(), limits.platform, schedule.duration()))),
                        null);
    }

    private Plan start(Session session, Limits limits, Instant now, String value) {
        Interval asked;
        try {
            int slash = value.indexOf('/');
            Instant from = Instant.parse(complete(slash < 0 ? value : value.substring(0, slash)));
            String rest = slash < 0 ? "" : value.substring(slash + 1);
            Instant until = rest.isEmpty()
                    ? from
                    : rest.startsWith("P") ? from.plus(Duration.parse(rest)) : Instant.parse(complete(rest));
            asked = new Interval(from, until);
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            return Plan.refused(SessionMessages.notAnOption(now, START, value, session.phase()));
        }
        Schedule old = session.schedule();
        Instant earliest = now.plus(old.preparingFor());
        Instant latest = now.plus(limits.ahead);
        if (asked.end().isBefore(earliest) || asked.end().isAfter(latest)) {
            return Plan.refused(SessionMessages.outOfRange(
                    now,
                    START,
                    value,
                    earliest.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).toString(),
                    latest.truncatedTo(ChronoUnit.SECONDS).toString(),
                    ""));
        }
        Interval start = asked.start().isBefore(earliest) ? new Interval(earliest, asked.end()) : asked;
        Schedule schedule = new Schedule(
                start.start().minus(old.preparingFor()), old.preparingFor(), start, old.duration(), old.releasingFor());
        Borrowed storage = limits.storage;
        if (storage != null && Borrowed.outlived(storage, schedule)) {
            return Plan.refused(SessionMessages.storageEnds(now, START, value, storage.name(), storage.until()));
        }
        return moved(session, limits.reservation, schedule, schedule.preparing(), now);
    }

    /** Makes a stand-in agree with what its original has by now; nothing is left to decide. */
    Plan agreed(Session session, Schedule schedule, List<Bound> costs) {
        Reservation reservation = ledger.view(
                        session.offer().claims().stream().map(Claim::account).toList())
                .reservation(session.id())
                .orElse(null);
        Instant now = ledger.now();
        if (reservation == null || !session.phase().active() || session.outcome() != null) {
            return Plan.refused(SessionMessages.sessionEnded(now, session.phase()));
        }
        Instant held = reservation.window().from();
        Instant from =
                session.phase() == Phase.ACCEPTED || session.phase() == Phase.WAITING ? schedule.preparing() : held;
        Plan plan = moved(session, reservation, schedule, from, now);
        Turn turn = plan.turn();
        return turn == null
                ? plan
                : new Plan(plan.entries(), turn.offer(session.offer().at(costs)), null);
    }

    private static String complete(String instant) {
        return instant.length() == "2026-01-01T00:00Z".length() ? instant.replace("Z", ":00Z") : instant;
    }

    private Plan moved(Session session, Reservation reservation, Schedule schedule, Instant from, Instant now) {
        Window window = new Window(from, schedule.window().until());
        Turn turn = Turn.of(session)
                .schedule(schedule)
                .note(
                        "option",
                        SessionMessages.rescheduled(
                                now,
                                schedule.start().start().toString(),
                                schedule.start().end().toString(),
                                schedule.duration().toSeconds()),
                        false);
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry.Extend(session.id(), window, reservation.amounts()));
        entries.addAll(kept(session, schedule));
        return new Plan(entries, turn, null);
    }

    /** What is kept after the run is kept as long after its new end; it never ends sooner than was said before. */
    private List<Entry> kept(Session session, Schedule schedule) {
        List<Entry> entries = new ArrayList<>();
        for (Keeping one : Keeping.of(session.offer())) {
            Window window = one.window(schedule.window());
            ledger.view(session.offer().claims().stream().map(Claim::account).toList())
                    .reservation(one.id())
                    .ifPresent(known -> {
                        Instant until = known.window().until();
                        Instant from = known.window().from().isBefore(window.from())
                                ? known.window().from()
                                : window.from();
                        entries.add(new Entry.Extend(
                                one.id(),
                                new Window(from, until.isAfter(window.until()) ? until : window.until()),
                                one.amounts()));
                    });
        }
        return entries;
    }

    private static boolean movable(Session session) {
        return session.phase() == Phase.ACCEPTED || session.phase() == Phase.WAITING;
    }

    /**
     * The durations that are possible now, in seconds, and how far ahead a start may be.
     *
     * @param otherwise the longest if the storage were kept for ever
     * @param storage that it uses and that ends
     */
    private record Limits(
            long min,
            long max,
            long otherwise,
            @Nullable Borrowed storage,
            boolean movable,
            Duration ahead,
            Reservation reservation,
            PlatformDescription platform) {}

    private @Nullable Limits limits(Session session, Caller caller, boolean fresh) {
        Platform platform = platforms.get(session.offer().platform());
        if (platform == null || session.phase() == Phase.RELEASING) {
            return null;
        }
        boolean standIn = session.offer().original() != null;
        Originals.Bounds allowed = standIn ? bounds.apply(session, fresh).orElse(null) : null;
        if (standIn && allowed == null) {
            return null;
        }
        PlatformDescription description = platform.describe();
        Ledger.View view = ledger.view(
                session.offer().claims().stream().map(Claim::account).toList());
        Reservation reservation = view.reservation(session.id()).orElse(null);
        if (reservation == null) {
            return null;
        }
        Duration longest = description.longest();
        Duration ahead = description.horizon();
        Terms terms = quotas.standing(caller, view.now())
                .under(session.offer().funding())
                .orElse(null);
        boolean lent = session.offer().claims().stream().anyMatch(claim -> Share.lent(claim.account()));
        if (lent || (terms == null && !caller.operator())) {
            // What was granted is kept; more is not, once the grant is gone or where it was lent.
            longest = session.schedule().duration();
            ahead = Duration.ZERO;
        } else if (terms != null) {
            for (Allowance allowance : terms.allowances()) {
                longest = shorter(longest, allowance.longest());
                ahead = shorter(ahead, allowance.ahead());
            }
        }
        if (!standIn) {
            longest = Reschedule.affordable(session.offer(), description, longest);
        }
        Instant now = view.now();
        long current = session.schedule().duration().toSeconds();
        long min = session.began() == null
                ? 1
                : Math.max(1, Duration.between(session.began(), now).toSeconds() + 2);
        long more = Math.max(0, longest.toSeconds() - current);
        long max = current + Math.min(more, room(view, reservation, Duration.ofSeconds(more)));
        boolean moves = movable(session);
        long least = Math.min(min, current);
        if (allowed != null) {
            // The other planner judges what it costs, and has the last word.
            least = Math.max(least, allowed.min());
            max = Math.min(max, allowed.max());
            moves &= allowed.start();
        }
        Borrowed storage = standIn ? null : Borrowed.of(session, view).orElse(null);
        long within = storage == null ? max : Math.min(max, current + storage.room(session.schedule()));
        return new Limits(least, within, max, storage, moves, ahead, reservation, description);
    }

    /** How many seconds are free behind a reservation, at most {@code most}. */
    private long room(Ledger.View view, Reservation reservation, Duration most) {
        if (most.isZero()) {
            return 0;
        }
        // The slot in which it ends counts it already.
        Instant end = reservation.window().until();
        Instant from = end.plus(settings.slot());
        Window behind = new Window(from, from.plus(most));
        Instant free = end.plus(most);
        for (Claim claim : reservation.claims()) {
            Timeline timeline = view.timeline(claim.account());
            Meter meter = claim.meter();
            if (meter != null) {
                Instant last = end.plusSeconds(bearable(meter, claim, timeline, reservation, most, view.now()))
                        .plus(settings.slot());
                free = last.isBefore(free) ? last : free;
                continue;
            }
            if (!timeline.fits(behind, reservation.amounts(), claim.limit())) {
                for (Timeline.Span span : timeline.spans(behind)) {
                    Amounts sum = span.used().plus(reservation.amounts());
                    if (!sum.within(claim.limit()) && span.window().from().isBefore(free)) {
                        free = span.window().from();
                    }
                }
            }
        }
        return Math.max(0, Duration.between(end, free).minus(settings.slot()).toSeconds());
    }

    /** How many seconds more a budget can bear, at most {@code most}. */
    private static long bearable(
            Meter meter, Claim claim, Timeline timeline, Reservation reservation, Duration most, Instant now) {
        Window window = reservation.window();
        long known = 0;
        long above = most.toSeconds() + 1;
        while (known + 1 < above) {
            long middle = known + (above - known) / 2;
            Window more = new Window(window.until(), window.until().plusSeconds(middle));
            // The fee is paid already.
            boolean enough = new Meter(meter.periods(), meter.carry(), 0, meter.perHour())
                    .excess(timeline, claim.limit(), more, reservation.amounts(), now)
                    .isEmpty();
            if (enough) {
                known = middle;
            } else {
                above = middle;
            }
        }
        return known;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
