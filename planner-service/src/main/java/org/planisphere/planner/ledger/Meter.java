package org.planisphere.planner.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an account counts what reservations consume over periods, instead of what they use at an instant: amounts times
 * seconds, summed in each period of the calendar. In a metered account the limit and all numbers mean: {@code cores}
 * core-seconds, {@code memory} and {@code storage} MiB-seconds, {@code accelerators} accelerator-seconds, and {@code
 * sessions} money in millionths.
 *
 * <p>Everything is whole numbers, and exact: a window's seconds begin with the one it begins in and end with the one it
 * ends in; what a window consumes is the sum of what its parts consume when it is cut at whole seconds, as periods and the
 * ledger's slots cut it. The fee counts in the period in which the window ends.
 *
 * @param carry the most that what the period before left unused adds to a period's limit, once it has begun; what was
 *     carried is not carried again
 * @param fee millionths, once for the reservation
 * @param perHour millionths for an hour of the whole reservation, at most {@link #MOST_MONEY}
 */
public record Meter(Periods periods, Amounts carry, long fee, long perHour) {
    /** A million of the currency, in millionths: more than anybody pays for an hour or for a session. */
    public static final long MOST_MONEY = 1_000_000_000_000L;

    private static final long HOUR = 3_600;
    /** Longer than a slot of any ledger, so that two periods never meet in one slot. */
    private static final Duration MARGIN = Duration.ofHours(1);

    public Meter {
        if (fee < 0 || fee > MOST_MONEY || perHour < 0 || perHour > MOST_MONEY) {
            throw new IllegalArgumentException("a price is below 0 or above a million");
        }
    }

    /** What is consumed in one period. */
    public record Charge(Window period, Amounts amounts) {}

    /** More than a period has. */
    public record Excess(Window period, Resource resource, long asked, long used, long limit) {}

    /**
     * What amounts consume in a window, by period.
     *
     * @param withFee false for the later part of a reservation's window, such as is given back
     */
    public List<Charge> charges(Window window, Amounts amounts, boolean withFee) {
        long from = window.from().getEpochSecond();
        long until = ceiling(window.until());
        List<Window> all = periods.of(new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(until)));
        List<Charge> charges = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            Window period = all.get(i);
            long begin = Math.max(from, period.from().getEpochSecond());
            long end = Math.min(until, period.until().getEpochSecond());
            long seconds = end - begin;
            long money = upTo(end) - upTo(begin) + (withFee && i == all.size() - 1 ? fee : 0);
            charges.add(new Charge(
                    period,
                    new Amounts(
                            times(amounts.cores(), seconds),
                            times(amounts.memory(), seconds),
                            times(amounts.storage(), seconds),
                            times(amounts.accelerators(), seconds),
                            money)));
        }
        return charges;
    }

    /** Where a period's sum stands on the timeline: its inside, free of its neighbours whatever the slots are. */
    public static Window counted(Window period) {
        return new Window(period.from().plus(MARGIN), period.until().minus(MARGIN));
    }

    /** What is consumed in a period so far, held and confirmed reservations included. */
    public static Amounts used(Timeline timeline, Window period) {
        return timeline.peak(counted(period));
    }

    /** The limit of a period: the usual one, and what is carried over when it has begun. */
    public Amounts limit(Timeline timeline, Amounts usual, Window period, Instant now) {
        if (carry.equals(Amounts.NONE) || now.isBefore(period.from())) {
            return usual;
        }
        Amounts before = used(timeline, periods.before(period));
        return new Amounts(
                more(usual.cores(), before.cores(), carry.cores()),
                more(usual.memory(), before.memory(), carry.memory()),
                more(usual.storage(), before.storage(), carry.storage()),
                more(usual.accelerators(), before.accelerators(), carry.accelerators()),
                more(usual.sessions(), before.sessions(), carry.sessions()));
    }

    /** The first period that has too little left for the amounts in the window; empty when all have enough. */
    public Optional<Excess> excess(Timeline timeline, Amounts usual, Window window, Amounts amounts, Instant now) {
        for (Charge charge : charges(window, amounts, true)) {
            Amounts limit = limit(timeline, usual, charge.period, now);
            if (!timeline.fits(counted(charge.period), charge.amounts, limit)) {
                Amounts used = used(timeline, charge.period);
                for (Resource resource : Resource.values()) {
                    if (used.of(resource) + charge.amounts.of(resource) > limit.of(resource)) {
                        return Optional.of(new Excess(
                                charge.period,
                                resource,
                                charge.amounts.of(resource),
                                used.of(resource),
                                limit.of(resource)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The earliest instant before which nothing of what this account counts may be forgotten. */
    public Instant needed(Instant instant) {
        return periods.before(periods.of(instant)).from();
    }

    /** Millionths from the beginning of the epoch, downwards; differences of it are what a span of time costs. */
    private long upTo(long second) {
        return perHour / HOUR * second + perHour % HOUR * second / HOUR;
    }

    private static long more(long usual, long before, long most) {
        return usual >= Amounts.UNLIMITED ? usual : usual + Math.min(most, Math.max(0, usual - before));
    }

    private static long times(long amount, long seconds) {
        return amount == 0 || seconds <= Amounts.UNLIMITED / amount ? amount * seconds : Amounts.UNLIMITED;
    }

    private static long ceiling(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }
}
