package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class UuidsTest {
    private static final long LAST = (1L << 32) - 1;

    @Property(tries = 200)
    void aUuidSaysTheSecondItWasMadeIn(
            @ForAll @LongRange(min = 0, max = LAST) long second, @ForAll @IntRange(max = 999_999_999) int nano) {
        UUID id = new Uuids(1, Instant.ofEpochSecond(second, nano)).next();
        assertThat(id.getMostSignificantBits() >>> 32).isEqualTo(second);
        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Property(tries = 50)
    void thoseOfASecondLieSideBySide(@ForAll @LongRange(min = 0, max = LAST - 1) long second) {
        String one = new Uuids(1, Instant.ofEpochSecond(second)).next().toString();
        String other = new Uuids(1, Instant.ofEpochSecond(second)).next().toString();
        String later = new Uuids(1, Instant.ofEpochSecond(second + 1)).next().toString();
        assertThat(later).isGreaterThan(one).isGreaterThan(other);
    }

    /** Every bit that is not the time, the version or the variant is met as 0 and as 1: nothing of the random is lost. */
    @Property(tries = 10)
    void ninetyBitsAreRandom(@ForAll @LongRange(min = 0, max = LAST) long second) {
        Uuids uuids = new Uuids(200, Instant.ofEpochSecond(second));
        Set<UUID> seen = new HashSet<>();
        long high = 0;
        long low = 0;
        UUID first = uuids.next();
        for (int i = 1; i < 200; i++) {
            UUID next = uuids.next();
            assertThat(seen.add(next)).isTrue();
            high |= first.getMostSignificantBits() ^ next.getMostSignificantBits();
            low |= first.getLeastSignificantBits() ^ next.getLeastSignificantBits();
        }
        assertThat(Long.bitCount(high) + Long.bitCount(low)).isEqualTo(90);
    }
}
