package org.planisphere.registry.adql;

import org.jspecify.annotations.Nullable;

/**
 * A published column.
 *
 * @param name as a query writes it, quoted where it must be
 * @param sqlName as the database has it
 * @param lowered whether it holds identifiers, which compare without case and are kept in lower case
 */
public record Column(
        String name,
        String sqlName,
        Type type,
        boolean indexed,
        boolean principal,
        boolean lowered,
        @Nullable String unit,
        @Nullable String ucd,
        @Nullable String utype,
        String description) {
    /** The name without quotes. */
    String plainName() {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1) : name;
    }
}
