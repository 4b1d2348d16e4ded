package org.planisphere.registry.door;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RunRow;
import org.planisphere.registry.store.SourceRow;

/** Writes the pages of what is harvested: the sources, their past harvests, and what is in quarantine. */
final class HarvestPages {
    private final Registry registry;
    private final Supplier<String> note;

    HarvestPages(Registry registry, Supplier<String> note) {
        this.registry = registry;
        this.note = note;
    }

    String sources(List<SourceRow> sources, long held) {
        Html page = new Html(registry, "Harvested registries", "/harvest");
        String now = note.get();
        if (!now.isEmpty()) {
            page.raw("<p role=\"status\">").text(now).raw("</p>");
        }
        if (sources.isEmpty()) {
            page.paragraph("No registry is harvested. An operator names them in registry.harvest.sources or"
                    + " registry.harvest.registries.");
            return page.end();
        }
        List<SourceRow> alarms = sources.stream().filter(row -> row.alarm).toList();
        if (!alarms.isEmpty()) {
            page.raw(
                    "<section class=\"alarm\" aria-labelledby=\"alarms\"><h2 id=\"alarms\">Needs an operator</h2><ul>");
            alarms.forEach(row -> page.raw("<li>")
                    .text(row.url + ": " + (row.message == null ? "" : row.message))
                    .raw("</li>"));
            page.raw("</ul></section>");
        }
        page.table("Registries", "Registry", "State", "Records", "Last success", "Next", "Message", "More");
        for (SourceRow row : sources) {
            page.raw("<tr><td>").text(row.title.isEmpty() ? row.url : row.title);
            page.raw(row.title.isEmpty() ? "" : "<br>")
                    .text(row.title.isEmpty() ? "" : row.url)
                    .raw("</td><td>");
            page.text(state(row)).raw("</td><td>").text(Long.toString(row.seen)).raw("</td><td>");
            page.text(row.lastSuccess == null ? "never" : time(row.lastSuccess)).raw("</td><td>");
            page.text(row.listed ? time(row.next) : "–")
                    .raw("</td><td>")
                    .text(row.message)
                    .raw("</td><td>");
            page.link(page.base() + "/harvest/runs?source=" + encoded(row.url), "history")
                    .raw(", ");
            page.link(page.base() + "/harvest/quarantine?source=" + encoded(row.url), "quarantine")
                    .raw("</td></tr>");
        }
        page.endTable().paragraph("In quarantine: " + held + (held == 1 ? " record." : " records."));
        return page.end();
    }

    String runs(SourceRow source, List<RunRow> rows, @Nullable String next) {
        Html page = new Html(registry, "Harvests of " + name(source), "");
        page.table(
                "Harvests, the newest first",
                "Number",
                "Began",
                "Ended",
                "What",
                "Outcome",
                "Came",
                "New or changed",
                "Removed",
                "Quarantined",
                "Message");
        for (RunRow row : rows) {
            page.row(
                    Long.toString(row.run),
                    time(row.began),
                    time(row.ended),
                    row.full ? "everything" : "changes",
                    row.outcome,
                    Long.toString(row.seen),
                    Long.toString(row.kept),
                    Long.toString(row.removed),
                    Long.toString(row.quarantined),
                    row.message == null ? "" : row.message);
        }
        return page.endTable().next(next).end();
    }

    String quarantine(SourceRow source, List<QuarantineRow> rows, @Nullable String next) {
        Html page = new Html(registry, "Quarantine of " + name(source), "");
        if (rows.isEmpty()) {
            page.paragraph("Nothing of this registry is held in quarantine.");
            return page.end();
        }
        page.table("Held records", "Identifier", "Why", "Since");
        for (QuarantineRow row : rows) {
            page.row(row.place, row.reason, time(row.seen));
        }
        return page.endTable().next(next).end();
    }

    private static String name(SourceRow source) {
        return source.title.isEmpty() ? source.url : source.title;
    }

    private static String state(SourceRow row) {
        if (!row.listed) {
            return "not listed any more";
        }
        if (row.failures > 0 && row.heldUntil == null) {
            // It may still have the place where it will go on.
            return row.failures == 1 ? "failed" : "failed " + row.failures + " times";
        }
        return row.state.equals(SourceRow.RUNNING)
                ? (row.full ? "harvesting everything" : "harvesting changes")
                : "idle";
    }

    private static String time(@Nullable OffsetDateTime time) {
        return time == null ? "" : Resource.stamp(time.toInstant());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
