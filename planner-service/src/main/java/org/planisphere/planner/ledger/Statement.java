package org.planisphere.planner.ledger;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plain SQL statement that is carried out in the same transaction as the append it travels with. Statements with the
 * same text are sent as one JDBC batch, texts in the order in which they are first seen.
 *
 * @param sql with {@code ?} for parameters; the same text for the same purpose, so that it can be batched
 * @param parameters strings, numbers, booleans, UUIDs, {@link java.time.Instant}s, {@link #NOW} or null
 * @param mustChangeOne when true and no row changes, the proposal it travels with is refused as {@link
 *     Outcome.Stale} and nothing of it is stored
 */
public record Statement(String sql, List<@Nullable Object> parameters, boolean mustChangeOne) {
    /** Stands for the database's clock at the append. */
    public static final Object NOW = new Object() {
        @Override
        public String toString() {
            return "NOW";
        }
    };

    public static Statement of(String sql, @Nullable Object... parameters) {
        return new Statement(sql, Arrays.asList(parameters.clone()), false);
    }

    public static Statement changingOne(String sql, @Nullable Object... parameters) {
        return new Statement(sql, Arrays.asList(parameters.clone()), true);
    }
}
