package org.planisphere.registry.regtap;

import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Makes the rows of a record's schemas, tables and columns.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, sections 4.5 to 4.7</a>
 */
final class TableReader {
    private final String ivoid;
    private final Rows rows;
    /** Tables are counted through the record, as the relation's key wants it. */
    private int tables;

    TableReader(String ivoid, Rows rows) {
        this.ivoid = ivoid;
        this.rows = rows;
    }

    void read(Element root) {
        int number = 0;
        for (Element schema : Texts.children(Texts.child(root, "tableset"), "schema")) {
            number++;
            rows.add(
                    "rr.res_schema",
                    ivoid,
                    number,
                    Texts.of(Texts.child(schema, "description")),
                    Texts.lower(Texts.child(schema, "name")),
                    Texts.of(Texts.child(schema, "title")),
                    Texts.lower(Texts.child(schema, "utype")));
            for (Element table : Texts.children(schema, "table")) {
                table(table, number);
            }
        }
        // VODataService 1.0 had tables without schemas.
        for (Element table : Texts.children(root, "table")) {
            table(table, null);
        }
    }

    private void table(Element table, @Nullable Integer schema) {
        tables++;
        String type = Texts.lowerAttribute(table, "type");
        rows.add(
                "rr.res_table",
                ivoid,
                schema,
                Texts.of(Texts.child(table, "description")),
                Texts.of(Texts.child(table, "name")),
                tables,
                Texts.of(Texts.child(table, "title")),
                type == null ? Texts.lowerAttribute(table, "role") : type,
                Texts.lower(Texts.child(table, "utype")));
        for (Element column : Texts.children(table, "column")) {
            column(column);
        }
    }

    private void column(Element column) {
        Element type = Texts.child(column, "dataType");
        rows.add(
                "rr.table_column",
                ivoid,
                tables,
                Texts.lower(Texts.child(column, "name")),
                Texts.lower(Texts.child(column, "ucd")),
                Texts.of(Texts.child(column, "unit")),
                Texts.lower(Texts.child(column, "utype")),
                Texts.flag(Texts.attribute(column, "std")),
                Texts.lower(type),
                Texts.attribute(type, "extendedSchema"),
                Texts.attribute(type, "extendedType"),
                Texts.attribute(type, "arraysize"),
                Texts.attribute(type, "delim"),
                Texts.type(type),
                Texts.joined(column, "flag", "#"),
                Texts.of(Texts.child(column, "description")));
    }
}
