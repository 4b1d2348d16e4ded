package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.planisphere.client.Ranking.Facts;
import org.planisphere.client.Weights.Part;

class RankingProperties {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final double DUST = 1e-12;

    @Provide
    Arbitrary<Weights> weights() {
        return Arbitraries.integers()
                .between(0, 9)
                .list()
                .ofSize(Part.values().length)
                .filter(list -> list.stream().anyMatch(weight -> weight > 0))
                .map(list -> {
                    StringBuilder text = new StringBuilder();
                    for (Part part : Part.values()) {
                        text.append(text.length() == 0 ? "" : ",")
                                .append(part.word())
                                .append(':')
                                .append(list.get(part.ordinal()));
                    }
                    return Weights.of(text.toString());
                });
    }

    @Provide
    Arbitrary<Facts> facts() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.doubles().between(0, 1e6),
                        Arbitraries.doubles().between(0, 1e6),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.doubles().between(0, 1))
                .as((start, length, price, energy, near, sure) ->
                        new Facts(NOW.plusSeconds(start), NOW.plusSeconds(start + length), price, energy, near, sure));
    }

    @Property(tries = 500)
    void anOfferBetterInAllPartsNeverRanksLower(
            @ForAll("facts") Facts one, @ForAll("facts") Facts other, @ForAll("weights") Weights weights) {
        Facts better = new Facts(
                earlier(one.start(), other.start()),
                earlier(one.end(), other.end()),
                Math.min(one.price(), other.price()),
                Math.min(one.energy(), other.energy()),
                Math.max(one.nearness(), other.nearness()),
                Math.max(one.reliability(), other.reliability()));
        double best = Ranking.score(better, weights, NOW).total();
        assertThat(best).isGreaterThanOrEqualTo(Ranking.score(one, weights, NOW).total() - DUST);
        assertThat(best)
                .isGreaterThanOrEqualTo(Ranking.score(other, weights, NOW).total() - DUST);
    }

    @Property(tries = 500)
    void theTotalIsTheMeanOfThePartsByTheWeights(@ForAll("facts") Facts facts, @ForAll("weights") Weights weights) {
        Score score = Ranking.score(facts, weights, NOW);
        Map<Part, Double> parts = new EnumMap<>(score.parts());
        double mean = 0;
        for (Part part : Part.values()) {
            assertThat(parts.get(part)).isBetween(0.0, 1.0);
            mean += parts.get(part) * weights.of(part) / weights.sum();
        }
        assertThat(score.total()).isBetween(0.0, 1.0).isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Property(tries = 200)
    void onlyTheRatiosOfTheWeightsMatter(@ForAll("facts") Facts facts, @ForAll("weights") Weights weights) {
        StringBuilder doubled = new StringBuilder();
        for (Part part : Part.values()) {
            doubled.append(doubled.length() == 0 ? "" : ",")
                    .append(part.word())
                    .append(':')
                    .append(2 * weights.of(part));
        }
        assertThat(Ranking.score(facts, Weights.of(doubled.toString()), NOW).total())
                .isCloseTo(Ranking.score(facts, weights, NOW).total(), org.assertj.core.data.Offset.offset(1e-9));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
