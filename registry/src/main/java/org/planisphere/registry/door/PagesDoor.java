package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.wire.RegistryCapability;
import org.planisphere.wire.RegistryInterface;
import org.planisphere.wire.RegistryItem;

/** The registry for a person with any browser: plain pages without scripts, every foreign text escaped. */
@Path("")
@Produces("text/html;charset=utf-8")
public final class PagesDoor {
    private static final Pattern WEB = Pattern.compile("(?i)https?://[^\\s\"'<>]+");

    /** So much of a source's quarantine is shown. */
    private static final int HELD = 200;

    private final Registry registry;

    PagesDoor(Registry registry) {
        this.registry = registry;
    }

    /** A search box, and the records that match. */
    @GET
    public String list(
            @QueryParam("q") @Nullable String text,
            @QueryParam("standardID") @Nullable String standardId,
            @QueryParam("after") @Nullable String after) {
        Query query = Query.of(standardId, text, null, null, null, after, null);
        List<RecordRow> rows = registry.search(query.wanted());
        StringBuilder page = begin(registry.settings().title());
        page.append("<form action=\"")
                .append(base())
                .append("/\" method=\"get\" role=\"search\">")
                .append("<label>Words <input type=\"search\" name=\"q\" value=\"")
                .append(Xml.escape(text == null ? "" : text))
                .append("\"></label> <label>Standard <input name=\"standardID\" size=\"40\" value=\"")
                .append(Xml.escape(standardId == null ? "" : standardId))
                .append("\"></label> <button>Search</button></form>");
        if (rows.isEmpty()) {
            page.append("<p>Nothing is registered that matches.</p>");
        } else {
            page.append("<table><thead><tr><th>Title</th><th>Identifier</th><th>Available</th><th>Changed</th></tr>"
                    + "</thead><tbody>");
            for (RecordRow row : rows.subList(0, Math.min(rows.size(), query.limit()))) {
                page.append("<tr><td><a href=\"")
                        .append(Xml.escape(address(row)))
                        .append("\">")
                        .append(Xml.escape(row.title))
                        .append("</a></td><td>")
                        .append(Xml.escape(row.identifier))
                        .append("</td><td>")
                        .append(available(row))
                        .append("</td><td>")
                        .append(Resource.stamp(row.changed()))
                        .append("</td></tr>");
            }
            page.append("</tbody></table>");
            if (rows.size() > query.limit()) {
                page.append("<p><a rel=\"next\" href=\"")
                        .append(base())
                        .append('/')
                        .append(Xml.escape(query.next(rows.get(query.limit() - 1).ivoid)))
                        .append("\">Next page</a></p>");
            }
        }
        page.append("<p>For programs: <a href=\"").append(base()).append("/search\">search</a>, <a href=\"");
        page.append(base()).append("/oai?verb=Identify\">OAI-PMH</a>, <a href=\"");
        page.append(base()).append("/capabilities\">capabilities</a>. <a href=\"");
        page.append(base()).append("/harvest\">Harvested registries</a>.</p>");
        return end(page);
    }

    /** One record. */
    @GET
    @Path("record/{ivoid: .+}")
    public String record(@PathParam("ivoid") String path) {
        Ivoid ivoid = Refusals.ivoid(path);
        RecordRow row = registry.find(ivoid)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no record of " + ivoid + "."));
        RegistryItem item = Items.item(row);
        StringBuilder page = begin(row.title);
        page.append("<dl>");
        pair(page, "Identifier", row.identifier);
        pair(page, "Type", row.type);
        pair(page, "Status", row.status);
        pair(page, "Available", available(row));
        Instant checked = item.checked;
        if (checked != null) {
            pair(page, "Asked", Resource.stamp(checked));
        }
        pair(page, "Changed", Resource.stamp(row.changed()));
        String description = row.description;
        if (description != null) {
            pair(page, "Description", description);
        }
        String faults = row.faults;
        if (faults != null) {
            pair(page, "Faults of the record", faults.strip());
        }
        page.append("</dl>");
        List<RegistryCapability> capabilities = item.capabilities;
        if (capabilities != null && !capabilities.isEmpty()) {
            page.append("<h2>What it can do</h2><table><thead><tr><th>Standard</th><th>Address</th><th>Role</th>"
                    + "<th>Login</th></tr></thead><tbody>");
            for (RegistryCapability capability : capabilities) {
                List<RegistryInterface> interfaces = capability.interfaces;
                if (interfaces != null) {
                    interfaces.forEach(face -> way(page, capability, face));
                }
            }
            page.append("</tbody></table>");
        }
        page.append("<p><a href=\"").append(base()).append("/records/").append(Xml.escape(path(row)));
        page.append("\">The record as XML</a> · <a href=\"").append(base()).append("/\">All records</a></p>");
        return end(page);
    }

    /** How it stands with the registries that are harvested. */
    @GET
    @Path("harvest")
    public String harvest() {
        StringBuilder page = begin("Harvested registries");
        List<SourceRow> sources = registry.records().sources();
        if (sources.isEmpty()) {
            page.append("<p>No registry has been harvested.</p>");
        }
        for (SourceRow source : sources) {
            page.append("<h2>").append(Xml.escape(source.url)).append("</h2><dl>");
            pair(page, "State", source.state + (source.full ? ", in full" : ", what has changed"));
            pair(page, "Records seen", Long.toString(source.seen));
            OffsetDateTime success = source.lastSuccess;
            pair(page, "Last success", success == null ? "never" : Resource.stamp(success.toInstant()));
            pair(page, "Next", Resource.stamp(source.next.toInstant()));
            pair(page, "Failures in a row", Integer.toString(source.failures));
            String message = source.message;
            if (message != null) {
                pair(page, "Message", message);
            }
            page.append("</dl>");
            List<QuarantineRow> held = registry.records().quarantine(source.url, HELD);
            if (!held.isEmpty()) {
                page.append("<table><thead><tr><th>In quarantine</th><th>Why</th><th>Since</th></tr></thead><tbody>");
                for (QuarantineRow row : held) {
                    page.append("<tr><td>").append(Xml.escape(row.place));
                    page.append("</td><td>").append(Xml.escape(row.reason));
                    page.append("</td><td>").append(Resource.stamp(row.seen.toInstant()));
                    page.append("</td></tr>");
                }
                page.append("</tbody></table>");
            }
        }
        page.append("<p><a href=\"").append(base()).append("/\">All records</a></p>");
        return end(page);
    }

    /** How the pages look. */
    @GET
    @Path("style.css")
    @Produces("text/css;charset=utf-8")
    public String style() {
        return """
                body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
                  color: #1c2430; background: #fff }
                h1 { font-size: 1.6rem } h2 { font-size: 1.2rem }
                table { border-collapse: collapse; width: 100% }
                th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ccd3dc;
                  overflow-wrap: anywhere }
                dt { font-weight: 600 } dd { margin: 0 0 .6rem; white-space: pre-wrap; overflow-wrap: anywhere }
                input, button { font: inherit; padding: .25rem .5rem }
                a { color: #0b5cad }
                """;
    }

    private static void way(StringBuilder page, RegistryCapability capability, RegistryInterface face) {
        page.append("<tr><td>").append(Xml.escape(or(capability.standardID, "not told")));
        String url = or(face.accessURL, "");
        page.append("</td><td>");
        if (WEB.matcher(url).matches()) {
            page.append("<a rel=\"nofollow noopener\" href=\"")
                    .append(Xml.escape(url))
                    .append("\">");
            page.append(Xml.escape(url)).append("</a>");
        } else {
            page.append(Xml.escape(url));
        }
        page.append("</td><td>").append(Xml.escape(or(face.role, "")));
        page.append("</td><td>")
                .append(Xml.escape(or(face.securityMethod, "none")))
                .append("</td></tr>");
    }

    private static String available(RecordRow row) {
        return Xml.escape(row.availability) + (row.stale ? ", record is stale" : "");
    }

    private static void pair(StringBuilder page, String name, String value) {
        page.append("<dt>")
                .append(name)
                .append("</dt><dd>")
                .append(Xml.escape(value))
                .append("</dd>");
    }

    private String address(RecordRow row) {
        return base() + "/record/" + path(row);
    }

    private static String path(RecordRow row) {
        return row.identifier.substring("ivo://".length());
    }

    private String base() {
        return registry.settings().base().getPath();
    }

    private StringBuilder begin(String title) {
        return new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(Xml.escape(title))
                .append(
                        "</title><meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"")
                .append(base())
                .append("/style.css\"></head><body><main><h1>")
                .append(Xml.escape(title))
                .append("</h1>");
    }

    private static String end(StringBuilder page) {
        return page.append("</main></body></html>").toString();
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
