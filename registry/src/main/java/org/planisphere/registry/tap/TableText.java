package org.planisphere.registry.tap;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.Statement;
import org.planisphere.registry.adql.Type;
import org.planisphere.registry.resource.Xml;

/**
 * Writes answers, row by row as they come.
 *
 * @see <a href="https://www.ivoa.net/documents/VOTable/">VOTable 1.4</a>
 */
final class TableText {
    private static final String OPEN = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<VOTABLE xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\" version=\"1.4\">\n"
            + "<RESOURCE type=\"results\">\n";

    private final Asked asked;
    private final List<Statement.Result> columns;
    private final Writer out;

    private TableText(Asked asked, Writer out) {
        this.asked = asked;
        this.columns = asked.statement().columns();
        this.out = out;
    }

    /** Writes all rows and closes them. */
    static void write(Asked asked, Answers.Rows rows, OutputStream stream) throws IOException {
        try (rows) {
            Writer out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 14);
            new TableText(asked, out).all(rows);
            out.flush();
        }
    }

    /**
     * The document that says why there is no answer.
     *
     * @param problem the type of problem, a word that docs/problems.md explains
     */
    static String error(String message, String problem) {
        return OPEN + "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">" + Xml.escape(message)
                + "</INFO>\n<INFO name=\"PROBLEM_TYPE\" value=\"" + problem
                + "\"/>\n</RESOURCE>\n</VOTABLE>\n";
    }

    private void all(Answers.Rows rows) throws IOException {
        head();
        int count = 0;
        boolean more = false;
        String failed = null;
        try {
            while (rows.next()) {
                if (count == asked.rows()) {
                    more = true;
                    break;
                }
                row(rows, count++);
            }
        } catch (SQLException e) {
            failed = Answers.rejected(e, rows.limit()).told();
        }
        foot(more, failed);
    }

    private void head() throws IOException {
        switch (asked.format()) {
            case VOTABLE, VOTABLE_TEXT -> {
                out.write(OPEN);
                out.write("<INFO name=\"QUERY_STATUS\" value=\"OK\"/>\n<INFO name=\"QUERY\" value=\"");
                out.write(Xml.escape(asked.query()));
                out.write("\"/>\n<TABLE name=\"result\">\n");
                for (Statement.Result column : columns) {
                    field(column);
                }
                out.write("<DATA><TABLEDATA>\n");
            }
            case JSON -> {
                out.write("{\"metadata\":[");
                for (int i = 0; i < columns.size(); i++) {
                    Statement.Result column = columns.get(i);
                    out.write((i == 0 ? "" : ",") + "{\"name\":" + quoted(column.name()) + ",\"datatype\":"
                            + quoted(column.type().datatype()));
                    String size = column.type().arraysize();
                    String xtype = column.type().xtype();
                    out.write((size == null ? "" : ",\"arraysize\":" + quoted(size))
                            + (xtype == null ? "" : ",\"xtype\":" + quoted(xtype)) + "}");
                }
                out.write("],\"data\":[");
            }
            default -> {
                for (int i = 0; i < columns.size(); i++) {
                    separated(i, columns.get(i).name());
                }
                out.write("\r\n");
            }
        }
    }

    private void field(Statement.Result column) throws IOException {
        Type type = column.type();
        out.write("<FIELD name=\"" + Xml.escape(column.name()) + "\" datatype=\"" + type.datatype() + "\"");
        attribute("arraysize", type.arraysize());
        attribute("xtype", type.xtype());
        if (column.origin() == null) {
            out.write("/>\n");
            return;
        }
        attribute("unit", column.origin().unit());
        attribute("ucd", column.origin().ucd());
        attribute("utype", column.origin().utype());
        out.write("><DESCRIPTION>" + Xml.escape(column.origin().description()) + "</DESCRIPTION></FIELD>\n");
    }

    private void attribute(String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.write(" " + name + "=\"" + Xml.escape(value) + "\"");
        }
    }

    private void row(Answers.Rows rows, int number) throws IOException, SQLException {
        boolean votable = asked.format() == Format.VOTABLE || asked.format() == Format.VOTABLE_TEXT;
        if (votable) {
            out.write("<TR>");
        } else if (asked.format() == Format.JSON) {
            out.write(number == 0 ? "\n[" : ",\n[");
        }
        for (int i = 0; i < columns.size(); i++) {
            String value = rows.value(i, columns.get(i));
            if (votable) {
                out.write(value == null ? "<TD/>" : "<TD>" + Xml.escape(value) + "</TD>");
            } else if (asked.format() == Format.JSON) {
                boolean number2 = columns.get(i).type().number();
                out.write(i == 0 ? "" : ",");
                out.write(value == null ? "null" : number2 && finite(value) ? value : quoted(value));
            } else {
                separated(i, value == null ? "" : value);
            }
        }
        out.write(votable ? "</TR>\n" : asked.format() == Format.JSON ? "]" : "\r\n");
    }

    private void foot(boolean more, @Nullable String failed) throws IOException {
        switch (asked.format()) {
            case VOTABLE, VOTABLE_TEXT -> {
                out.write("</TABLEDATA></DATA>\n</TABLE>\n");
                if (failed != null) {
                    out.write("<INFO name=\"QUERY_STATUS\" value=\"ERROR\">" + Xml.escape(failed) + "</INFO>\n");
                } else if (more) {
                    out.write("<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>\n");
                }
                out.write("</RESOURCE>\n</VOTABLE>\n");
            }
            case JSON -> {
                out.write("\n],\"overflow\":" + more);
                out.write(failed == null ? "}\n" : ",\"error\":" + quoted(failed) + "}\n");
            }
            default -> {
                if (failed != null) {
                    // There is no place for it in the form; a table that breaks off must not look whole.
                    out.flush();
                    throw new IOException("the answer broke off: " + failed);
                }
            }
        }
    }

    private static boolean finite(String number) {
        return !number.endsWith("N") && !number.endsWith("y");
    }

    private void separated(int column, String value) throws IOException {
        if (asked.format() == Format.TSV) {
            out.write((column == 0 ? "" : "\t") + value.replaceAll("[\\t\\r\\n]+", " "));
            return;
        }
        out.write(column == 0 ? "" : ",");
        boolean plain = true;
        for (int i = 0; i < value.length() && plain; i++) {
            plain = ",\"\r\n".indexOf(value.charAt(i)) < 0;
        }
        out.write(plain ? value : "\"" + value.replace("\"", "\"\"") + "\"");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
