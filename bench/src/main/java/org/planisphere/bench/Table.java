package org.planisphere.bench;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Figures by name and column, printed as they come and as a whole in Markdown. */
final class Table {
    private final Map<String, String> musts = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final Set<String> columns = new LinkedHashSet<>();

    void put(String row, String must, String column, String value) {
        musts.putIfAbsent(row, must);
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>()).put(column, value);
        columns.add(column);
        System.err.println("  " + column + ": " + row + ": " + value + (must.isEmpty() ? "" : "  (must " + must + ")"));
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| | must |");
        columns.forEach(column -> text.append(' ').append(column).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach((row, values) -> {
            text.append("| ").append(row).append(" | ").append(musts.get(row)).append(" |");
            for (String column : columns) {
                text.append(' ').append(values.getOrDefault(column, "")).append(" |");
            }
            text.append('\n');
        });
        return text.toString();
    }
}
