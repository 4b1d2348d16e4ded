package org.planisphere.registry.regtap;

import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Makes the rows of a record's capabilities, their interfaces and parameters.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, sections 4.4, 4.8 and 4.9</a>
 */
final class CapabilityReader {
    private final String ivoid;
    private final Rows rows;
    /** Interfaces are counted through the record, as the relation's key wants it. */
    private int faces;

    CapabilityReader(String ivoid, Rows rows) {
        this.ivoid = ivoid;
        this.rows = rows;
    }

    void read(Element root) {
        int number = 0;
        for (Element capability : Texts.children(root, "capability")) {
            number++;
            rows.add(
                    "rr.capability",
                    ivoid,
                    number,
                    Texts.type(capability),
                    Texts.of(Texts.child(capability, "description")),
                    Texts.lowerAttribute(capability, "standardID"));
            for (Element level : Texts.children(capability, "validationLevel")) {
                rows.add(
                        "rr.validation",
                        ivoid,
                        Texts.lowerAttribute(level, "validatedBy"),
                        Texts.whole(Texts.of(level)),
                        number);
            }
            for (Element face : Texts.children(capability, "interface")) {
                face(face, number);
            }
            Details.collect(capability, "/capability", number, ivoid, rows);
        }
    }

    private void face(Element face, int capability) {
        faces++;
        Element url = Texts.child(face, "accessURL");
        rows.add(
                "rr.interface",
                ivoid,
                capability,
                faces,
                Texts.type(face),
                Texts.lowerAttribute(face, "role"),
                Texts.lowerAttribute(face, "version"),
                Texts.lower(Texts.joined(face, "queryType", "#")),
                Texts.lower(Texts.child(face, "resultType")),
                Texts.of(Texts.child(face, "wsdlURL")),
                Texts.lowerAttribute(url, "use"),
                Texts.of(url),
                Texts.joined(face, "mirrorURL", "#"),
                authenticatedOnly(face) ? 1 : 0);
        for (Element parameter : Texts.children(face, "param")) {
            parameter(parameter);
        }
    }

    /** An interface without a method, or with one that is not named, is open to everybody. */
    private static boolean authenticatedOnly(Element face) {
        boolean any = false;
        for (Element method : Texts.children(face, "securityMethod")) {
            any = true;
            if (Texts.attribute(method, "standardID") == null) {
                return false;
            }
        }
        return any;
    }

    private void parameter(Element parameter) {
        @Nullable Element type = Texts.child(parameter, "dataType");
        rows.add(
                "rr.intf_param",
                ivoid,
                faces,
                Texts.lower(Texts.child(parameter, "name")),
                Texts.lower(Texts.child(parameter, "ucd")),
                Texts.of(Texts.child(parameter, "unit")),
                Texts.lower(Texts.child(parameter, "utype")),
                Texts.flag(Texts.attribute(parameter, "std")),
                Texts.lower(type),
                Texts.attribute(type, "extendedSchema"),
                Texts.attribute(type, "extendedType"),
                Texts.attribute(type, "arraysize"),
                Texts.attribute(type, "delim"),
                Texts.lowerAttribute(parameter, "use"),
                Texts.of(Texts.child(parameter, "description")));
    }
}
