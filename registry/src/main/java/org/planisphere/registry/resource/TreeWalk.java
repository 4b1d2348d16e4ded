package org.planisphere.registry.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;

/**
 * Tells an element as a parser would tell a document that consists of it. Where schemas lie, as some documents say, is
 * left out: nothing is fetched.
 */
final class TreeWalk {
    private final ContentHandler to;
    private final AttributesImpl attributes = new AttributesImpl();

    private TreeWalk(ContentHandler to) {
        this.to = to;
    }

    static void walk(Element root, ContentHandler to) throws SAXException {
        to.startDocument();
        new TreeWalk(to).element(root, outside(root));
        to.endDocument();
    }

    /** As {@link #walk}, as a part of a document that has begun already. */
    static void part(Element root, ContentHandler to) throws SAXException {
        new TreeWalk(to).element(root, outside(root));
    }

    /** The prefixes that the elements around it have declared. */
    private static Map<String, String> outside(Element root) {
        Map<String, String> declared = new LinkedHashMap<>();
        for (Node node = root.getParentNode(); node instanceof Element around; node = around.getParentNode()) {
            declarations(around).forEach(declared::putIfAbsent);
        }
        return declared;
    }

    private static Map<String, String> declarations(Element element) {
        NamedNodeMap all = element.getAttributes();
        Map<String, String> declared = Map.of();
        for (int i = 0; i < all.getLength(); i++) {
            Attr attribute = (Attr) all.item(i);
            if (XMLConstants.XMLNS_ATTRIBUTE_NS_URI.equals(attribute.getNamespaceURI())) {
                if (declared.isEmpty()) {
                    declared = new LinkedHashMap<>();
                }
                declared.put(
                        attribute.getPrefix() == null ? "" : String.valueOf(attribute.getLocalName()),
                        attribute.getValue());
            }
        }
        return declared;
    }

    private void element(Element element, Map<String, String> around) throws SAXException {
        Map<String, String> declared = declarations(element);
        if (!around.isEmpty()) {
            Map<String, String> all = new LinkedHashMap<>(around);
            all.putAll(declared);
            declared = all;
        }
        for (Map.Entry<String, String> prefix : declared.entrySet()) {
            to.startPrefixMapping(prefix.getKey(), prefix.getValue());
        }
        String namespace = element.getNamespaceURI() == null ? "" : element.getNamespaceURI();
        attributes(element);
        to.startElement(namespace, element.getLocalName(), element.getTagName(), attributes);
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                element(child, Map.of());
            } else if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
                char[] letters = node.getNodeValue().toCharArray();
                to.characters(letters, 0, letters.length);
            }
        }
        to.endElement(namespace, element.getLocalName(), element.getTagName());
        List<String> prefixes = new ArrayList<>(declared.keySet());
        for (int i = prefixes.size() - 1; i >= 0; i--) {
            to.endPrefixMapping(prefixes.get(i));
        }
    }

    private void attributes(Element element) {
        attributes.clear();
        NamedNodeMap all = element.getAttributes();
        for (int i = 0; i < all.getLength(); i++) {
            Attr attribute = (Attr) all.item(i);
            String namespace = attribute.getNamespaceURI() == null ? "" : attribute.getNamespaceURI();
            boolean place = namespace.equals(Vo.XSI) && attribute.getLocalName().endsWith("chemaLocation");
            if (!place && !namespace.equals(XMLConstants.XMLNS_ATTRIBUTE_NS_URI)) {
                attributes.addAttribute(
                        namespace, attribute.getLocalName(), attribute.getName(), "CDATA", attribute.getValue());
            }
        }
    }
}
