package org.planisphere.registry.adql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query as SQL.
 *
 * @param sql in which every text of the query is a parameter
 * @param parameters in the order of their question marks
 * @param columns of the answer
 */
public record Statement(String sql, List<String> parameters, List<Result> columns) {
    public Statement {
        parameters = List.copyOf(parameters);
        columns = List.copyOf(columns);
    }

    /** @param origin the published column it is, null for a value made of others */
    public record Result(String name, Type type, @Nullable Column origin) {}
}
