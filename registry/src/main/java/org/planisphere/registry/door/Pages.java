package org.planisphere.registry.door;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Summary;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;

/** Writes the pages of records: what was found, and one record. */
final class Pages {
    private static final int SHORT = 280;

    private final Registry registry;

    Pages(Registry registry) {
        this.registry = registry;
    }

    String found(Query query, Registry.Hits hits) {
        Wanted wanted = query.wanted();
        Html page = new Html(registry, registry.settings().title(), "/");
        form(page, wanted);
        if (hits.rows().isEmpty()) {
            page.paragraph(
                    "Nothing here matches. Fewer or shorter words find more; a word of three letters or more also"
                            + " finds longer words that begin with it.");
            return page.end();
        }
        page.raw("<ol class=\"found\">");
        for (RecordRow row : hits.rows()) {
            Summary summary = row.summary();
            page.raw("<li><h2>").link(address(page, row), row.title).raw("</h2><p class=\"facts\">");
            page.text(row.type + " · " + row.identifier + " · " + available(row))
                    .raw("</p>");
            String description = summary.description();
            if (!description.isEmpty()) {
                page.paragraph(description.length() > SHORT ? cut(description) : description);
            }
            page.raw("</li>");
        }
        page.raw("</ol>");
        page.next(hits.next() == null ? null : page.base() + "/" + query.next(hits.next()));
        return page.end();
    }

    private void form(Html page, Wanted wanted) {
        page.raw("<search><form action=\"")
                .raw(page.base())
                .raw("/\" method=\"get\"><p><label for=\"q\">Words</label> ");
        page.raw("<input type=\"search\" id=\"q\" name=\"q\" value=\"")
                .text(wanted.text())
                .raw("\"> ");
        page.raw("<button>Search</button></p>");
        boolean open = wanted.standardId() != null
                || wanted.authority() != null
                || wanted.capabilityType() != null
                || wanted.type() != null
                || wanted.waveband() != null
                || wanted.kind() != null
                || wanted.availability() != null;
        page.raw(open ? "<details open>" : "<details>").raw("<summary>More</summary>");
        field(page, "standardID", "Standard", wanted.standardId(), "ivo://ivoa.net/std/TAP");
        field(page, "authority", "Authority", wanted.authority(), "org.gavo.dc");
        field(page, "type", "Type of record", wanted.type(), "vs:CatalogService");
        field(page, "capabilityType", "Type of capability", wanted.capabilityType(), "vg:Harvest");
        field(page, "waveband", "Waveband", wanted.waveband(), "Infrared");
        field(page, "kind", "Runs executables of the kind", wanted.kind(), "jupyter-notebook");
        page.raw("<p><label for=\"availability\">Available</label> <select id=\"availability\" name=\"availability\">");
        for (String state : List.of("", "up", "down", "unknown")) {
            page.raw("<option value=\"").raw(state).raw("\"");
            page.raw(state.equals(wanted.availability() == null ? "" : wanted.availability()) ? " selected>" : ">");
            page.raw(state.isEmpty() ? "any" : state).raw("</option>");
        }
        page.raw("</select></p></details></form></search>");
    }

    private static void field(Html page, String name, String label, @Nullable String value, String example) {
        page.raw("<p><label for=\"")
                .raw(name)
                .raw("\">")
                .raw(label)
                .raw("</label> <input id=\"")
                .raw(name);
        page.raw("\" name=\"")
                .raw(name)
                .raw("\" size=\"40\" placeholder=\"")
                .raw(example)
                .raw("\" value=\"");
        page.text(value).raw("\"></p>");
    }

    String record(RecordRow row) {
        Summary summary = row.summary();
        Html page = new Html(registry, row.title, "");
        if (row.deleted()) {
            page.raw("<p class=\"alarm\">This record has been deleted.</p>");
        }
        if (!summary.description().isEmpty()) {
            page.raw("<p class=\"description\">").text(summary.description()).raw("</p>");
        }
        page.raw("<dl>");
        page.pair("Identifier", row.identifier);
        page.pair("Short name", row.shortName);
        page.pair("Type", row.type);
        page.pair("Publisher", summary.publisher());
        page.pair("Creators", String.join("; ", summary.creators()));
        page.pair("Subjects", String.join(", ", summary.subjects()));
        page.pair("Wavebands", String.join(", ", summary.wavebands()));
        page.pair("Runs", String.join("\n", summary.kinds()));
        page.pair("Available", available(row));
        Instant checked = row.checked == null ? null : row.checked.toInstant();
        page.pair("Asked", checked == null ? null : Resource.stamp(checked));
        page.pair("Changed", Resource.stamp(row.changed()));
        page.pair("Comes from", row.source);
        page.raw("</dl>");
        if (!summary.capabilities().isEmpty()) {
            page.raw("<h2>What it can do</h2>").table("Capabilities", "Standard", "Address", "Type", "Login");
            for (Resource.Capability capability : summary.capabilities()) {
                for (Resource.Interface face : capability.interfaces()) {
                    page.raw("<tr><td>")
                            .text(capability.standardId().isEmpty() ? capability.type() : capability.standardId());
                    page.raw("</td><td>")
                            .foreignLink(face.accessUrl())
                            .raw("</td><td>")
                            .text(face.type());
                    page.raw("</td><td>").text(face.securityMethod().isEmpty() ? "none" : face.securityMethod());
                    page.raw("</td></tr>");
                }
            }
            page.endTable();
        }
        String faults = row.faults;
        if (faults != null) {
            page.raw("<h2>Faults of the record</h2><ul>");
            faults.lines().forEach(fault -> page.raw("<li>").text(fault).raw("</li>"));
            page.raw("</ul>");
        }
        page.raw("<p>")
                .link(page.base() + "/records/" + path(row), "The record as XML")
                .raw("</p>");
        return page.end();
    }

    private static String cut(String text) {
        int end = text.lastIndexOf(' ', SHORT);
        return text.substring(0, end < SHORT / 2 ? text.offsetByCodePoints(0, SHORT / 2) : end) + " …";
    }

    private static String available(RecordRow row) {
        String state = switch (row.availability) {
            case "up" -> "available";
            case "down" -> "not available";
            default -> "availability not asked";
        };
        return state + (row.stale ? ", record is stale" : "");
    }

    private static String address(Html page, RecordRow row) {
        return page.base() + "/record/" + path(row);
    }

    private static String path(RecordRow row) {
        return row.identifier.substring("ivo://".length());
    }
}
