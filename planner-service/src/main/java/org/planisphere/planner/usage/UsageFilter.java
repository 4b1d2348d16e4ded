package org.planisphere.planner.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.session.Cursor;

/**
 * Which records are wanted; newest end first.
 *
 * @param owner null for everybody's, which only operators may ask for
 * @param group that paid; null for any
 * @param since ended at or after it
 * @param until ended before it
 * @param limit 1 to 10,000
 * @param after the last one already known; null for the first page
 */
public record UsageFilter(
        @Nullable String owner,
        @Nullable String group,
        @Nullable Instant since,
        @Nullable Instant until,
        int limit,
        @Nullable Cursor after) {}
