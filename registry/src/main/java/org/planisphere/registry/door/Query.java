package org.planisphere.registry.door;

import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.search.Wanted;

/** What was asked of the search, as its parameters say it. */
record Query(Wanted wanted) {
    static final int USUAL = 50;
    static final int MOST = 500;
    private static final int LONGEST = 1000;
    private static final Set<String> PARAMETERS = Set.of(
            "standardID",
            "q",
            "authority",
            "availability",
            "capabilityType",
            "type",
            "waveband",
            "kind",
            "after",
            "limit");

    /** @throws ProblemException for a parameter that is unknown, or whose value cannot be */
    static Query of(MultivaluedMap<String, String> parameters) {
        for (String name : parameters.keySet()) {
            if (!PARAMETERS.contains(name)) {
                throw new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "The search has no parameter of this name; it has "
                                + String.join(", ", new TreeSet<>(PARAMETERS)) + ".");
            }
        }
        int number = USUAL;
        String limit = parameters.getFirst("limit");
        if (limit != null && !limit.isBlank()) {
            if (!limit.strip().matches("[0-9]{1,6}") || Integer.parseInt(limit.strip()) == 0) {
                throw new ProblemException(ProblemType.INVALID_PARAMETER, "limit is a whole number from 1.");
            }
            number = Math.min(MOST, Integer.parseInt(limit.strip()));
        }
        String state = value("availability", parameters);
        if (state != null && !state.toLowerCase(Locale.ROOT).matches("up|down|unknown")) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "availability is up, down or unknown.");
        }
        return new Query(new Wanted(
                value("standardID", parameters),
                value("q", parameters),
                value("authority", parameters),
                state,
                value("capabilityType", parameters),
                value("type", parameters),
                value("waveband", parameters),
                value("kind", parameters),
                value("after", parameters),
                number));
    }

    private static @Nullable String value(String name, MultivaluedMap<String, String> parameters) {
        String text = parameters.getFirst(name);
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > LONGEST || text.indexOf('\0') >= 0) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER, name + " is a text of at most " + LONGEST + " characters.");
        }
        return text.strip();
    }

    /** The same question behind a place, as a query string. */
    String next(String place) {
        List<String> parts = new ArrayList<>();
        add(parts, "standardID", wanted.standardId());
        add(parts, "q", wanted.text());
        add(parts, "authority", wanted.authority());
        add(parts, "availability", wanted.availability());
        add(parts, "capabilityType", wanted.capabilityType());
        add(parts, "type", wanted.type());
        add(parts, "waveband", wanted.waveband());
        add(parts, "kind", wanted.kind());
        add(parts, "limit", wanted.limit() == USUAL ? null : Integer.toString(wanted.limit()));
        add(parts, "after", place);
        return "?" + String.join("&", parts);
    }

    private static void add(List<String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
