package org.planisphere.registry.harvest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.xml.XMLConstants;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Text;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads an answer to ListRecords record by record: each is a tree of its own, which nobody else uses, and none that is
 * larger than is allowed.
 */
final class RecordReader extends DefaultHandler {
    /** An answer without its records. */
    record Answer(
            String serverTime,
            @Nullable String errorCode,
            String error,
            boolean list,
            @Nullable String token) {}

    /** Is given the records, in order. */
    interface Each {
        /** @param nodes of the record, by which it takes room */
        void take(Element record, int nodes);
    }

    /** The attribute of a record that was not read to its end. */
    static final String CUT = "cut";

    private final int most;
    private final Each each;
    private final Deque<String> path = new ArrayDeque<>();
    private final Deque<Map<String, String>> scopes = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private Map<String, String> declared = Map.of();
    private final Supplier<Document> documents = Xml.documents();
    private Document document = documents.get();
    private @Nullable Element record;
    private @Nullable Element at;
    private int nodes;
    private String serverTime = "";
    private @Nullable String errorCode;
    private String error = "";
    private boolean list;
    private String token = "";
    private String root = "";

    private RecordReader(int most, Each each) {
        this.most = most;
        this.each = each;
    }

    /**
     * @param most nodes of one record; what is beyond is left out, and the element has the attribute {@link #CUT}
     * @param each is given every record, in order
     * @throws Trouble when it is no answer of OAI-PMH
     */
    static Answer read(byte[] bytes, int most, Each each) throws Trouble {
        RecordReader reader = new RecordReader(most, each);
        try {
            Xml.read(new ByteArrayInputStream(bytes), reader);
        } catch (Xml.Unreadable e) {
            throw new Trouble("the source cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new Trouble("the source cannot be read: " + e);
        }
        if (!reader.root.equals("OAI-PMH")) {
            throw new Trouble("the answer is no OAI-PMH");
        }
        return new Answer(
                reader.serverTime,
                reader.errorCode,
                reader.error,
                reader.list,
                reader.token.isEmpty() ? null : reader.token);
    }

    @Override
    public void startPrefixMapping(String prefix, String uri) {
        if (declared.isEmpty()) {
            declared = new LinkedHashMap<>();
        }
        declared.put(prefix, uri);
    }

    @Override
    public void startElement(String uri, String local, String name, Attributes attributes) {
        scopes.push(declared);
        declared = Map.of();
        if (path.isEmpty()) {
            root = local;
        }
        path.push(local);
        text.setLength(0);
        Element parent = at;
        if (parent == null) {
            if (path.size() == 2 && local.equals("error")) {
                errorCode = attributes.getValue("code") == null ? "error" : attributes.getValue("code");
            }
            list |= path.size() == 2 && local.equals("ListRecords");
            if (path.size() != 3 || !list || !local.equals("record")) {
                return;
            }
            nodes = 0;
            document = documents.get();
        }
        nodes += 1 + attributes.getLength();
        if (nodes > most && parent != null) {
            return;
        }
        Element element = document.createElementNS(uri.isEmpty() ? null : uri, name);
        (parent == null ? inScope() : scopes.element()).forEach((prefix, space) -> declare(element, prefix, space));
        for (int i = 0; i < attributes.getLength(); i++) {
            String space = attributes.getURI(i);
            element.setAttributeNS(space.isEmpty() ? null : space, attributes.getQName(i), attributes.getValue(i));
        }
        if (parent == null) {
            record = element;
        } else {
            parent.appendChild(element);
        }
        at = element;
    }

    @Override
    public void characters(char[] letters, int start, int length) {
        Element parent = at;
        if (parent == null) {
            if (text.length() < 10_000) {
                text.append(letters, start, length);
            }
        } else if (nodes <= most) {
            if (parent.getLastChild() instanceof Text open) {
                open.appendData(new String(letters, start, length));
            } else {
                nodes++;
                parent.appendChild(document.createTextNode(new String(letters, start, length)));
            }
        }
    }

    @Override
    public void endElement(String uri, String local, String name) {
        scopes.pop();
        int depth = path.size();
        path.pop();
        Element here = at;
        if (here == null) {
            String said = text.toString().strip();
            if (depth == 2 && local.equals("responseDate")) {
                serverTime = said;
            } else if (depth == 2 && local.equals("error")) {
                error = said;
            } else if (depth == 3 && list && local.equals("resumptionToken")) {
                token = said;
            }
            text.setLength(0);
        } else if (depth == 3) {
            Element whole = record;
            record = null;
            at = null;
            if (whole != null) {
                if (nodes > most) {
                    whole.setAttribute(CUT, Integer.toString(nodes));
                }
                each.take(whole, nodes);
            }
        } else if (nodes <= most && here.getParentNode() instanceof Element parent) {
            at = parent;
        }
    }

    private Map<String, String> inScope() {
        Map<String, String> all = new LinkedHashMap<>();
        List<Map<String, String>> outside = new ArrayList<>(scopes);
        for (int i = outside.size() - 1; i >= 0; i--) {
            all.putAll(outside.get(i));
        }
        return all;
    }

    private static void declare(Element element, String prefix, String namespace) {
        if (!prefix.equals("xml")) {
            element.setAttributeNS(
                    XMLConstants.XMLNS_ATTRIBUTE_NS_URI, prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix, namespace);
        }
    }
}
