package org.planisphere.registry.resource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads XML of others and writes it. No document type is taken, nothing outside the bytes is read, and depth, names and
 * attributes are bounded; the caller bounds the bytes.
 */
public final class Xml {
    /** What cannot be read, with line and column where they are known. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    private static final int DEPTH = 100;

    /** Making a parser takes longer than reading a record; each thread has its own. */
    private static final ThreadLocal<Deque<XMLReader>> READERS = ThreadLocal.withInitial(ArrayDeque::new);

    private static final ThreadLocal<@Nullable DocumentBuilder> BUILDERS = new ThreadLocal<>();

    private static final DefaultHandler NOBODY = new DefaultHandler();

    private Xml() {}

    /** @throws Unreadable when it is not well formed or beyond a limit */
    public static Document parse(byte[] bytes) throws Unreadable {
        try {
            DocumentBuilder known = BUILDERS.get();
            DocumentBuilder builder = known == null ? builder() : known;
            // One that fails may not be fit for another document.
            BUILDERS.remove();
            Document document = builder.parse(new InputSource(new ByteArrayInputStream(bytes)));
            BUILDERS.set(builder);
            return document;
        } catch (SAXParseException e) {
            throw new Unreadable("line " + e.getLineNumber() + ", column " + e.getColumnNumber() + ": " + reason(e));
        } catch (SAXException | IOException e) {
            throw new Unreadable(reason(e));
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java has an XML parser", e);
        }
    }

    private static DocumentBuilder builder() throws ParserConfigurationException {
        DocumentBuilder builder = factory().newDocumentBuilder();
        builder.setErrorHandler(new Silent());
        builder.setEntityResolver((name, system) -> {
            throw new SAXException("nothing outside the document is read");
        });
        return builder;
    }

    /**
     * Reads XML without keeping it, under the same rules.
     *
     * @throws Unreadable as {@link #parse}, also when the handler throws a SAXException
     */
    public static void read(InputStream in, DefaultHandler handler) throws Unreadable, IOException {
        // A handler may itself read XML meanwhile: then there is another reader.
        Deque<XMLReader> readers = READERS.get();
        XMLReader known = readers.poll();
        XMLReader reader = known == null ? reader() : known;
        try {
            reader.setContentHandler(handler);
            reader.setErrorHandler(new Silent());
            reader.setEntityResolver((name, system) -> {
                throw new SAXException("nothing outside the document is read");
            });
            reader.parse(new InputSource(in));
            reader.setContentHandler(NOBODY);
            readers.push(reader);
        } catch (SAXParseException e) {
            throw new Unreadable("line " + e.getLineNumber() + ", column " + e.getColumnNumber() + ": " + reason(e));
        } catch (SAXException e) {
            throw new Unreadable(reason(e));
        }
    }

    private static XMLReader reader() {
        SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            SAXParser parser = factory.newSAXParser();
            parser.setProperty("jdk.xml.maxElementDepth", Integer.toString(DEPTH));
            parser.setProperty("jdk.xml.elementAttributeLimit", "200");
            return parser.getXMLReader();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("every Java has an XML parser", e);
        }
    }

    /** A document with nothing in it. */
    public static Document empty() {
        return documents().get();
    }

    /** Makes documents with nothing in them; for one thread. */
    public static Supplier<Document> documents() {
        try {
            return factory().newDocumentBuilder()::newDocument;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java has an XML parser", e);
        }
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute("jdk.xml.maxElementDepth", Integer.toString(DEPTH));
        factory.setAttribute("jdk.xml.elementAttributeLimit", "200");
        factory.setExpandEntityReferences(false);
        factory.setXIncludeAware(false);
        return factory;
    }

    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage())
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return message.length() > 300 ? message.substring(0, 300) + "…" : message;
    }

    /** The child elements with a local name, whatever their namespace. */
    public static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Element child : children(parent)) {
            if (name.equals(child.getLocalName())) {
                found.add(child);
            }
        }
        return found;
    }

    /** All child elements. */
    public static List<Element> children(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                found.add(child);
            }
        }
        return found;
    }

    /** The first child at each step of a path, without namespaces. */
    public static Optional<Element> first(Element from, String... path) {
        Element at = from;
        for (String step : path) {
            Node node = at.getFirstChild();
            while (node != null && !(node instanceof Element && step.equals(node.getLocalName()))) {
                node = node.getNextSibling();
            }
            if (node == null) {
                return Optional.empty();
            }
            at = (Element) node;
        }
        return Optional.of(at);
    }

    /** The text at a path, blanks folded to single spaces; empty when there is none. */
    public static String text(Element from, String... path) {
        return first(from, path).map(Xml::textOf).orElse("");
    }

    /** The text of an element, blanks folded to single spaces. */
    public static String textOf(Element element) {
        return folded(element.getTextContent());
    }

    /** A text with its blanks folded to single spaces. */
    static String folded(String text) {
        StringBuilder out = null;
        int length = text.length();
        boolean blank = true;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean space = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == 0x0B;
            if (space && (blank || c != ' ') && out == null) {
                out = new StringBuilder(length).append(text, 0, i);
            }
            if (out != null && !(space && blank)) {
                out.append(space ? ' ' : c);
            }
            blank = space;
        }
        return (out == null ? text : out.toString()).strip();
    }

    /** The value of {@code xsi:type} with the canonical prefix, such as {@code vg:Harvest}; empty without one. */
    public static String type(Element element) {
        String given = element.getAttributeNS(Vo.XSI, "type").strip();
        int colon = given.indexOf(':');
        String namespace = element.lookupNamespaceURI(colon < 0 ? null : given.substring(0, colon));
        String prefix = namespace == null ? null : Vo.PREFIXES.get(namespace);
        return prefix == null ? given : prefix + ":" + given.substring(colon + 1);
    }

    /**
     * An element as XML without a declaration, every namespace declared on it with its canonical prefix. Comments and
     * processing instructions are left out.
     */
    public static String write(Element root) {
        Map<String, String> used = new TreeMap<>();
        collect(root, used, new LinkedHashMap<>());
        StringBuilder out = new StringBuilder();
        write(root, out, used, true);
        return out.toString();
    }

    private static void collect(Element element, Map<String, String> used, Map<String, String> others) {
        prefix(element.getNamespaceURI(), element.getPrefix(), used, others);
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            if (!declares(attribute)) {
                prefix(attribute.getNamespaceURI(), attribute.getPrefix(), used, others);
                if (isType(attribute)) {
                    String given = attribute.getValue().strip();
                    int colon = given.indexOf(':');
                    String before = colon < 0 ? null : given.substring(0, colon);
                    prefix(element.lookupNamespaceURI(before), before, used, others);
                }
            }
        }
        for (Element child : children(element)) {
            collect(child, used, others);
        }
    }

    private static void prefix(
            @Nullable String namespace, @Nullable String given, Map<String, String> used, Map<String, String> others) {
        if (namespace == null || namespace.isEmpty() || XMLConstants.XML_NS_URI.equals(namespace)) {
            return;
        }
        if (!used.containsKey(namespace)) {
            String wanted = Vo.PREFIXES.get(namespace);
            if (wanted == null) {
                wanted = given == null || given.isEmpty() ? "n" : given;
            }
            String free = wanted;
            for (int i = 1; used.containsValue(free); i++) {
                free = wanted + i;
            }
            used.put(namespace, free);
        }
    }

    private static void write(Element element, StringBuilder out, Map<String, String> prefixes, boolean root) {
        String name = name(element.getNamespaceURI(), element.getLocalName(), prefixes);
        out.append('<').append(name);
        if (root) {
            prefixes.forEach((namespace, prefix) -> out.append(" xmlns:")
                    .append(prefix)
                    .append("=\"")
                    .append(escape(namespace))
                    .append('"'));
        }
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            if (declares(attribute)) {
                continue;
            }
            String value = attribute.getValue();
            if (isType(attribute)) {
                String given = value.strip();
                int colon = given.indexOf(':');
                String namespace = element.lookupNamespaceURI(colon < 0 ? null : given.substring(0, colon));
                value = namespace == null ? given : name(namespace, given.substring(colon + 1), prefixes);
            }
            out.append(' ')
                    .append(name(attribute.getNamespaceURI(), attribute.getLocalName(), prefixes))
                    .append("=\"")
                    .append(escape(value))
                    .append('"');
        }
        if (element.getFirstChild() == null) {
            out.append("/>");
            return;
        }
        out.append('>');
        boolean mixed = children(element).isEmpty();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                write(child, out, prefixes, false);
            } else if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
                String text = node.getNodeValue();
                if (mixed || !text.isBlank()) {
                    out.append(escape(text));
                }
            }
        }
        out.append("</").append(name).append('>');
    }

    private static String name(@Nullable String namespace, String local, Map<String, String> prefixes) {
        if (XMLConstants.XML_NS_URI.equals(namespace)) {
            return "xml:" + local;
        }
        String prefix = namespace == null || namespace.isEmpty() ? null : prefixes.get(namespace);
        return prefix == null ? local : prefix + ":" + local;
    }

    private static boolean declares(Attr attribute) {
        return XMLConstants.XMLNS_ATTRIBUTE_NS_URI.equals(attribute.getNamespaceURI())
                || Vo.XSI.equals(attribute.getNamespaceURI()) && "schemaLocation".equals(attribute.getLocalName());
    }

    private static boolean isType(Attr attribute) {
        return Vo.XSI.equals(attribute.getNamespaceURI()) && "type".equals(attribute.getLocalName());
    }

    /** Text for an element or an attribute in XML and HTML; characters that XML cannot hold become blanks. */
    public static String escape(String text) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean allowed = c == '\t'
                            || c == '\n'
                            || c == '\r'
                            || c >= 0x20 && c <= 0xD7FF
                            || c >= 0xE000 && c <= 0xFFFD
                            || c >= 0x10000;
                    out.appendCodePoint(allowed ? c : ' ');
                }
            }
        }
        return out.toString();
    }

    /** Whether a character means itself wherever it stands. */
    private static boolean isPlain(char c) {
        return (c >= 0x20 && c <= 0xD7FF || c == '\n' || c == '\t')
                && c != '&'
                && c != '<'
                && c != '>'
                && c != '"'
                && c != '\'';
    }

    private static final class Silent implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // a warning changes nothing
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
