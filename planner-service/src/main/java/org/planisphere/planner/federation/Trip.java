package org.planisphere.planner.federation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;

/**
 * The way a question has come through planners, as its headers tell. A planner that finds itself on it is in a loop.
 *
 * @param path the planners that have passed it on, the first first: {@link #nameOf} their addresses
 * @param question the same for everybody whom one question reaches
 * @param budget how long the answer may take; null when the asker does not say
 */
public record Trip(
        List<String> path, String question, @Nullable Duration budget) {
    public static final String PATH = "Planisphere-Path";
    public static final String QUESTION = "Planisphere-Question";
    public static final String BUDGET = "Planisphere-Budget";

    /** A path is not read further than this; a planner this far down asks nobody. */
    static final int LONGEST = 16;

    private static final String NAME = "[A-Za-z0-9._~-]{1,64}";
    private static final Duration LONGEST_BUDGET = Duration.ofMinutes(5);

    public Trip {
        path = List.copyOf(path);
    }

    /** A question that begins here. */
    public static Trip begin() {
        return new Trip(List.of(), UUID.randomUUID().toString(), null);
    }

    /** From the headers of a call; what cannot be read counts as not said, except that the path keeps its length. */
    public static Trip of(@Nullable String path, @Nullable String question, @Nullable String budget) {
        List<String> names = new ArrayList<>();
        if (path != null && !path.isBlank()) {
            for (String name : path.split(",", LONGEST + 1)) {
                names.add(name.strip().matches(NAME) ? name.strip() : "unreadable");
            }
        }
        boolean named = question != null && question.strip().matches(NAME);
        Duration longest = null;
        if (budget != null && budget.strip().matches("[0-9]{1,9}")) {
            longest = Duration.ofMillis(Math.max(1, Long.parseLong(budget.strip())));
            longest = longest.compareTo(LONGEST_BUDGET) > 0 ? LONGEST_BUDGET : longest;
        }
        return new Trip(
                names,
                named && question != null ? question.strip() : UUID.randomUUID().toString(),
                longest);
    }

    /** What a planner is called on a path: a digest of its public address. */
    public static String nameOf(String address) {
        return Sha256.hex(address).substring(0, 16);
    }

    boolean visited(String name) {
        return path.contains(name);
    }

    /** The headers with which a planner passes it on. */
    Map<String, String> headers(String name, Duration left) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(PATH, String.join(", ", longer));
        headers.put(QUESTION, question);
        headers.put(BUDGET, Long.toString(Math.max(1, left.toMillis())));
        return headers;
    }
}
