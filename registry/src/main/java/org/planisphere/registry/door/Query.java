package org.planisphere.registry.door;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.store.Records;

/** What was asked of the search, as its parameters say it. */
record Query(
        @Nullable String standardId,
        @Nullable String text,
        @Nullable String authority,
        @Nullable String availability,
        @Nullable String capabilityType,
        @Nullable String after,
        int limit) {
    static final int USUAL = 50;
    static final int MOST = 500;
    private static final int LONGEST = 1000;
    private static final int WORDS = 20;

    static Query of(
            @Nullable String standardId,
            @Nullable String text,
            @Nullable String authority,
            @Nullable String availability,
            @Nullable String capabilityType,
            @Nullable String after,
            @Nullable String limit) {
        int number = USUAL;
        if (limit != null && !limit.isBlank()) {
            if (!limit.strip().matches("[0-9]{1,6}") || Integer.parseInt(limit.strip()) == 0) {
                throw new ProblemException(ProblemType.INVALID_PARAMETER, "limit is a whole number from 1.");
            }
            number = Math.min(MOST, Integer.parseInt(limit.strip()));
        }
        String state = value("availability", availability);
        if (state != null && !state.toLowerCase(java.util.Locale.ROOT).matches("up|down|unknown")) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "availability is up, down or unknown.");
        }
        return new Query(
                value("standardID", standardId),
                value("q", text),
                value("authority", authority),
                state,
                value("capabilityType", capabilityType),
                value("after", after),
                number);
    }

    private static @Nullable String value(String name, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > LONGEST || text.indexOf('\0') >= 0) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER, name + " is a text of at most " + LONGEST + " characters.");
        }
        return text.strip();
    }

    /** One more than the page holds, to know whether there is a next one. */
    Records.Wanted wanted() {
        List<String> words = text == null ? List.of() : List.of(text.split("\\s+"));
        if (words.size() > WORDS) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "q has at most " + WORDS + " words.");
        }
        return new Records.Wanted(standardId, words, authority, availability, capabilityType, after, limit + 1);
    }

    /** The same question behind a record, as a query string. */
    String next(String key) {
        List<String> parts = new ArrayList<>();
        add(parts, "standardID", standardId);
        add(parts, "q", text);
        add(parts, "authority", authority);
        add(parts, "availability", availability);
        add(parts, "capabilityType", capabilityType);
        add(parts, "limit", limit == USUAL ? null : Integer.toString(limit));
        add(parts, "after", key);
        return "?" + String.join("&", parts);
    }

    private static void add(List<String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
