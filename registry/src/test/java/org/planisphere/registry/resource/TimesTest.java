package org.planisphere.registry.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-11-21T06:07:08Z, 2026-11-21T06:07:08",
        "2026-11-21T06:07:08, 2026-11-21T06:07:08",
        "2026-11-21T06:07:08z, 2026-11-21T06:07:08",
        "2026-11-21T06:07:08.5Z, 2026-11-21T06:07:08.5",
        "2026-11-21T06:07:08+02:00, 2026-11-21T04:07:08",
        "2026-11-21T06:07:08-02:00, 2026-11-21T08:07:08",
        "2026-11-21T06:07, 2026-11-21T06:07",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00",
    })
    void readsWhatRecordsHave(String text, LocalDateTime time) {
        assertThat(Times.read(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-11-21",
                "2026-13-21T06:07:08Z",
                "2025-02-29T00:00:00Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T06:60:00Z",
                "2026-11-21T06:07:60Z",
                "2026-11-21T06:07:08ZZ",
                "2026-11-21 06:07:08Z",
                "２026-11-21T06:07:08Z",
            })
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> Times.read(text)).isInstanceOf(DateTimeException.class);
    }

    @Property
    void readsEveryTimeAsTheLibraryDoes(
            @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) long second,
            @ForAll @IntRange(min = -12, max = 14) int hours) {
        OffsetDateTime time =
                LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC).atOffset(ZoneOffset.ofHours(hours));
        assertThat(Times.read(time.toString()).toInstant(ZoneOffset.UTC)).isEqualTo(time.toInstant());
    }
}
