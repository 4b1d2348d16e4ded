package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {
    @Property(tries = 500)
    void readsEveryInstantAsJavaDoes(
            @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) long second,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nano) {
        Instant instant = Instant.ofEpochSecond(second, nano);
        assertThat(Moments.usual(instant.toString())).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T23:60:00Z",
                "2026-01-01T23:59:60Z",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-01-01T00:00:00.-1Z",
                "+026-01-01T00:00:00Z",
                "2026-01-01T00:00:00z ",
                "2026-01-01T00:00:00",
                "2026-01-01 00:00:00Z",
                "２026-01-01T00:00:00Z",
                "Z",
                ""
            })
    void refusesWhatJavaRefuses(String text) {
        assertThatThrownBy(() -> OffsetDateTime.parse(text)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> Moments.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T00:00:00.Z",
                "2026-01-01T01:00:00+01:00",
                "2026-01-01T00:00Z",
                "2026-01-01T00:00:00z",
                "2024-02-29T23:59:59.5Z"
            })
    void readsOtherFormsToo(String text) {
        assertThat(Moments.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }
}
