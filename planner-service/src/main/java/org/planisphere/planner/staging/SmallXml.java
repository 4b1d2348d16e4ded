package org.planisphere.planner.staging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.planisphere.foundation.http.GuardedHttp;

/**
 * An element of a small XML document that a server answered: names without their namespaces; no DTD, nothing from elsewhere.
 *
 * @param own its own text
 * @param inner what is in it, in its order
 */
public record SmallXml(String name, List<String[]> attributes, StringBuilder own, List<SmallXml> inner) {
    private static final int MOST = 8 << 20;
    private static final int DEEPEST = 50;

    public String text() {
        return own.toString().trim();
    }

    public String attribute(String named) {
        return attributes.stream()
                .filter(one -> one[0].equals(named))
                .map(one -> one[1])
                .findFirst()
                .orElse("");
    }

    /** The first element of that name in it, at any depth. */
    public Optional<SmallXml> find(String named) {
        for (SmallXml node : inner) {
            if (node.name.equals(named)) {
                return Optional.of(node);
            }
            Optional<SmallXml> found = node.find(named);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** All elements of that name in it, at any depth, in their order. */
    public List<SmallXml> all(String named) {
        List<SmallXml> found = new ArrayList<>();
        for (SmallXml node : inner) {
            if (node.name.equals(named)) {
                found.add(node);
            }
            found.addAll(node.all(named));
        }
        return found;
    }

    public String textOf(String named) {
        return find(named).map(SmallXml::text).orElse("");
    }

    /** The document that was answered; at most a few MiB of it. */
    public static SmallXml read(GuardedHttp.Answer answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        answer.body(MOST, bytes);
        return parse(bytes.toByteArray());
    }

    static SmallXml parse(byte[] bytes) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD) {
                    throw new IOException("the server's XML has a document type");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    return element(reader, 0);
                }
            }
            throw new IOException("the server's XML is empty");
        } catch (XMLStreamException e) {
            throw new IOException("the server does not answer in XML", e);
        }
    }

    private static SmallXml element(XMLStreamReader reader, int depth) throws XMLStreamException, IOException {
        if (depth > DEEPEST) {
            throw new IOException("the server's XML is nested too deeply");
        }
        List<String[]> attributes = new ArrayList<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.add(new String[] {reader.getAttributeLocalName(i), reader.getAttributeValue(i)});
        }
        SmallXml node = new SmallXml(reader.getLocalName(), attributes, new StringBuilder(), new ArrayList<>());
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> node.inner.add(element(reader, depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> node.own.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    return node;
                }
                default -> {
                    // Comments and the like say nothing we need.
                }
            }
        }
    }
}
