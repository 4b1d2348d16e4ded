package org.planisphere.registry.adql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A published table; the database has it under the same name.
 *
 * @param name with its schema, lower case
 * @param kind {@code table} or {@code view}
 */
public record Table(String name, String kind, @Nullable String utype, String description, List<Column> columns) {
    public Table {
        columns = List.copyOf(columns);
    }

    public String schema() {
        return name.substring(0, name.indexOf('.'));
    }

    String shortName() {
        return name.substring(name.indexOf('.') + 1);
    }
}
