package org.planisphere.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rows in columns, fitted to the terminal: first the flexible columns are shortened, the heaviest before the others, then
 * the heaviest are left out. A row may end in one text that takes what is left of the line, and goes on below it.
 */
final class Table {
    private static final int NARROWEST = 10;
    private static final String GAP = "  ";

    private record Column(String title, boolean right, boolean flexible, int weight) {}

    private record Row(List<String> cells, String rest, UnaryOperator<String> look) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /** Adds a column; of weight 0 are those that always stay. */
    Table column(String title, boolean right, boolean flexible, int weight) {
        columns.add(new Column(title, right, flexible, weight));
        return this;
    }

    Table left(String title) {
        return column(title, false, false, 0);
    }

    Table right(String title) {
        return column(title, true, false, 0);
    }

    Table row(UnaryOperator<String> look, List<String> cells) {
        rows.add(new Row(List.copyOf(cells), "", look));
        return this;
    }

    Table row(String... cells) {
        return row(UnaryOperator.identity(), List.of(cells));
    }

    /** A row whose last text takes the rest of the line. */
    Table spanning(UnaryOperator<String> look, List<String> cells, String rest) {
        rows.add(new Row(List.copyOf(cells), rest, look));
        return this;
    }

    List<String> lines(Terminal terminal) {
        List<Integer> shown = new ArrayList<>();
        int[] widths = new int[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            int width = columns.get(i).title().length();
            boolean empty = true;
            for (Row row : rows) {
                if (i < row.cells().size()) {
                    width = Math.max(width, length(row.cells().get(i)));
                    empty &= row.cells().get(i).isEmpty();
                }
            }
            widths[i] = width;
            if (!empty) {
                shown.add(i);
            }
        }
        fit(shown, widths, terminal.width());
        List<String> lines = new ArrayList<>();
        List<String> titles = columns.stream().map(Column::title).toList();
        boolean compared = rows.stream().anyMatch(row -> row.rest().isEmpty());
        if (compared && titles.stream().anyMatch(title -> !title.isEmpty())) {
            lines.add(terminal.bold(line(new Row(titles, "", UnaryOperator.identity()), shown, widths)));
        }
        for (Row row : rows) {
            String start = line(row, shown, widths);
            if (row.rest().isEmpty()) {
                lines.add(row.look().apply(start));
                continue;
            }
            // What follows begins at the same place in every row.
            start += " ".repeat(Math.max(0, beginning(row, shown, widths) - length(start)));
            int indent = start.isEmpty() ? 0 : length(start) + GAP.length();
            boolean narrow = terminal.width() - indent < 30;
            int room = Math.max(20, terminal.width() - (narrow ? 4 : indent));
            List<String> parts = wrap(row.rest(), room);
            if (narrow) {
                lines.add(row.look().apply(start));
                parts.forEach(part -> lines.add(row.look().apply("    " + part)));
            } else {
                lines.add(row.look().apply(start + (start.isEmpty() ? "" : GAP) + parts.get(0)));
                parts.stream().skip(1).forEach(part -> lines.add(row.look().apply(" ".repeat(indent) + part)));
            }
        }
        return lines;
    }

    void print(Terminal terminal) {
        lines(terminal).forEach(terminal::line);
    }

    static List<String> wrap(String text, int room) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.strip().split("\n", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.strip().split(" +")) {
                if (line.length() > 0 && length(line.toString()) + 1 + length(word) > room) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private void fit(List<Integer> shown, int[] widths, int room) {
        int[] least = widths.clone();
        for (int i : shown) {
            if (columns.get(i).flexible()) {
                least[i] = Math.min(NARROWEST, widths[i]);
            }
        }
        while (total(shown, least) > room) {
            int heaviest = -1;
            for (int i : shown) {
                if (columns.get(i).weight()
                        > (heaviest < 0 ? 0 : columns.get(heaviest).weight())) {
                    heaviest = i;
                }
            }
            if (heaviest < 0) {
                break;
            }
            shown.remove(Integer.valueOf(heaviest));
        }
        List<Integer> byWeight = shown.stream()
                .sorted(Comparator.comparingInt((Integer i) -> columns.get(i).weight())
                        .reversed())
                .toList();
        for (int i : byWeight) {
            int over = total(shown, widths) - room;
            if (over > 0) {
                widths[i] = Math.max(least[i], widths[i] - over);
            }
        }
    }

    private static int total(List<Integer> shown, int[] widths) {
        return shown.stream().mapToInt(i -> widths[i] + GAP.length()).sum() - GAP.length();
    }

    /** How wide the columns are that the row fills. */
    private static int beginning(Row row, List<Integer> shown, int[] widths) {
        return total(shown.stream().filter(i -> i < row.cells().size()).toList(), widths);
    }

    private String line(Row row, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i : shown) {
            if (i >= row.cells().size()) {
                break;
            }
            String cell = cut(row.cells().get(i), widths[i]);
            String blank = " ".repeat(Math.max(0, widths[i] - length(cell)));
            line.append(line.length() == 0 ? "" : GAP).append(columns.get(i).right() ? blank + cell : cell + blank);
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String cut(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
