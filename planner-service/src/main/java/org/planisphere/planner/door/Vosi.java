package org.planisphere.planner.door;

import java.io.StringWriter;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Shape;

/**
 * The VOSI documents of a planner. Read by anybody, without a security method, as the standard wants.
 *
 * @see <a href="https://www.ivoa.net/documents/VOSI/">VOSI 1.1, sections 3 and 4</a>
 */
final class Vosi {
    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
    private static final String CAPABILITIES = "http://www.ivoa.net/xml/VOSICapabilities/v1.0";
    private static final String AVAILABILITY = "http://www.ivoa.net/xml/VOSIAvailability/v1.0";
    private static final String VODATASERVICE = "http://www.ivoa.net/xml/VODataService/v1.1";
    private static final String VORESOURCE = "http://www.ivoa.net/xml/VOResource/v1.0";

    private Vosi() {}

    /**
     * @param standardId of the execution capability
     * @param extension what that says of the planner beyond VOResource; null for nothing
     */
    static String capabilities(URI base, String standardId, @Nullable Extension extension) {
        return document(xml -> {
            xml.writeStartElement("vosi", "capabilities", CAPABILITIES);
            xml.writeNamespace("vosi", CAPABILITIES);
            xml.writeNamespace("vr", VORESOURCE);
            xml.writeNamespace("vs", VODATASERVICE);
            xml.writeNamespace("xsi", XSI);
            if (extension != null) {
                xml.writeNamespace("ebr", Extension.NAMESPACE);
            }
            simple(xml, "ivo://ivoa.net/std/VOSI#capabilities", base + "/capabilities");
            simple(xml, "ivo://ivoa.net/std/VOSI#availability", base + "/availability");
            xml.writeStartElement("capability");
            xml.writeAttribute("standardID", standardId);
            if (extension != null) {
                xml.writeAttribute("xsi", XSI, "type", "ebr:ExecutionBroker");
            }
            element(xml, "description", "Ask for offers, accept one, follow the session.");
            parameters(xml, "base", base.toString(), "");
            parameters(xml, "base", base.toString(), "ivo://ivoa.net/sso#OpenID");
            xml.writeStartElement("interface");
            xml.writeAttribute("xsi", XSI, "type", "vr:WebBrowser");
            access(xml, "full", base + "/tryit");
            xml.writeEndElement();
            if (extension != null) {
                extension(xml, extension);
            }
            xml.writeEndElement();
            xml.writeEndElement();
        });
    }

    static String availability(boolean available, Instant upSince, String note) {
        return document(xml -> {
            xml.writeStartElement("vosi", "availability", AVAILABILITY);
            xml.writeNamespace("vosi", AVAILABILITY);
            elementOf(xml, AVAILABILITY, "available", Boolean.toString(available));
            elementOf(
                    xml,
                    AVAILABILITY,
                    "upSince",
                    upSince.truncatedTo(ChronoUnit.SECONDS).toString());
            if (!note.isEmpty()) {
                elementOf(xml, AVAILABILITY, "note", note);
            }
            xml.writeEndElement();
        });
    }

    private static void extension(XMLStreamWriter xml, Extension extension) throws XMLStreamException {
        for (String kind : extension.kinds()) {
            element(xml, "executableKind", kind);
        }
        for (String format : extension.formats()) {
            element(xml, "format", format);
        }
        for (Shape shape : extension.shapes()) {
            xml.writeStartElement("shape");
            xml.writeAttribute("cores", Long.toString(shape.size().cores()));
            xml.writeAttribute("memory", Long.toString(shape.size().memory()));
            xml.writeAttribute("storage", Long.toString(shape.size().storage()));
            xml.writeAttribute("accelerators", Long.toString(shape.size().accelerators()));
            xml.writeCharacters(shape.name());
            xml.writeEndElement();
        }
    }

    private static void simple(XMLStreamWriter xml, String standardId, String address) throws XMLStreamException {
        xml.writeStartElement("capability");
        xml.writeAttribute("standardID", standardId);
        parameters(xml, "full", address, "");
        xml.writeEndElement();
    }

    private static void parameters(XMLStreamWriter xml, String use, String address, String securityMethod)
            throws XMLStreamException {
        xml.writeStartElement("interface");
        xml.writeAttribute("xsi", XSI, "type", "vs:ParamHTTP");
        xml.writeAttribute("role", "std");
        xml.writeAttribute("version", "1.0");
        access(xml, use, address);
        if (!securityMethod.isEmpty()) {
            xml.writeEmptyElement("securityMethod");
            xml.writeAttribute("standardID", securityMethod);
        }
        xml.writeEndElement();
    }

    private static void access(XMLStreamWriter xml, String use, String address) throws XMLStreamException {
        xml.writeStartElement("accessURL");
        xml.writeAttribute("use", use);
        xml.writeCharacters(address);
        xml.writeEndElement();
    }

    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private static void elementOf(XMLStreamWriter xml, String namespace, String name, String text)
            throws XMLStreamException {
        xml.writeStartElement("vosi", name, namespace);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private static String document(Content content) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            content.write(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return text.toString();
    }

    /** Writes what stands between the start and the end of a document. */
    private interface Content {
        void write(XMLStreamWriter xml) throws XMLStreamException;
    }
}
