package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/**
 * The offers of one platform for a possible task, one after the other: first what can start earliest, if only in a
 * smaller size; then the full size, or the next fixed size; then later windows. Each fits beside those before.
 */
final class Search {
    /** So many periods without enough left are passed over in the search for one with enough. */
    private static final int MOST_PERIODS = 400;

    private final Question question;
    private final PlatformDescription platform;
    private final List<String> expected;
    private final List<Limit> limits;
    private final Sizing sizing;
    private final Duration duration;
    private final Fit fit;
    private final Budgets budgets;
    private final Terms terms;
    private final boolean lent;
    private final Slots slots;
    private final Instant soon;
    private final Instant answerable;
    private final Instant first;
    private final Instant last;
    private final Instant horizon;
    private final Duration keepable;
    private final Map<Integer, KeptStorage> kept;
    private int step;
    private @Nullable Instant later;

    Search(
            Question question,
            Site site,
            Terms terms,
            boolean lent,
            List<Limit> limits,
            Sizing sizing,
            Quote quote,
            Duration duration) {
        this.question = question;
        this.platform = site.platform();
        this.expected = site.notes();
        this.limits = limits;
        this.sizing = sizing;
        this.duration = duration;
        DeskSettings settings = question.settings();
        this.slots = Slots.of(settings.slot());
        this.fit = new Fit(question.view(), limits, slots, site.occupied());
        this.terms = terms;
        this.lent = lent;
        this.budgets = new Budgets(question.view(), question.now(), terms.budgets(), quote);
        Instant prepared = question.now().plus(platform.preparing());
        this.soon = prepared.plus(settings.lifetime());
        this.answerable = prepared.plus(settings.leastLifetime());
        Duration ahead = platform.horizon();
        for (Allowance allowance : terms.allowances()) {
            ahead = allowance.ahead().compareTo(ahead) < 0 ? allowance.ahead() : ahead;
        }
        this.horizon = latest(question.now().plus(ahead), answerable);
        this.keepable = ahead;
        this.kept = site.kept();
        Interval asked = question.task().schedule().start();
        this.first = asked == null ? prepared : latest(Slots.microsUp(asked.start()), prepared);
        Share share = terms.share();
        Instant over = !lent || share == null
                ? horizon
                : earliest(
                        horizon,
                        share.lentUntil(platform.id(), question.now())
                                .minus(duration)
                                .minus(platform.releasing()));
        for (KeptStorage one : kept.values()) {
            over = earliest(over, one.ends().minus(duration).minus(platform.releasing()));
        }
        this.last =
                asked == null || asked.end().isAfter(over) ? over : asked.end().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * The next offer that fits beside the drafts (its own earlier ones among them); empty when there is none any more.
     */
    Optional<Draft> next(List<Draft> beside) {
        List<Size> sizes = sizing.sizes();
        while (step < sizes.size()) {
            Optional<Draft> draft = sizing.shaped() ? place(sizes.get(step), first, beside) : free(sizes, beside);
            step++;
            if (draft.isPresent()) {
                return remembered(draft);
            }
        }
        if (later == null) {
            return Optional.empty();
        }
        Size usual = sizing.shaped() ? sizes.get(0) : sizes.get(sizes.size() - 1);
        return remembered(place(usual, later, beside));
    }

    /** Why nothing fits in the time asked, and when it would. */
    Message busy() {
        Share share = terms.share();
        if (lent && share != null) {
            return new PolicyWords(question.now()).nothingLent(share, platform.id(), duration, terms.grant());
        }
        Size least = sizing.sizes().get(0);
        Duration length = platform.preparing().plus(duration).plus(platform.releasing());
        Instant from = first.minus(platform.preparing());
        Optional<Budgets.Short> lacking = budgets.lacking(new Window(from, from.plus(length)), least, List.of());
        if (lacking.isPresent()
                && fit.earliest(from, last.minus(platform.preparing()), length, least.amounts(), List.of())
                        .isPresent()) {
            return new PolicyWords(question.now())
                    .overBudget(
                            lacking.get(),
                            terms.grant(),
                            schedule(least, first, horizon, List.of())
                                    .map(schedule -> schedule.start().start())
                                    .orElse(null));
        }
        Optional<Instant> runs =
                fit.earliest(from, last.minus(platform.preparing()), length, least.amounts(), List.of());
        if (runs.isPresent() && !keeps(new Window(runs.get(), runs.get().plus(length)), least, List.of())) {
            return Keeps.noRoom(platform.id(), question.now());
        }
        Limit blocking = fit.blocking(from, last.minus(platform.preparing()), length, least.amounts());
        Window window = new Window(from, from.plus(length));
        Resource scarce = fit.scarce(blocking, window, least.amounts());
        Optional<Schedule> possible = schedule(least, first, horizon, List.of());
        return new Refusals(question.now())
                .busy(
                        scarce,
                        least.amounts().of(scarce),
                        fit.used(blocking, window).of(scarce),
                        blocking,
                        platform.id(),
                        possible.map(schedule -> schedule.start().start()).orElse(null));
    }

    /** Step 0: as early as the least fits, as large as fits then; step 1: the most, where it comes later. */
    private Optional<Draft> free(List<Size> sizes, List<Draft> beside) {
        Size least = sizes.get(0);
        Size most = sizes.get(sizes.size() - 1);
        if (step > 0 || sizes.size() == 1) {
            return place(most, first, beside);
        }
        Optional<Schedule> early = schedule(least, first, last, beside);
        if (early.isEmpty()) {
            return Optional.empty();
        }
        Window window = early.get().window();
        Amounts free = budgets.bearable(window, fit.free(window, most.amounts(), beside), beside);
        Size larger = sizing.grown(least, most, free);
        Size grown = budgets.lacking(window, larger, beside).isPresent() ? least : larger;
        if (grown.equals(most)) {
            step++;
        }
        return Optional.of(draft(grown, early.get()));
    }

    private Optional<Draft> place(Size size, Instant from, List<Draft> beside) {
        return schedule(size, from, last, beside).map(schedule -> draft(size, schedule));
    }

    /** Later windows begin at least one duration, or one slot, after the last one offered. */
    private Optional<Draft> remembered(Optional<Draft> draft) {
        if (draft.isPresent()) {
            Instant start = draft.get().schedule().start().start();
            Duration slot = question.settings().slot();
            Instant next = start.plus(duration.compareTo(slot) < 0 ? slot : duration);
            later = later == null ? next : latest(later, next);
        } else {
            later = null;
        }
        return draft;
    }

    /** The earliest schedule for the size, starting between two instants, both included. */
    private Optional<Schedule> schedule(Size size, Instant from, Instant until, List<Draft> beside) {
        if (from.isAfter(until) || until.isBefore(answerable)) {
            return Optional.empty();
        }
        if (from.isBefore(answerable)) {
            Optional<Schedule> atOnce = starting(from, size, until, beside);
            if (atOnce.isPresent()) {
                return atOnce;
            }
        }
        Duration length = platform.preparing().plus(duration).plus(platform.releasing());
        Instant earliest = latest(from, answerable).minus(platform.preparing());
        for (int period = 0; period < MOST_PERIODS; period++) {
            Optional<Instant> preparing =
                    fit.earliest(earliest, until.minus(platform.preparing()), length, size.amounts(), beside);
            if (preparing.isEmpty()) {
                return Optional.empty();
            }
            Window window = new Window(preparing.get(), preparing.get().plus(length));
            Optional<Budgets.Short> lacking = budgets.lacking(window, size, beside);
            if (lacking.isEmpty()) {
                return starting(preparing.get().plus(platform.preparing()), size, until, beside);
            }
            earliest = lacking.get().excess().period().until();
        }
        return Optional.empty();
    }

    /**
     * A schedule with this start. What is reserved reaches far enough for the asker to answer late: until the offer
     * expires where that is free, else a slot, else just long enough to answer at all.
     */
    private Optional<Schedule> starting(Instant start, Size size, Instant until, List<Draft> beside) {
        Instant shortest = latest(start, answerable);
        Instant slot = latest(shortest, start.plus(question.settings().slot()));
        List<Instant> ends = new ArrayList<>(3);
        for (Instant end : List.of(latest(slot, soon), slot, shortest)) {
            Instant within = end.isAfter(until) ? until : end;
            if (!ends.contains(within)) {
                ends.add(within);
            }
        }
        for (Instant end : ends) {
            Schedule schedule = new Schedule(
                    start.minus(platform.preparing()),
                    platform.preparing(),
                    new Interval(start, end),
                    duration,
                    platform.releasing());
            if (fit.fits(schedule.window(), size.amounts(), beside)
                    && keeps(schedule.window(), size, beside)
                    && budgets.lacking(schedule.window(), size, beside).isEmpty()) {
                return Optional.of(schedule);
            }
        }
        return Optional.empty();
    }

    /** Whether there is room for what is kept, from the end of the run on. */
    private boolean keeps(Window run, Size size, List<Draft> beside) {
        Task task = question.task();
        if (task.storage().stream().noneMatch(StorageRequest::made)) {
            return true;
        }
        Task closed = Closing.close(task, size, duration, kept, keepable);
        Duration longest = Keeping.longest(closed);
        return longest.isZero()
                || fit.fits(new Window(run.until(), run.until().plus(longest)), Keeping.after(closed), beside);
    }

    private Draft draft(Size size, Schedule schedule) {
        Instant answerBy = schedule.start().end().minus(platform.preparing());
        Instant expires = question.now().plus(question.settings().lifetime());
        List<Bound> metrics = new ArrayList<>();
        platform.metrics().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(metric -> metrics.add(new Bound(
                        KindRef.of(Kind.SIMPLE_METRIC), metric.getKey(), null, metric.getValue(), metric.getValue())));
        List<Claim> claims = new ArrayList<>();
        limits.forEach(limit -> claims.add(limit.claim()));
        claims.addAll(budgets.claims(size));
        Refusals words = new Refusals(question.now());
        List<Message> messages = new ArrayList<>(sizing.notes(size));
        Funding funding = terms.funding();
        if (funding != null) {
            messages.add(new PolicyWords(question.now()).paidBy(funding, terms.title()));
        }
        Share share = terms.share();
        if (share != null) {
            messages.add(new PolicyWords(question.now()).share(share, lent, platform.id()));
        }
        expected.forEach(what -> messages.add(words.expected(what, platform.id())));
        platform.unenforced().forEach(what -> messages.add(words.limitNotEnforced(what, platform.id())));
        Task task = Closing.close(question.task(), size, duration, kept, keepable);
        return new Draft(
                platform.id(),
                task,
                size.amounts(),
                size.shape(),
                schedule,
                answerBy.isBefore(expires) ? answerBy : expires,
                sizing.costs(size),
                metrics,
                claims,
                platform.network(),
                messages,
                funding);
    }

    /** Whether two drafts of this platform differ in nothing that the asker would choose by. */
    static boolean alike(Draft one, Draft other) {
        return one.platform().equals(other.platform())
                && one.granted().equals(other.granted())
                && one.task().equals(other.task())
                && one.schedule()
                        .start()
                        .start()
                        .equals(other.schedule().start().start());
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
