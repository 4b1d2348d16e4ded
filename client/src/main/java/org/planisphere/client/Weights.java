package org.planisphere.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody cares about in an offer, and how much. Only the ratios matter: {@code price:2,start:1} and {@code
 * price:4,start:2} are the same wish. Immutable.
 */
public final class Weights {
    /** What an offer is judged by. */
    public enum Part {
        /** How soon the run begins. */
        START,
        /** How soon it is over. */
        END,
        /** How little money it takes. */
        PRICE,
        /** How little energy it takes. */
        ENERGY,
        /** How near the data are. */
        DISTANCE,
        /** How well the platform has kept its word so far. */
        RELIABILITY;

        /** As in {@link Weights#text()}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern ITEM = Pattern.compile("([a-z]+)(?::([0-9]{1,6}(?:\\.[0-9]{1,6})?))?");
    private static final int LONGEST = 200;

    /** Soon, cheap and sure, in this order; a little of everything else. */
    public static final Weights USUAL = Weights.of("start:4,end:2,price:3,energy:1,distance:2,reliability:3");

    private final Map<Part, Double> weights;

    private Weights(Map<Part, Double> weights) {
        this.weights = Collections.unmodifiableMap(new EnumMap<>(weights));
    }

    /**
     * Reads {@code part:weight,part:weight}; a part alone has weight 1, a part not named 0.
     *
     * @throws IllegalArgumentException with one sentence for whoever wrote it
     */
    public static Weights of(String text) {
        Map<Part, Double> found = new EnumMap<>(Part.class);
        String wish = text.strip().toLowerCase(Locale.ROOT);
        if (wish.length() > LONGEST) {
            throw new IllegalArgumentException("weights have at most " + LONGEST + " characters");
        }
        for (String item : wish.split(",", -1)) {
            Matcher matcher = ITEM.matcher(item.strip());
            Part part = matcher.matches() ? part(matcher.group(1)) : null;
            if (part == null) {
                throw new IllegalArgumentException(
                        "weights are written start:2,price:1 with any of " + String.join(", ", words()));
            }
            double weight = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
            if (found.putIfAbsent(part, weight) != null) {
                throw new IllegalArgumentException("the weight of " + part.word() + " is said twice");
            }
        }
        if (found.values().stream().mapToDouble(Double::doubleValue).sum() <= 0) {
            throw new IllegalArgumentException("at least one weight is above 0");
        }
        return new Weights(found);
    }

    /** The weight of a part; at least 0. */
    public double of(Part part) {
        return weights.getOrDefault(part, 0.0);
    }

    /** The sum of all weights; above 0. */
    public double sum() {
        return weights.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** As {@link #of(String)} reads it. */
    public String text() {
        List<String> items = new ArrayList<>();
        weights.forEach((part, weight) -> items.add(
                part.word() + ":" + (weight == Math.rint(weight) ? Long.toString(Math.round(weight)) : weight)));
        return String.join(",", items);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Weights same && weights.equals(same.weights);
    }

    @Override
    public int hashCode() {
        return weights.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    private static @org.jspecify.annotations.Nullable Part part(String word) {
        for (Part part : Part.values()) {
            if (part.word().equals(word)) {
                return part;
            }
        }
        return null;
    }

    private static List<String> words() {
        List<String> words = new ArrayList<>();
        for (Part part : Part.values()) {
            words.add(part.word());
        }
        return words;
    }
}
