package org.planisphere.registry.adql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.planisphere.registry.regtap.Relations;

/**
 * What Jazzer asks of the reading of queries: any bytes are a statement that can do nothing but read published tables, or
 * a fault with its place. {@code AdqlFuzzTest} runs it for a while and with the corpus; for longer, run
 * {@code com.code_intelligence.jazzer.Jazzer --target_class=org.planisphere.registry.adql.AdqlFuzz}.
 */
public final class AdqlFuzz {
    private static final Adql ADQL = new Adql(Relations.PUBLISHED);
    private static final Pattern WORDS = Pattern.compile("[a-z_]+\\.[a-z_]+|[A-Za-z_]+");
    private static final Set<String> NEVER = Set.of(
            "insert",
            "update",
            "delete",
            "drop",
            "alter",
            "create",
            "grant",
            "copy",
            "call",
            "execute",
            "truncate",
            "into",
            "registry_record",
            "information_schema",
            "pg_catalog",
            "pg_sleep",
            "file_read",
            "csvread");

    private AdqlFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String query = new String(bytes, StandardCharsets.UTF_8);
        for (boolean postgres : new boolean[] {true, false}) {
            try {
                check(ADQL.read(query, postgres, 100));
            } catch (Fault fault) {
                if (fault.line() < 1 || fault.column() < 1) {
                    throw new AssertionError("a fault without a place: " + fault.told());
                }
            }
        }
    }

    private static void check(Statement statement) {
        String sql = statement.sql();
        if (!sql.startsWith("SELECT ") || sql.contains(";") || sql.contains("--") || sql.contains("/*")) {
            throw new AssertionError(sql);
        }
        if (sql.chars().filter(c -> c == '?').count() != statement.parameters().size()) {
            throw new AssertionError("parameters: " + sql);
        }
        var words = WORDS.matcher(sql);
        while (words.find()) {
            if (NEVER.contains(words.group().toLowerCase(Locale.ROOT))) {
                throw new AssertionError(words.group() + " in " + sql);
            }
        }
    }
}
