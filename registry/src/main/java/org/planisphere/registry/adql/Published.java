package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything a query may name: schemas and their tables. */
public record Published(List<Schema> schemas) {
    /** A schema, lower case. */
    public record Schema(String name, @Nullable String utype, String description, List<Table> tables) {
        public Schema {
            tables = List.copyOf(tables);
        }
    }

    public Published {
        schemas = List.copyOf(schemas);
    }

    /** Every table by its full name, in the order of the schemas. */
    public Map<String, Table> tables() {
        Map<String, Table> tables = new LinkedHashMap<>();
        schemas.forEach(schema -> schema.tables().forEach(table -> tables.put(table.name(), table)));
        return tables;
    }

    Optional<Table> table(String name) {
        return Optional.ofNullable(tables().get(name));
    }

    /** Full names of the tables with this name in whatever schema, for a message. */
    List<String> called(String shortName) {
        List<String> names = new ArrayList<>();
        tables().values().stream()
                .filter(table -> table.shortName().equals(shortName))
                .forEach(table -> names.add(table.name()));
        return names;
    }
}
