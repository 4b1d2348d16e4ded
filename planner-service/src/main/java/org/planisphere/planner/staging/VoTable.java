package org.planisphere.planner.staging;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of the results of a small VOTable (1.3 to 1.5), by their fields' names. */
final class VoTable {
    private static final int MOST = 100_000;

    private VoTable() {}

    /**
     * @throws IOException when it is none, tells of an error, or is not written as TABLEDATA
     */
    static List<Map<String, String>> rows(SmallXml document) throws IOException {
        if (!document.name().equals("VOTABLE")) {
            throw new IOException("its DataLink document is no VOTable");
        }
        for (SmallXml resource : document.all("RESOURCE")) {
            if (!resource.attribute("type").equals("results")) {
                continue;
            }
            for (SmallXml info : resource.all("INFO")) {
                if (info.attribute("name").equals("QUERY_STATUS")
                        && info.attribute("value").equals("ERROR")) {
                    throw new IOException("its DataLink service tells of an error");
                }
            }
            SmallXml table = resource.find("TABLE").orElseThrow(() -> new IOException("its VOTable has no table"));
            return rows(
                    table,
                    table.all("FIELD").stream()
                            .map(field -> field.attribute("name"))
                            .toList());
        }
        throw new IOException("its VOTable has no results");
    }

    private static List<Map<String, String>> rows(SmallXml table, List<String> names) throws IOException {
        if (table.find("BINARY").isPresent()
                || table.find("BINARY2").isPresent()
                || table.find("FITS").isPresent()) {
            throw new IOException("its VOTable is not written as TABLEDATA");
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (SmallXml tr : table.all("TR")) {
            Map<String, String> row = new LinkedHashMap<>();
            List<SmallXml> cells = tr.all("TD");
            for (int i = 0; i < Math.min(cells.size(), names.size()); i++) {
                row.put(names.get(i), cells.get(i).text());
            }
            rows.add(row);
            if (rows.size() > MOST) {
                throw new IOException("its VOTable has more than " + MOST + " rows");
            }
        }
        return rows;
    }
}
