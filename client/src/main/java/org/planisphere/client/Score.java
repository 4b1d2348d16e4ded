package org.planisphere.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.planisphere.client.Weights.Part;

/**
 * How good an offer is for somebody, and why. Each part and the total are between 0 and 1, 1 being best; the total is the
 * mean of the parts by the weights.
 */
public record Score(double total, Map<Part, Double> parts) {
    public Score {
        parts = Collections.unmodifiableMap(new EnumMap<>(parts));
    }

    /** The total and the parts that have a weight, as a sentence's values. */
    public Map<String, String> values(Weights weights) {
        Map<String, String> values = new java.util.LinkedHashMap<>();
        values.put("score", number(total));
        values.put("weights", weights.text());
        parts.forEach((part, value) -> values.put(part.word(), number(value)));
        return values;
    }

    /** {@code 0.83 = start 1.00 × 4, price 0.50 × 3}: only what has a weight. */
    public String words(Weights weights) {
        List<String> words = new ArrayList<>();
        parts.forEach((part, value) -> {
            if (weights.of(part) > 0) {
                words.add(part.word() + " " + number(value) + " × " + trimmed(weights.of(part)));
            }
        });
        return number(total) + " = " + String.join(", ", words);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String trimmed(double weight) {
        return weight == Math.rint(weight) ? Long.toString(Math.round(weight)) : Double.toString(weight);
    }
}
