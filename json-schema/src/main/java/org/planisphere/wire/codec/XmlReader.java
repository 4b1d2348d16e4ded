package org.planisphere.wire.codec;

import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Turns an XML document into the tokens of its JSON form, guided by the {@link Shape} of the expected type, so that all
 * three formats are bound by the same rules. Takes no document type declaration, hence no entity and no external
 * address; bounds depth, elements and attributes. An element nobody knows is stepped over.
 *
 * <p>More liberal than the XSD in two points: a field may come as attribute or element, and an update's root may have
 * the name of its class, as clients generated from the standard's OpenAPI write it.
 */
final class XmlReader {
    private static final XMLInputFactory FACTORY = factory();
    private static final Set<String> UPDATE_ROOTS = Set.of(
            "AbstractUpdate", "StringValueUpdate", "EnumValueUpdate", "IntegerValueUpdate", "IntegerDeltaUpdate");

    private final XMLStreamReader in;
    private final TokenBuffer out;
    private final Faults faults;
    private final StringBuilder pointer = new StringBuilder();
    private int depth;
    private int parts;

    private XmlReader(XMLStreamReader in, TokenBuffer out, Faults faults) {
        this.in = in;
        this.out = out;
        this.faults = faults;
    }

    /** Appends the document's tokens; after an {@link Unreadable} the faults say why. */
    static void read(byte[] document, Shape shape, TokenBuffer out, Faults faults) throws IOException {
        try {
            XMLStreamReader in = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            try {
                new XmlReader(in, out, faults).document(shape);
            } finally {
                in.close();
            }
        } catch (XMLStreamException malformed) {
            Location at = malformed.getLocation();
            String reason = malformed.getMessage() == null ? "" : malformed.getMessage();
            reason = reason.substring(reason.indexOf("Message: ") < 0 ? 0 : reason.indexOf("Message: ") + 9);
            throw stop(
                    faults,
                    "",
                    "Not well-formed XML"
                            + (at == null ? "" : " at line " + at.getLineNumber() + ", column " + at.getColumnNumber())
                            + ": " + Codecs.oneLine(reason));
        } catch (RuntimeException broken) {
            // The JDK's scanner has thrown these on broken input; whatever it is, the document cannot be read.
            throw stop(faults, "", "Not well-formed XML.");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty("http://www.oracle.com/xml/jaxp/properties/elementAttributeLimit", Limits.ATTRIBUTES);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing external is read");
        });
        return factory;
    }

    private void document(Shape shape) throws XMLStreamException, IOException {
        while (next() != XMLStreamConstants.START_ELEMENT) {
            // the prolog: comments and processing instructions
        }
        String name = in.getLocalName();
        if (!(name.equals(shape.root()) || shape.root().equals("update") && UPDATE_ROOTS.contains(name))
                || !shape.namespace().equals(namespace())) {
            throw stop("Expected the element " + shape.root() + ", found " + Faults.quote(name) + ".");
        }
        object(shape);
        while (in.hasNext()) {
            next();
        }
    }

    private void object(Shape shape) throws XMLStreamException, IOException {
        out.writeStartObject();
        boolean[] seen = new boolean[shape.members().size()];
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String space = in.getAttributeNamespace(i);
            Shape.Member member = shape.member(in.getAttributeLocalName(i));
            if ((space == null || space.isEmpty()) && member != null && member.content() == Shape.Content.SCALAR) {
                seen[member.index()] = true;
                out.writeFieldName(member.name());
                out.writeString(in.getAttributeValue(i));
            }
        }
        boolean text = false;
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                Shape.Member member = shape.member(in.getLocalName());
                if (member == null || !shape.namespace().equals(namespace())) {
                    skip();
                } else {
                    int mark = enter(member.name());
                    if (seen[member.index()]) {
                        fault("Stands here twice.");
                        skip();
                    } else {
                        seen[member.index()] = true;
                        out.writeFieldName(member.name());
                        value(member, shape.namespace());
                    }
                    pointer.setLength(mark);
                }
            } else if (!text && isText(event)) {
                text = true;
                fault("Expected elements, found the text "
                        + Faults.quote(in.getText().strip()) + ".");
            }
        }
        out.writeEndObject();
    }

    private void value(Shape.Member member, String namespace) throws XMLStreamException, IOException {
        switch (member.content()) {
            case SCALAR:
                out.writeString(text());
                break;
            case OBJECT:
                object(member.shape());
                break;
            case MAP:
                map(namespace);
                break;
            default:
                list(member, namespace);
        }
    }

    private void list(Shape.Member member, String namespace) throws XMLStreamException, IOException {
        out.writeStartArray();
        int index = 0;
        boolean text = false;
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (!in.getLocalName().equals(member.item()) || !namespace.equals(namespace())) {
                    fault("Expected elements " + member.item() + ", found " + Faults.quote(in.getLocalName()) + ".");
                    skip();
                } else {
                    int mark = enter(Integer.toString(index++));
                    if (member.content() == Shape.Content.SCALARS) {
                        out.writeString(text());
                    } else {
                        object(member.shape());
                    }
                    pointer.setLength(mark);
                }
            } else if (!text && isText(event)) {
                text = true;
                fault("Expected elements " + member.item() + ", found the text "
                        + Faults.quote(in.getText().strip()) + ".");
            }
        }
        out.writeEndArray();
    }

    private void map(String namespace) throws XMLStreamException, IOException {
        out.writeStartObject();
        Set<String> names = new HashSet<>();
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                String name = in.getAttributeValue(null, "name");
                if (!in.getLocalName().equals("entry") || !namespace.equals(namespace()) || name == null) {
                    fault("Expected elements entry with a name, found " + Faults.quote(in.getLocalName()) + ".");
                    skip();
                } else {
                    int mark = enter(name);
                    if (names.add(name)) {
                        out.writeFieldName(name);
                        out.writeString(text());
                    } else {
                        fault("Stands here twice.");
                        skip();
                    }
                    pointer.setLength(mark);
                }
            } else if (isText(event)) {
                fault("Expected elements entry, found the text "
                        + Faults.quote(in.getText().strip()) + ".");
            }
        }
        out.writeEndObject();
    }

    /** The text of the element that just began, up to its end. */
    private String text() throws XMLStreamException, IOException {
        String first = "";
        StringBuilder more = null;
        boolean told = false;
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (!told) {
                    fault("Expected text, found the element " + Faults.quote(in.getLocalName()) + ".");
                    told = true;
                }
                skip();
            } else if (event == XMLStreamConstants.CHARACTERS
                    || event == XMLStreamConstants.CDATA
                    || event == XMLStreamConstants.SPACE) {
                if (first.isEmpty()) {
                    first = in.getText();
                } else {
                    more = more == null ? new StringBuilder(first) : more;
                    more.append(in.getText());
                    if (more.length() > Limits.TEXT) {
                        throw stop("A text is longer than " + Limits.TEXT + " characters.");
                    }
                }
            }
        }
        String text = more == null ? first : more.toString();
        if (text.length() > Limits.TEXT) {
            throw stop("A text is longer than " + Limits.TEXT + " characters.");
        }
        return text;
    }

    private void skip() throws XMLStreamException, IOException {
        int open = 1;
        while (open > 0) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                open++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open--;
            }
        }
    }

    private int next() throws XMLStreamException, IOException {
        int event = in.next();
        switch (event) {
            case XMLStreamConstants.START_ELEMENT:
                parts += 1 + in.getAttributeCount();
                if (++depth > Limits.DEPTH) {
                    throw stop("Nested deeper than " + Limits.DEPTH + ".");
                }
                break;
            case XMLStreamConstants.END_ELEMENT:
                depth--;
                break;
            case XMLStreamConstants.DTD:
                throw stop("A document type declaration is not taken.");
            case XMLStreamConstants.ENTITY_REFERENCE:
                throw stop("Entities are not taken.");
            default:
                parts++;
        }
        if (parts > Limits.TOKENS) {
            throw stop("The document has more than " + Limits.TOKENS + " parts.");
        }
        return event;
    }

    private boolean isText(int event) {
        return (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA)
                && !in.getText().isBlank();
    }

    private String namespace() {
        String namespace = in.getNamespaceURI();
        return namespace == null ? "" : namespace;
    }

    /** Appends one segment to the pointer and returns the length to cut it back to. */
    private int enter(String segment) {
        int mark = pointer.length();
        pointer.append('/').append(segment.replace("~", "~0").replace("/", "~1"));
        return mark;
    }

    private void fault(String detail) {
        faults.add(pointer.toString(), detail);
    }

    private Unreadable stop(String detail) {
        return stop(faults, pointer.toString(), detail);
    }

    private static Unreadable stop(Faults faults, @Nullable String pointer, String detail) {
        faults.add(pointer == null ? "" : pointer, detail);
        return new Unreadable(detail);
    }
}
