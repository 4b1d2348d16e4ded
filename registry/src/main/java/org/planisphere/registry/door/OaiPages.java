package org.planisphere.registry.door;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Writes an answer of OAI-PMH as a page for people; browsers that make one of XML by a style sheet become few. */
final class OaiPages {
    private static final String PATH = "/oai.html";

    private final Registry registry;

    OaiPages(Registry registry) {
        this.registry = registry;
    }

    /** @param answer as {@link Oai#answer} writes it */
    String page(String answer) {
        Document document;
        try {
            document = Xml.parse(answer.getBytes(StandardCharsets.UTF_8));
        } catch (Xml.Unreadable e) {
            throw new IllegalStateException("an answer of our own can be read", e);
        }
        Element root = document.getDocumentElement();
        String verb = Xml.first(root, "request")
                .map(request -> request.getAttribute("verb"))
                .orElse("");
        Html page = new Html(registry, ("OAI-PMH: " + verb).replaceFirst(": $", ""), PATH + "?verb=" + verb);
        menu(page);
        Xml.first(root, "error")
                .ifPresent(error -> page.raw("<p class=\"alarm\"><strong>")
                        .text(error.getAttribute("code"))
                        .raw("</strong>: ")
                        .text(Xml.textOf(error))
                        .raw("</p>"));
        Xml.first(root, verb).ifPresent(content -> {
            switch (verb) {
                case "Identify", "ListSets", "ListMetadataFormats" -> facts(page, content);
                default -> headers(page, content);
            }
            if (verb.equals("Identify") || verb.equals("GetRecord")) {
                records(page, content);
            }
            String token = Xml.text(content, "resumptionToken");
            page.next(token.isEmpty() ? null : address(page, verb) + "&resumptionToken=" + encoded(token));
        });
        page.raw("<p>")
                .link(page.base() + "/oai?verb=Identify", "The same for programs")
                .raw(": ");
        page.text(Xml.text(root, "request")).raw("</p>");
        return page.end();
    }

    private static void menu(Html page) {
        page.raw("<p>").link(address(page, "Identify"), "Identify").raw(" · ");
        page.link(address(page, "ListSets"), "Sets").raw(" · ");
        page.link(address(page, "ListMetadataFormats"), "Formats").raw(" · ");
        page.link(address(page, "ListRecords") + "&metadataPrefix=" + Oai.VOR, "Records")
                .raw(" · ");
        page.link(address(page, "ListIdentifiers") + "&metadataPrefix=" + Oai.VOR, "Identifiers")
                .raw("</p>");
    }

    /** Every text of the protocol itself, by its name. */
    private static void facts(Html page, Element content) {
        page.raw("<dl>");
        for (Element element : below(content, "*")) {
            if (Xml.children(element).isEmpty()) {
                page.pair(String.valueOf(element.getLocalName()), Xml.textOf(element));
            }
        }
        page.raw("</dl>");
    }

    private static void headers(Html page, Element content) {
        page.table("Records", "Title", "Identifier", "Changed", "Status");
        for (Element header : below(content, "header")) {
            String title = header.getParentNode() instanceof Element record
                    ? Xml.first(record, "metadata")
                            .flatMap(metadata -> Xml.children(metadata).stream().findFirst())
                            .map(resource -> Xml.text(resource, "title"))
                            .orElse("")
                    : "";
            String identifier = Xml.text(header, "identifier");
            String one = address(page, "GetRecord") + "&metadataPrefix=" + Oai.VOR + "&identifier=";
            page.raw("<tr><td>").text(title).raw("</td><td>");
            page.link(one + encoded(identifier), identifier).raw("</td><td>");
            page.text(Xml.text(header, "datestamp")).raw("</td><td>");
            page.text(header.getAttribute("status")).raw("</td></tr>");
        }
        page.endTable();
    }

    private static void records(Html page, Element content) {
        for (Element around : below(content, "*")) {
            if ("metadata".equals(around.getLocalName()) || "description".equals(around.getLocalName())) {
                for (Element record : Xml.children(around)) {
                    page.raw("<h2>The record</h2><pre tabindex=\"0\">")
                            .text(Xml.write(record).replaceAll(">(?=<[^/])", ">\n"))
                            .raw("</pre>");
                }
            }
        }
    }

    private static List<Element> below(Element content, String name) {
        NodeList nodes = content.getElementsByTagNameNS(Vo.OAI, name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static String address(Html page, String verb) {
        return page.base() + PATH + "?verb=" + verb;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
