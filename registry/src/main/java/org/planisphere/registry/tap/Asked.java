package org.planisphere.registry.tap;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.Adql;
import org.planisphere.registry.adql.Fault;
import org.planisphere.registry.adql.Statement;

/**
 * A query that can be answered.
 *
 * @param query as it came
 * @param rows that are given at most; there is overflow when there is one more
 */
record Asked(String query, Statement statement, int rows, Format format) {
    private static final Set<String> LANGUAGES = Set.of("ADQL", "ADQL-2.0", "ADQL-2.1");

    /** Reads what was asked; the parameters that TAP knows and others have are not looked at. */
    static Asked read(Parameters parameters, Adql adql, boolean postgres, TapSettings settings) throws Rejected {
        String request = parameters.one("REQUEST");
        if (request != null && !request.equalsIgnoreCase("doQuery")) {
            throw new Rejected("REQUEST is doQuery.");
        }
        String language = parameters.one("LANG");
        if (language == null) {
            throw new Rejected("LANG is missing; it is ADQL.");
        }
        if (!LANGUAGES.contains(language.toUpperCase(Locale.ROOT))) {
            throw new Rejected("LANG is ADQL, ADQL-2.0 or ADQL-2.1.");
        }
        if (parameters.one("UPLOAD") != null) {
            throw new Rejected("Tables cannot be uploaded here; UPLOAD is left out.");
        }
        String query = parameters.one("QUERY");
        if (query == null || query.isBlank()) {
            throw new Rejected("QUERY is missing.");
        }
        String asked = parameters.one("RESPONSEFORMAT");
        Format format = Format.named(asked != null ? asked : parameters.one("FORMAT"));
        int rows = rows(parameters.one("MAXREC"), settings);
        try {
            return new Asked(query, adql.read(query, postgres, rows + 1L), rows, format);
        } catch (Fault fault) {
            throw new Rejected("The query is not understood. " + fault.told() + ".");
        }
    }

    private static int rows(@Nullable String text, TapSettings settings) throws Rejected {
        if (text == null) {
            return settings.usualRows();
        }
        if (!text.strip().matches("[0-9]{1,18}")) {
            throw new Rejected("MAXREC is a whole number from 0.");
        }
        return (int) Math.min(Long.parseLong(text.strip()), settings.mostRows());
    }
}
