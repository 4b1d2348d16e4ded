package org.planisphere.planner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What reservations take together is what looking at every minute finds. */
class StackProperties {
    private static final Instant ORIGIN = Instant.parse("2026-11-21T00:00:00Z");
    private static final int MINUTES = 60;

    @Property(tries = 300)
    void thePeakIsTheMostOfAnyMinute(
            @ForAll("reservations") List<Reservation> reservations, @ForAll("windows") Window asked) {
        long most = 0;
        for (Instant at = asked.from(); at.isBefore(asked.until()); at = at.plusSeconds(60)) {
            long sum = 0;
            for (Reservation one : reservations) {
                if (!one.window().from().isAfter(at) && one.window().until().isAfter(at)) {
                    sum += one.amounts().cores();
                }
            }
            most = Math.max(most, sum);
        }
        assertThat(Stack.of(reservations).peak(asked).cores()).isEqualTo(most);
    }

    @Provide
    Arbitrary<List<Reservation>> reservations() {
        return Combinators.combine(windows(), Arbitraries.longs().between(0, 9))
                .as((window, cores) -> new Reservation(
                        new UUID(0, cores),
                        new UUID(0, 0),
                        Reservation.State.CONFIRMED,
                        window,
                        new Amounts(cores, 0, 0, 0, 1),
                        new ArrayList<>(),
                        Instant.MAX))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<Window> windows() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, MINUTES - 1),
                        Arbitraries.integers().between(1, MINUTES))
                .as((from, length) ->
                        new Window(ORIGIN.plusSeconds(60L * from), ORIGIN.plusSeconds(60L * (from + length))));
    }
}
