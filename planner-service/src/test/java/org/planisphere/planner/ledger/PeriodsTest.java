package org.planisphere.planner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PeriodsTest {
    private static final ZoneId HELSINKI = ZoneId.of("Europe/Helsinki");
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"),
            HELSINKI,
            ZoneId.of("America/Sao_Paulo"),
            ZoneId.of("Asia/Kolkata"),
            ZoneId.of("Africa/Cairo"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("Pacific/Apia"));
    private static final Amounts TEN = new Amounts(10, 2048, 4096, 1, 1);

    @Test
    void theDayOfTheSpringChangeHas23HoursAndThatOfTheAutumn25() {
        Periods days = new Periods(Periods.Unit.DAY, HELSINKI);

        assertThat(length(days.of(Instant.parse("2026-03-29T12:00:00Z")))).isEqualTo(Duration.ofHours(23));
        assertThat(length(days.of(Instant.parse("2026-10-25T12:00:00Z")))).isEqualTo(Duration.ofHours(25));
    }

    @Test
    void aMonthBeginsAtMidnightOfItsZone() {
        Window month = new Periods(Periods.Unit.MONTH, HELSINKI).of(Instant.parse("2026-10-31T22:00:00Z"));

        assertThat(month.from()).isEqualTo(Instant.parse("2026-10-31T22:00:00Z"));
        assertThat(month.until()).isEqualTo(Instant.parse("2026-11-30T22:00:00Z"));
    }

    @Test
    void weeksBeginOnMondayAndQuartersInJanuaryAprilJulyAndOctober() {
        Instant instant = Instant.parse("2026-11-21T12:00:00Z");
        ZoneId utc = ZoneId.of("UTC");

        assertThat(new Periods(Periods.Unit.WEEK, utc).of(instant).from())
                .isEqualTo(Instant.parse("2026-11-16T00:00:00Z"));
        assertThat(new Periods(Periods.Unit.QUARTER, utc).of(instant).from())
                .isEqualTo(Instant.parse("2026-10-01T00:00:00Z"));
        assertThat(new Periods(Periods.Unit.YEAR, utc).of(instant).from())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Also where a zone skipped midnight, or a whole day. */
    @Property(tries = 2000)
    void periodsNeitherOverlapNorLeaveGaps(
            @ForAll @IntRange(max = 6) int zone,
            @ForAll Periods.Unit unit,
            @ForAll @LongRange(min = 1_000_000_000L, max = 2_500_000_000L) long second) {
        Periods periods = new Periods(unit, ZONES.get(zone));
        Instant instant = Instant.ofEpochSecond(second);
        Window period = periods.of(instant);

        assertThat(period.from()).isBeforeOrEqualTo(instant);
        assertThat(period.until()).isAfter(instant);
        assertThat(periods.after(period).from()).isEqualTo(period.until());
        assertThat(periods.before(period).until()).isEqualTo(period.from());
        assertThat(periods.of(period.until().minusNanos(1))).isEqualTo(period);
    }

    /** Exact at the ends of periods and across daylight saving, money included. */
    @Property(tries = 2000)
    void whatAWindowConsumesIsTheSumOfItsParts(
            @ForAll @IntRange(max = 6) int zone,
            @ForAll Periods.Unit unit,
            @ForAll @LongRange(min = 1_700_000_000L, max = 1_900_000_000L) long from,
            @ForAll @LongRange(min = 2, max = 40_000_000L) long length,
            @ForAll @LongRange(min = 1, max = 1_000_000L) long cut,
            @ForAll @LongRange(max = Meter.MOST_MONEY) long perHour) {
        Meter meter = new Meter(new Periods(unit, ZONES.get(zone)), Amounts.NONE, 7, perHour);
        Instant begin = Instant.ofEpochSecond(from, 5);
        Instant end = Instant.ofEpochSecond(from + length, 999);
        Instant middle = Instant.ofEpochSecond(from + 1 + Math.floorMod(cut, length - 1));

        Amounts whole = sum(meter.charges(new Window(begin, end), TEN, true));
        Amounts first = sum(meter.charges(new Window(begin, middle), TEN, false));
        Amounts second = sum(meter.charges(new Window(middle, end), TEN, true));

        assertThat(first.plus(second)).isEqualTo(whole);
        assertThat(whole.cores()).isEqualTo(10 * (length + 1));
    }

    private static Amounts sum(List<Meter.Charge> charges) {
        return charges.stream().map(Meter.Charge::amounts).reduce(Amounts.NONE, Amounts::plus);
    }

    private static Duration length(Window window) {
        return Duration.between(window.from(), window.until());
    }
}
