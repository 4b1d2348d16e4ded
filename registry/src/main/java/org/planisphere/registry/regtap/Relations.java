package org.planisphere.registry.regtap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.Column;
import org.planisphere.registry.adql.Published;
import org.planisphere.registry.adql.Table;
import org.planisphere.registry.adql.Type;

/**
 * The published relations, as {@code relations.txt} beside this class lists them.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, section 4</a>
 * @see <a href="https://www.ivoa.net/documents/TAP/">TAP 1.1, section 4</a>
 */
public final class Relations {
    /** The schemas rr and tap_schema. */
    public static final Published PUBLISHED = read();

    private static final Map<String, Table> TABLES = PUBLISHED.tables();

    private Relations() {}

    /** @param name of a table of ours, with its schema */
    static Table table(String name) {
        Table table = TABLES.get(name);
        if (table == null) {
            throw new IllegalArgumentException("no relation " + name);
        }
        return table;
    }

    /**
     * How one table refers to another.
     *
     * @param columns from this table's to the target's
     */
    public record Reference(String target, Map<String, String> columns) {}

    /** Where a table refers to others. */
    public static List<Reference> references(String table) {
        List<Reference> references = new ArrayList<>();
        for (String[] key : TapSchema.keys()) {
            if (key[0].equals(table)) {
                Map<String, String> columns = new LinkedHashMap<>();
                for (int i = 2; i < key.length; i++) {
                    String[] ends = key[i].split(">");
                    columns.put(ends[0], ends[ends.length - 1]);
                }
                references.add(new Reference(key[1], columns));
            }
        }
        return references;
    }

    private static Published read() {
        List<Published.Schema> schemas = new ArrayList<>();
        Building schema = null;
        try (InputStream file = Relations.class.getResourceAsStream("relations.txt")) {
            if (file == null) {
                throw new IllegalStateException("relations.txt is missing");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("schema ")) {
                    if (schema != null) {
                        schemas.add(schema.done());
                    }
                    schema = new Building(parts(line.substring(7), 3));
                } else if (line.startsWith("table ") && schema != null) {
                    schema.table(parts(line.substring(6), 4));
                } else if (!line.isBlank() && !line.startsWith("#") && schema != null) {
                    schema.column(parts(line, 6));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (schema != null) {
            schemas.add(schema.done());
        }
        return new Published(schemas);
    }

    /** As many parts as asked for, from the right end: a missing one in the middle is empty. */
    private static String[] parts(String line, int number) {
        String[] parts = line.split("\\|", -1);
        // A utype may hold bars of its own; a table without one has a part less.
        String[] all = new String[number];
        int first = number == 4 && parts.length == 3 ? 2 : number;
        for (int i = 0; i < number; i++) {
            all[i] = "";
        }
        if (number == 6) {
            System.arraycopy(parts, 0, all, 0, 4);
            all[4] = String.join("|", List.of(parts).subList(4, parts.length - 1));
        } else if (number == 4) {
            all[0] = parts[0];
            all[1] = parts[1];
            all[2] = first == 2 ? "" : String.join("|", List.of(parts).subList(2, parts.length - 1));
        } else {
            all[0] = parts[0];
            all[1] = parts[1];
        }
        all[number - 1] = parts[parts.length - 1];
        for (int i = 0; i < number; i++) {
            all[i] = all[i].strip();
        }
        return all;
    }

    private static final class Building {
        private final String[] schema;
        private final List<Table> tables = new ArrayList<>();
        private String @Nullable [] table;
        private List<Column> columns = new ArrayList<>();

        Building(String[] schema) {
            this.schema = schema;
        }

        void table(String[] parts) {
            endTable();
            table = parts;
        }

        void column(String[] parts) {
            String name = parts[0];
            String sqlName = name.startsWith("\"") ? "col_" + name.replace("\"", "") : name;
            columns.add(new Column(
                    name,
                    sqlName,
                    Type.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                    parts[2].contains("i"),
                    parts[2].contains("p"),
                    parts[2].contains("l"),
                    orNull(parts[3]),
                    null,
                    parts[4].isEmpty() ? null : parts[4],
                    parts[5]));
        }

        Published.Schema done() {
            endTable();
            return new Published.Schema(schema[0], orNull(schema[1]), schema[2], tables);
        }

        private void endTable() {
            if (table != null) {
                tables.add(new Table(table[0], table[1], orNull(table[2]), table[3], columns));
                columns = new ArrayList<>();
            }
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
