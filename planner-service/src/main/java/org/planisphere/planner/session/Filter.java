package org.planisphere.planner.session;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions or offer sets of a list are wanted; newest first.
 *
 * @param phases empty for all; an offer set is in a phase when one of its sessions is
 * @param since created at or after it
 * @param until created before it
 * @param limit 1 to 1000
 * @param after {@link Page#next()} of the page before; null for the first page
 */
public record Filter(
        Set<Phase> phases,
        @Nullable Instant since,
        @Nullable Instant until,
        int limit,
        @Nullable String after) {
    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 1000;
    public static final Filter ALL = new Filter(Set.of(), null, null, DEFAULT_LIMIT, null);

    public Filter {
        phases = phases.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(phases));
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + " and must be 1 to " + MAX_LIMIT);
        }
        if (after != null) {
            Cursor.parse(after);
        }
    }
}
