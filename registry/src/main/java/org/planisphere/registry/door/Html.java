package org.planisphere.registry.door;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Xml;

/** A page being written. Every text that is given to it is foreign, and escaped; only its own methods write mark-up. */
final class Html {
    private static final Pattern WEB = Pattern.compile("(?i)https?://[^\\s\"'<>]+");

    private final StringBuilder out = new StringBuilder(8192);
    private final String base;

    /** @param here the address within the registry, for the menu */
    Html(Registry registry, String title, String here) {
        this.base = registry.settings().base().getPath();
        String name = registry.settings().title();
        out.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        text(title.equals(name) ? title : title + " – " + name);
        out.append("</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<link rel=\"stylesheet\" href=\"");
        out.append(base)
                .append("/style.css\"></head><body><a class=\"skip\" href=\"#main\">To the content</a><header><p>");
        link(base + "/", name);
        out.append("</p><nav aria-label=\"Registry\"><ul>");
        menu("/", "Search", here);
        menu("/harvest", "Harvested registries", here);
        menu("/oai.html?verb=Identify", "For harvesters", here);
        out.append("</ul></nav></header><main id=\"main\"><h1>");
        text(title);
        out.append("</h1>");
    }

    private void menu(String path, String name, String here) {
        out.append("<li><a href=\"").append(base).append(path).append('"');
        if (path.equals(here)) {
            out.append(" aria-current=\"page\"");
        }
        out.append('>').append(name).append("</a></li>");
    }

    String base() {
        return base;
    }

    /** Mark-up of our own. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    Html text(@Nullable String foreign) {
        if (foreign != null) {
            out.append(Xml.escape(foreign));
        }
        return this;
    }

    Html paragraph(String foreign) {
        return raw("<p>").text(foreign).raw("</p>");
    }

    Html link(String address, String name) {
        return raw("<a href=\"").text(address).raw("\">").text(name).raw("</a>");
    }

    /** A link when it is an address of the web, the text otherwise. */
    Html foreignLink(String address) {
        return WEB.matcher(address).matches()
                ? raw("<a rel=\"nofollow noopener\" href=\"")
                        .text(address)
                        .raw("\">")
                        .text(address)
                        .raw("</a>")
                : text(address);
    }

    Html pair(String name, @Nullable String foreign) {
        return foreign == null || foreign.isEmpty()
                ? this
                : raw("<dt>").text(name).raw("</dt><dd>").text(foreign).raw("</dd>");
    }

    /** Begins a table; its rows follow, and then {@link #endTable}. */
    Html table(String caption, String... heads) {
        raw("<div class=\"wide\"><table><caption>").text(caption).raw("</caption><thead><tr>");
        for (String head : heads) {
            raw("<th scope=\"col\">").text(head).raw("</th>");
        }
        return raw("</tr></thead><tbody>");
    }

    Html row(String... cells) {
        raw("<tr>");
        for (String cell : cells) {
            raw("<td>").text(cell).raw("</td>");
        }
        return raw("</tr>");
    }

    Html endTable() {
        return raw("</tbody></table></div>");
    }

    /** Where the list goes on; nothing on the last page. */
    Html next(@Nullable String address) {
        return address == null
                ? this
                : raw("<p><a rel=\"next\" href=\"").text(address).raw("\">Next page</a></p>");
    }

    String end() {
        return out.append("</main><footer><p>For programs: ")
                .append("<a href=\"")
                .append(base)
                .append("/search\">search</a>, <a href=\"")
                .append(base)
                .append("/capabilities\">capabilities</a>, <a href=\"")
                .append(base)
                .append("/availability\">availability</a>.</p></footer></body></html>")
                .toString();
    }
}
