package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.client.Ranking.Facts;
import org.planisphere.client.Weights.Part;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Metric;
import org.planisphere.wire.Schedule;
import org.planisphere.wire.StartDuration;

class RankingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void anHourOfWaitingHalvesTheStart() {
        Facts facts = new Facts(NOW.plusSeconds(3600), null, null, null, null, null);
        assertThat(Ranking.score(facts, Weights.of("start"), NOW).total()).isEqualTo(0.5);
    }

    @Test
    void whatAnOfferDoesNotTellCountsHalf() {
        Score score = Ranking.score(new Facts(null, null, null, null, null, null), Weights.USUAL, NOW);
        assertThat(score.total()).isEqualTo(0.5);
        assertThat(score.parts().values()).containsOnly(0.5);
    }

    @Test
    void readsWhatAnOfferTells() {
        ExecutionSession offer = new ExecutionSession();
        offer.schedule = new Schedule();
        offer.schedule.available = new StartDuration();
        offer.schedule.available.start = "2026-11-21T13:00:00Z/2026-11-21T14:00:00Z";
        offer.schedule.available.duration = "PT2H";
        Cost price = new Cost();
        price.type = "https://www.purl.org/planisphere/costs/money#EUR";
        price.min = 1.0;
        price.max = 3.0;
        offer.costs = List.of(price);
        Metric near = new Metric();
        near.type = Ranking.NEARNESS;
        near.min = 0.75;
        offer.metrics = List.of(near);

        assertThat(Ranking.facts(offer))
                .isEqualTo(new Facts(
                        Instant.parse("2026-11-21T13:00:00Z"),
                        Instant.parse("2026-11-21T15:00:00Z"),
                        3.0,
                        null,
                        0.75,
                        null));
    }

    @Test
    void explainsItselfInWords() {
        Weights weights = Weights.of("start:2,price:1");
        Score score = Ranking.score(new Facts(NOW, null, 1.0, null, null, null), weights, NOW);
        assertThat(score.words(weights)).isEqualTo("0.833 = start 1.000 × 2, price 0.500 × 1");
        assertThat(score.values(weights))
                .containsEntry("score", "0.833")
                .containsEntry("weights", "start:2,price:1")
                .containsEntry("price", "0.500");
    }

    @Test
    void weightsAreReadBackAsTheyAreWritten() {
        assertThat(Weights.of(" Price:2.5, start ").text()).isEqualTo("start:1,price:2.5");
        assertThat(Weights.of(Weights.USUAL.text())).isEqualTo(Weights.USUAL);
        assertThat(Weights.of("end").of(Part.START)).isZero();
    }

    @Test
    void refusesWeightsThatSayNothing() {
        for (String wrong : List.of("", "start:0", "luck:1", "start:-1", "start,start", "start:1e9", "a".repeat(300))) {
            assertThatThrownBy(() -> Weights.of(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
