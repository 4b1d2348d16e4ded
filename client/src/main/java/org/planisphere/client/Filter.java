package org.planisphere.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions or offer sets to list.
 *
 * @param phases any of them; all when empty
 * @param since created then or later
 * @param until created before then
 * @param limit most items on one page, 1 to 1000; the iteration goes on over the pages
 */
public record Filter(
        List<String> phases,
        @Nullable Instant since,
        @Nullable Instant until,
        int limit) {
    /** Everything. */
    public static final Filter ALL = new Filter(List.of(), null, null, 100);

    public Filter {
        phases = List.copyOf(phases);
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + ", should be 1 to 1000");
        }
    }

    String query() {
        List<String> parts = new ArrayList<>();
        for (String phase : phases) {
            parts.add("phase=" + URLEncoder.encode(phase, StandardCharsets.UTF_8));
        }
        if (since != null) {
            parts.add("since=" + since);
        }
        if (until != null) {
            parts.add("until=" + until);
        }
        parts.add("limit=" + limit);
        return String.join("&", parts);
    }
}
