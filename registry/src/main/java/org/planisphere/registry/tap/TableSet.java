package org.planisphere.registry.tap;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.Column;
import org.planisphere.registry.adql.Published;
import org.planisphere.registry.adql.Table;
import org.planisphere.registry.regtap.Relations;
import org.planisphere.registry.resource.Xml;

/**
 * What can be queried, as VOSI tells it.
 *
 * @see <a href="https://www.ivoa.net/documents/VOSI/">VOSI 1.1, section 6</a>
 */
final class TableSet {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private static final String SPACES = " xmlns:vosi=\"http://www.ivoa.net/xml/VOSITables/v1.0\""
            + " xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\""
            + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

    private TableSet() {}

    static String all(boolean columns) {
        StringBuilder xml =
                new StringBuilder(HEAD).append("<vosi:tableset").append(SPACES).append(">\n");
        for (Published.Schema schema : Relations.PUBLISHED.schemas()) {
            xml.append("<schema>");
            element(xml, "name", schema.name());
            element(xml, "description", schema.description());
            element(xml, "utype", schema.utype());
            schema.tables().forEach(table -> {
                xml.append("\n<table type=\"").append(type(table)).append("\">");
                table(xml, table, columns);
                xml.append("</table>");
            });
            xml.append("</schema>\n");
        }
        return xml.append("</vosi:tableset>\n").toString();
    }

    static Optional<String> one(String name) {
        Table table = Relations.PUBLISHED.tables().get(name);
        if (table == null) {
            return Optional.empty();
        }
        StringBuilder xml = new StringBuilder(HEAD).append("<vosi:table").append(SPACES);
        xml.append(" type=\"").append(type(table)).append("\">");
        table(xml, table, true);
        return Optional.of(xml.append("</vosi:table>\n").toString());
    }

    private static String type(Table table) {
        return table.kind().equals("view") ? "view" : "base_table";
    }

    private static void table(StringBuilder xml, Table table, boolean columns) {
        element(xml, "name", table.name());
        element(xml, "description", table.description());
        element(xml, "utype", table.utype());
        if (!columns) {
            return;
        }
        for (Column column : table.columns()) {
            xml.append("\n<column std=\"true\">");
            element(xml, "name", column.name());
            element(xml, "description", column.description());
            element(xml, "unit", column.unit());
            element(xml, "ucd", column.ucd());
            element(xml, "utype", column.utype());
            xml.append("<dataType xsi:type=\"vs:VOTableType\"");
            attribute(xml, "arraysize", column.type().arraysize());
            attribute(xml, "extendedType", column.type().xtype());
            xml.append('>').append(column.type().datatype()).append("</dataType>");
            if (column.indexed()) {
                element(xml, "flag", "indexed");
            }
            if (column.principal()) {
                element(xml, "flag", "principal");
            }
            xml.append("</column>");
        }
        Relations.references(table.name()).forEach(reference -> {
            xml.append("\n<foreignKey>");
            element(xml, "targetTable", reference.target());
            reference.columns().forEach((from, target) -> {
                xml.append("<fkColumn>");
                element(xml, "fromColumn", from);
                element(xml, "targetColumn", target);
                xml.append("</fkColumn>");
            });
            xml.append("</foreignKey>");
        });
    }

    private static void attribute(StringBuilder xml, String name, @Nullable String value) {
        if (value != null) {
            xml.append(' ').append(name).append("=\"").append(Xml.escape(value)).append('"');
        }
    }

    private static void element(StringBuilder xml, String name, @Nullable String text) {
        if (text != null) {
            xml.append('<').append(name).append('>').append(Xml.escape(text));
            xml.append("</").append(name).append('>');
        }
    }
}
