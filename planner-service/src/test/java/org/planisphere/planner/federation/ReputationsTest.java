package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;

class ReputationsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final URI LIAR = URI.create("https://liar.example/planner");
    private static final URI GOOD = URI.create("https://good.example/planner");

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatWasSeenOfAPlannerIsKnownAfterARestart(DatabaseKind kind) {
        try (Database database = Database.open(kind.fresh(2))) {
            Reputations before = read(database, NOW);
            double first = before.of(GOOD).value();
            before.of(LIAR).saw(Reputation.Deed.LIED);
            before.keep(NOW);
            before.of(LIAR).saw(Reputation.Deed.LIED);
            before.of(GOOD).saw(Reputation.Deed.COMPLETED);
            before.keep(NOW.plusSeconds(30));

            Reputations after = read(database, NOW.plusSeconds(60));
            assertThat(after.of(LIAR).value()).isEqualTo(before.of(LIAR).value(), Offset.offset(1e-9));
            assertThat(after.of(GOOD).value()).isGreaterThan(first);
            assertThat(read(database, NOW.plus(Duration.ofDays(100))).of(LIAR).value())
                    .as("nobody heard of it for a quarter of a year")
                    .isEqualTo(first, Offset.offset(1e-9));
        }
    }

    private static Reputations read(Database database, Instant now) {
        Reputations reputations = new Reputations(database.dataSource());
        reputations.read(now);
        return reputations;
    }
}
