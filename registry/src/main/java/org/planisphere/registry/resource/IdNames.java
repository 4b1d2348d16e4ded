package org.planisphere.registry.resource;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.XMLConstants;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.Attributes;

/**
 * By which names schemas call what is an identifier within a document, or refers to one ({@code xs:ID}, {@code xs:IDREF}).
 * Namespaces are not looked at: rather one name too many.
 *
 * @param names of elements and attributes
 * @param types by their local names
 * @see <a href="https://www.w3.org/TR/xmlschema-2/">XML Schema part 2, sections 3.3.8 to 3.3.10</a>
 */
record IdNames(Set<String> names, Set<String> types) {
    static final IdNames NONE = new IdNames(Set.of(), Set.of());

    private static final List<String> ROOTS = List.of("ID", "IDREF", "IDREFS");
    private static final List<String> REFERENCES = List.of("type", "base", "itemType", "memberTypes");

    /** Of all schemas, each as a document; what cannot be read has none. */
    static IdNames of(Collection<byte[]> schemas) {
        Set<String> names = new HashSet<>();
        Set<String> types = new HashSet<>(ROOTS);
        int before;
        do {
            before = types.size();
            for (byte[] schema : schemas) {
                try {
                    collect(Xml.parse(schema).getDocumentElement(), names, types);
                } catch (Xml.Unreadable e) {
                    // Not a schema by which records are checked.
                }
            }
        } while (types.size() > before);
        return new IdNames(Set.copyOf(names), Set.copyOf(types));
    }

    private static void collect(Element at, Set<String> names, Set<String> types) {
        for (String reference : REFERENCES) {
            for (String type : at.getAttribute(reference).strip().split("\\s+")) {
                if (types.contains(type.substring(type.indexOf(':') + 1))) {
                    note(at, names, types);
                }
            }
        }
        Xml.children(at).forEach(child -> collect(child, names, types));
    }

    /** What the declaration is called, or the one around it. */
    private static void note(Element at, Set<String> names, Set<String> types) {
        for (Node node = at; node instanceof Element declaration; node = node.getParentNode()) {
            String name = declaration.getAttribute("name");
            if (!name.isEmpty()) {
                boolean type = String.valueOf(declaration.getLocalName()).endsWith("Type");
                (type ? types : names).add(name);
                return;
            }
        }
    }

    /** Whether an element, by its name or what stands in its tag, may have to do with identifiers of the document. */
    boolean within(String name, Attributes attributes) {
        if (names.isEmpty()) {
            return false;
        }
        boolean found = names.contains(name);
        for (int i = 0; i < attributes.getLength() && !found; i++) {
            found = names.contains(attributes.getLocalName(i));
            if (!found && XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI.equals(attributes.getURI(i))) {
                String type = attributes.getValue(i);
                found = types.contains(type.substring(type.indexOf(':') + 1).strip());
            }
        }
        return found;
    }
}
