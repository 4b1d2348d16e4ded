package org.planisphere.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Weights.Part;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Metric;

/**
 * Judges offers. Pure: the instant is an argument, and what a part comes to depends on this offer alone, so that offers
 * can be judged as they arrive and never change their order when more come. An offer that is better in every part than
 * another never ranks below it.
 *
 * <p>Every part falls from 1 towards 0: a wait of an hour halves {@code start}, six hours to the end halve {@code end}, one
 * unit of money halves {@code price}, a kilowatt hour halves {@code energy}. What an offer does not tell counts ½.
 */
public final class Ranking {
    /** Type of the metric that says how well a platform has kept its word so far, from 0 to 1. */
    public static final String RELIABILITY = "https://www.purl.org/planisphere/metrics/reliability";

    /** Type of the metric that says how near a platform is to the data asked for, from 0 to 1 (they are there). */
    public static final String NEARNESS = "https://www.purl.org/planisphere/metrics/nearness";

    private static final double UNKNOWN = 0.5;
    private static final double HALF_START = 3_600;
    private static final double HALF_END = 6 * 3_600.0;

    private Ranking() {}

    /**
     * What is judged; null where the offer does not tell.
     *
     * @param price in whatever currency: prices in different currencies are not made equal
     * @param energy kWh
     * @param nearness from 0 to 1
     * @param reliability from 0 to 1
     */
    public record Facts(
            @Nullable Instant start,
            @Nullable Instant end,
            @Nullable Double price,
            @Nullable Double energy,
            @Nullable Double nearness,
            @Nullable Double reliability) {}

    /** How good facts are at an instant. */
    public static Score score(Facts facts, Weights weights, Instant now) {
        Map<Part, Double> parts = new EnumMap<>(Part.class);
        parts.put(Part.START, falling(seconds(now, facts.start), HALF_START));
        parts.put(Part.END, falling(seconds(now, facts.end), HALF_END));
        parts.put(Part.PRICE, falling(facts.price, 1));
        parts.put(Part.ENERGY, falling(facts.energy, 1));
        parts.put(Part.DISTANCE, within(facts.nearness));
        parts.put(Part.RELIABILITY, within(facts.reliability));
        double total = 0;
        for (Map.Entry<Part, Double> part : parts.entrySet()) {
            total += weights.of(part.getKey()) * part.getValue();
        }
        return new Score(Math.min(1, total / weights.sum()), parts);
    }

    /** How good an offer is at an instant. */
    public static Score score(ExecutionSession offer, Weights weights, Instant now) {
        return score(facts(offer), weights, now);
    }

    /** What an offer tells of itself. */
    public static Facts facts(ExecutionSession offer) {
        var available = offer.schedule == null ? null : offer.schedule.available;
        Instant start = available == null || available.start == null ? null : begin(available.start);
        Duration duration = available == null ? null : duration(available.duration);
        return new Facts(
                start,
                start == null || duration == null ? null : start.plus(duration),
                cost(offer.costs, "money"),
                cost(offer.costs, "energy"),
                metric(offer.metrics, NEARNESS),
                metric(offer.metrics, RELIABILITY));
    }

    private static @Nullable Double cost(@Nullable List<Cost> costs, String word) {
        if (costs != null) {
            for (Cost cost : costs) {
                if (cost.type != null && cost.type.toLowerCase(Locale.ROOT).contains(word)) {
                    return cost.max != null ? cost.max : cost.min;
                }
            }
        }
        return null;
    }

    private static @Nullable Double metric(@Nullable List<Metric> metrics, String type) {
        if (metrics != null) {
            for (Metric metric : metrics) {
                if (type.equals(metric.type)) {
                    return metric.min != null ? metric.min : metric.max;
                }
            }
        }
        return null;
    }

    private static @Nullable Double seconds(Instant now, @Nullable Instant then) {
        return then == null ? null : Math.max(0, Duration.between(now, then).toMillis() / 1000.0);
    }

    private static double falling(@Nullable Double value, double half) {
        return value == null || value.isNaN() ? UNKNOWN : half / (half + Math.max(0, value));
    }

    private static double within(@Nullable Double value) {
        return value == null || value.isNaN() ? UNKNOWN : Math.max(0, Math.min(1, value));
    }

    private static @Nullable Instant begin(String interval) {
        try {
            return java.time.OffsetDateTime.parse(interval.split("/", 2)[0].strip())
                    .toInstant();
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    private static @Nullable Duration duration(@Nullable String text) {
        try {
            return text == null ? null : Duration.parse(text.strip());
        } catch (DateTimeException | ArithmeticException unreadable) {
            return null;
        }
    }
}
