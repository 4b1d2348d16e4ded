package org.planisphere.registry.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Fault;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;

/**
 * A record as JSON: an object with the elements of {@code ri:Resource} by their names. A member whose name begins with
 * {@code @} is an attribute, {@code #} is the text beside attributes, a list is the element several times. Names have the
 * canonical prefixes where XML has a namespace, such as {@code @xsi:type}. The order of members does not count where
 * VOResource says what it is.
 */
public final class RecordJson {
    private static final Pattern NAME = Pattern.compile("(?:([a-z]+):)?([A-Za-z_][A-Za-z0-9._-]{0,99})");
    private static final String TEXT = "#";
    private static final int MOST_FAULTS = 50;

    /** What VOResource puts first in an element, in its order; what is not named here follows as it was given. */
    private static final Map<String, List<String>> ORDER = Map.of(
            "Resource",
            List.of("validationLevel", "title", "shortName", "identifier", "altIdentifier", "curation", "content"),
            "curation",
            List.of("publisher", "creator", "contributor", "date", "version", "contact"),
            "creator",
            List.of("name", "logo", "altIdentifier"),
            "contact",
            List.of("name", "address", "email", "telephone", "altIdentifier"),
            "content",
            List.of("subject", "description", "source", "referenceURL", "type", "contentLevel", "relationship"),
            "relationship",
            List.of("relationshipType", "relatedResource"),
            "capability",
            List.of("validationLevel", "description", "interface"),
            "interface",
            List.of("accessURL", "mirrorURL", "securityMethod", "testQueryString", "queryType", "resultType", "param"),
            "coverage",
            List.of("spatial", "temporal", "spectral", "footprint", "waveband", "regionOfRegard"));

    /** The namespace that each canonical prefix means when it is written. */
    private static final Map<String, String> NAMESPACES = namespaces();

    private final Document document = Xml.empty();
    private final List<Fault> faults = new ArrayList<>();

    private RecordJson() {}

    private static Map<String, String> namespaces() {
        Map<String, String> namespaces = new LinkedHashMap<>();
        Vo.PREFIXES.forEach((namespace, prefix) -> namespaces.putIfAbsent(prefix, namespace));
        return namespaces;
    }

    /**
     * The {@code ri:Resource} that a JSON document means.
     *
     * @throws MalformedDocument when it is no JSON, or has members that are no XML, with all of them
     */
    public static Element read(byte[] json) throws MalformedDocument {
        JsonNode root;
        try {
            root = Json.mapper()
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(json);
        } catch (JsonProcessingException e) {
            throw new MalformedDocument(List.of(new Fault("", "No JSON: " + reason(e))));
        } catch (IOException e) {
            throw new MalformedDocument(List.of(new Fault("", "No JSON.")));
        }
        if (!(root instanceof ObjectNode object)) {
            throw new MalformedDocument(List.of(new Fault("", "A record is an object.")));
        }
        RecordJson reader = new RecordJson();
        Element element = reader.document.createElementNS(Vo.RI, "ri:Resource");
        NAMESPACES.forEach((prefix, namespace) ->
                element.setAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, "xmlns:" + prefix, namespace));
        reader.document.appendChild(element);
        reader.fill(element, object, "");
        if (!reader.faults.isEmpty()) {
            throw new MalformedDocument(reader.faults);
        }
        return element;
    }

    private static String reason(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ": ";
        return Resource.cut(where + String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " "), 300);
    }

    private void fill(Element element, ObjectNode object, String path) {
        for (String name : ordered(String.valueOf(element.getLocalName()), object)) {
            JsonNode value = object.get(name);
            String at = path + "/" + name.replace("~", "~0").replace("/", "~1");
            if (name.equals(TEXT)) {
                element.appendChild(document.createTextNode(scalar(value, at)));
            } else if (name.startsWith("@")) {
                attribute(element, name.substring(1), scalar(value, at), at);
            } else if (value instanceof ArrayNode list) {
                for (int i = 0; i < list.size(); i++) {
                    child(element, name, list.get(i), at + "/" + i);
                }
            } else {
                child(element, name, value, at);
            }
        }
    }

    private static List<String> ordered(String element, ObjectNode object) {
        List<String> given = new ArrayList<>();
        object.fieldNames().forEachRemaining(given::add);
        List<String> first = ORDER.getOrDefault(element, List.of());
        List<String> names = new ArrayList<>();
        for (String name : first) {
            if (given.remove(name)) {
                names.add(name);
            }
        }
        names.addAll(given);
        return names;
    }

    private void child(Element parent, String name, JsonNode value, String path) {
        var matcher = NAME.matcher(name);
        String prefix = matcher.matches() ? matcher.group(1) : null;
        if (!matcher.matches() || prefix != null && !NAMESPACES.containsKey(prefix)) {
            fault(path, "Not the name of an element, with a prefix of the VO or none.");
            return;
        }
        Element child = document.createElementNS(prefix == null ? null : NAMESPACES.get(prefix), name);
        parent.appendChild(child);
        if (value instanceof ObjectNode object) {
            fill(child, object, path);
        } else {
            String text = scalar(value, path);
            if (!text.isEmpty()) {
                child.appendChild(document.createTextNode(text));
            }
        }
    }

    private void attribute(Element element, String name, String value, String path) {
        var matcher = NAME.matcher(name);
        String prefix = matcher.matches() ? matcher.group(1) : null;
        if (!matcher.matches() || name.equals("xmlns") || prefix != null && !NAMESPACES.containsKey(prefix)) {
            fault(path, "Not the name of an attribute, with a prefix of the VO or none.");
            return;
        }
        element.setAttributeNS(prefix == null ? null : NAMESPACES.get(prefix), name, value);
    }

    private String scalar(@Nullable JsonNode value, String path) {
        if (value == null || !value.isValueNode() || value.isNull()) {
            fault(path, "Expected a text, a number or a truth value.");
            return "";
        }
        return value.asText();
    }

    private void fault(String path, String detail) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new Fault(path, detail));
        }
    }

    /** The record as JSON, from which {@link #read} makes the same record again. */
    public static String write(Element record) {
        return Json.pretty(object(record));
    }

    private static JsonNode object(Element element) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            String namespace = attribute.getNamespaceURI();
            if (XMLConstants.XMLNS_ATTRIBUTE_NS_URI.equals(namespace)) {
                continue;
            }
            boolean type = Vo.XSI.equals(namespace) && "type".equals(attribute.getLocalName());
            object.put(
                    "@" + name(namespace, String.valueOf(attribute.getLocalName())),
                    type ? Xml.type(element) : attribute.getValue());
        }
        Map<String, List<JsonNode>> children = new LinkedHashMap<>();
        for (Element child : Xml.children(element)) {
            children.computeIfAbsent(
                            name(child.getNamespaceURI(), String.valueOf(child.getLocalName())),
                            name -> new ArrayList<>())
                    .add(object(child));
        }
        if (children.isEmpty()) {
            String text = element.getTextContent();
            if (object.isEmpty()) {
                return JsonNodeFactory.instance.textNode(text);
            }
            if (!text.isEmpty()) {
                object.put(TEXT, text);
            }
        }
        children.forEach((name, all) -> {
            if (all.size() == 1) {
                object.set(name, all.get(0));
            } else {
                object.putArray(name).addAll(all);
            }
        });
        return object;
    }

    private static String name(@Nullable String namespace, String local) {
        String prefix = namespace == null ? null : Vo.PREFIXES.get(namespace);
        return prefix == null ? local : prefix + ":" + local;
    }
}
