package org.planisphere.registry.adql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked query: every name in it is one that is published, and every type fits.
 *
 * @param offset rows left out at the beginning
 */
record Query(Body body, List<Order> order, long offset, List<Output> columns) {
    /** A column of the answer. */
    record Output(Name name, Type type, @Nullable Column origin) {}

    sealed interface Body {}

    /**
     * @param top rows at most, null for all
     * @param values one for each column
     */
    record Select(
            boolean distinct,
            @Nullable Long top,
            List<Expression> values,
            List<From> from,
            @Nullable Condition where,
            List<Expression> group,
            @Nullable Condition having)
            implements Body {}

    /** @param signs one less than parts: UNION, EXCEPT or INTERSECT, with ALL or without */
    record Sets(List<Query> parts, List<String> signs) implements Body {}

    /**
     * @param column counted from 0; -1 for a value that is not among the columns
     */
    record Order(int column, @Nullable Expression value, boolean descending) {}

    sealed interface From {}

    record OfTable(Table table, int source) implements From {}

    record OfQuery(Query query, int source) implements From {}

    /** @param kind CROSS, INNER, LEFT, RIGHT or FULL */
    record Join(
            From left, String kind, From right, @Nullable Condition on) implements From {}
}
