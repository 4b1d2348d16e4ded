package org.planisphere.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * One thing a service can do, as its VOSI capabilities or its registry record says.
 *
 * @param standardID URI of the standard; empty when none is named
 * @param accessUrls where it answers
 * @see <a href="https://www.ivoa.net/documents/VOSI/">VOSI 1.1, 2.1</a>
 */
public record Capability(String standardID, List<URI> accessUrls) {
    public Capability {
        accessUrls = List.copyOf(accessUrls);
    }

    static List<Capability> parse(Http.Reply reply) {
        Document document;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            document = builder.parse(new InputSource(new ByteArrayInputStream(reply.body())));
        } catch (SAXException | IOException | ParserConfigurationException malformed) {
            throw new BadAnswer(reply.uri(), "answered malformed capabilities", malformed);
        }
        List<Capability> capabilities = new ArrayList<>();
        NodeList found = document.getElementsByTagNameNS("*", "capability");
        for (int i = 0; i < found.getLength(); i++) {
            Element capability = (Element) found.item(i);
            List<URI> urls = new ArrayList<>();
            NodeList accessUrls = capability.getElementsByTagNameNS("*", "accessURL");
            for (int j = 0; j < accessUrls.getLength(); j++) {
                try {
                    urls.add(reply.uri()
                            .resolve(accessUrls.item(j).getTextContent().trim()));
                } catch (IllegalArgumentException unreadable) {
                    // not an address: nobody could call it
                }
            }
            capabilities.add(new Capability(capability.getAttribute("standardID"), urls));
        }
        return capabilities;
    }
}
