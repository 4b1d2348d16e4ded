package org.planisphere.planner.door;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.session.Phase;

/** The query parameters of the lists. */
final class Filters {
    private static final int DEFAULT_LIMIT = Filter.DEFAULT_LIMIT;
    private static final int MOST = Filter.MAX_LIMIT;

    private Filters() {}

    static Filter filter(
            List<String> phases,
            @Nullable String since,
            @Nullable String until,
            @Nullable String limit,
            @Nullable String after) {
        Set<Phase> wanted = EnumSet.noneOf(Phase.class);
        for (String some : phases) {
            for (String phase : some.split(",", -1)) {
                try {
                    wanted.add(Phase.valueOf(phase.trim().toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    throw bad("phase: one of " + List.of(Phase.values()));
                }
            }
        }
        Instant from = instant("since", since);
        Instant to = instant("until", until);
        int most = limit(limit);
        try {
            return new Filter(wanted, from, to, most, after == null || after.isBlank() ? null : after);
        } catch (IllegalArgumentException badCursor) {
            throw bad("after: not a cursor of this list");
        }
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.trim().replace(' ', '+')).toInstant();
        } catch (DateTimeException e) {
            throw bad(name + ": an instant such as 2026-11-21T10:00:00Z");
        }
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text.trim());
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw bad("limit: a whole number from 1 to " + MOST);
        }
        throw bad("limit: a whole number from 1 to " + MOST);
    }

    private static ProblemException bad(String detail) {
        return new ProblemException(ProblemType.INVALID_PARAMETER, detail + ".");
    }
}
