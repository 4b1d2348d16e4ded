package org.planisphere.planner.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.planner.task.Interval;

class IsoTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "PT1H, PT1H",
        "PT90M, PT1H30M",
        "P1D, PT24H",
        "P1DT1H, PT25H",
        "P1W, PT168H",
        "P1W2DT3H4M5S, PT219H4M5S",
        "PT1.5H, PT1H30M",
        "'PT0,5S', PT0.5S",
        "PT0.000000001S, PT0.000000001S",
        "+PT5M, PT5M",
        "' PT5M ', PT5M",
        "PT0S, PT0S"
    })
    void readsDurations(String text, Duration duration) {
        assertThat(IsoTime.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "P1Y, no fixed length",
        "P2M, no fixed length",
        "P1M3D, no fixed length",
        "P1Y2DT3H, no fixed length",
        "-PT1H, is negative",
        "PT-1H, is negative",
        "'', not of the form",
        "P, not of the form",
        "PT, not of the form",
        "P1DT, not of the form",
        "1H, not of the form",
        "PT1H1H, not of the form",
        "PT1M1H, not of the form",
        "PT1.5H1M, not of the form",
        "PT1.H, not of the form",
        "PTH, not of the form",
        "an hour, not of the form",
        "PT999999999999999999H, longer than",
        "PT9999999999999999999H, not of the form"
    })
    void refusesDurations(String text, String why) {
        assertThatThrownBy(() -> IsoTime.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest(name = "{0} is {1} to {2}")
    @CsvSource({
        "2026-11-21T10:00:00Z/2026-11-21T12:00:00Z, 2026-11-21T10:00:00Z, 2026-11-21T12:00:00Z",
        "2026-11-21T10:00:00Z/PT2H, 2026-11-21T10:00:00Z, 2026-11-21T12:00:00Z",
        "PT2H/2026-11-21T12:00:00Z, 2026-11-21T10:00:00Z, 2026-11-21T12:00:00Z",
        "2026-11-21T10:00/2026-11-21T12:00, 2026-11-21T10:00:00Z, 2026-11-21T12:00:00Z",
        "2026-11-21T10:00:00+02:00/PT1H, 2026-11-21T08:00:00Z, 2026-11-21T09:00:00Z",
        "2026-11-21T10:00:00-02:00/PT1H, 2026-11-21T12:00:00Z, 2026-11-21T13:00:00Z",
        "2026-11-21/2026-11-22, 2026-11-21T00:00:00Z, 2026-11-22T00:00:00Z",
        "2026-11-21T10:00:00Z/2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z",
        "PT2H, 2026-11-21T12:00:00Z, 2026-11-21T14:00:00Z"
    })
    void readsIntervals(String text, Instant start, Instant end) {
        assertThat(IsoTime.interval(text, NOW)).isEqualTo(new Interval(start, end));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "2026-11-21T10:00:00Z/2026-11-21T09:00:00Z, ends before it starts",
        "2026-11-21T10:00:00Z, not of the form",
        "2026-11-21T10:00:00Z/, not of the form",
        "/2026-11-21T10:00:00Z, not of the form",
        "2026-11-21T10:00:00Z/PT1H/PT1H, not of the form",
        "PT1H/PT1H, not of the form",
        "2026-11-21T10:00:00Z/-PT1H, is negative",
        "2026-11-21T10:00:00Z/P1Y, no fixed length",
        "2026-11-31T10:00:00Z/PT1H, not of the form",
        "2026-11-21T24:30:00Z/PT1H, not of the form",
        "99999-11-21T10:00:00Z/PT1H, not of the form",
        "-0044-03-15T10:00:00Z/PT1H, not in the years",
        "tomorrow/PT1H, not of the form"
    })
    void refusesIntervals(String text, String why) {
        assertThatThrownBy(() -> IsoTime.interval(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "2026-11-21T10:00:00Z"})
    void neverQuotesMoreThanALine(String start) {
        assertThatThrownBy(() -> IsoTime.interval(start + "x".repeat(100_000), NOW))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
