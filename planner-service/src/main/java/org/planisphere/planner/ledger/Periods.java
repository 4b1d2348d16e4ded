package org.planisphere.planner.ledger;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;

/**
 * Time cut into days, weeks, months, quarters or years by the calendar of one time zone. A period begins with the first
 * instant of its first day in that zone, so a day may have 23, 24 or 25 hours; periods neither overlap nor leave gaps.
 */
public record Periods(Unit unit, ZoneId zone) {
    /** How long a period is. A week begins on Monday. */
    public enum Unit {
        DAY,
        WEEK,
        MONTH,
        QUARTER,
        YEAR
    }

    /** The period in which the instant lies. */
    public Window of(Instant instant) {
        LocalDate first = first(instant.atZone(zone).toLocalDate());
        Window period = new Window(start(first), start(next(first)));
        // Where a zone skips or repeats midnight, the day begins at its first instant.
        return instant.isBefore(period.from()) ? of(period.from().minusSeconds(1)) : period;
    }

    /** The period before. */
    public Window before(Window period) {
        return of(period.from().minusSeconds(1));
    }

    /** The period after. */
    public Window after(Window period) {
        return of(period.until());
    }

    /** Every period that has a part of the window, in order. */
    public List<Window> of(Window window) {
        List<Window> periods = new ArrayList<>(2);
        Window period = of(window.from());
        periods.add(period);
        while (period.until().isBefore(window.until())) {
            period = after(period);
            periods.add(period);
        }
        return periods;
    }

    private Instant start(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    private LocalDate first(LocalDate day) {
        return switch (unit) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> day.withMonth((day.getMonthValue() - 1) / 3 * 3 + 1).withDayOfMonth(1);
            case YEAR -> day.withDayOfYear(1);
        };
    }

    private LocalDate next(LocalDate first) {
        return switch (unit) {
            case DAY -> first.plusDays(1);
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
            case QUARTER -> first.plusMonths(3);
            case YEAR -> first.plusYears(1);
        };
    }
}
