package org.planisphere.registry.publish;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Element;

/** Writes the records that are made here: of services, and the registry's own. */
final class RecordText {
    private static final String OPEN = "<ri:Resource xmlns:ri=\"" + Vo.RI + "\" xmlns:vr=\"" + Vo.VR + "\" xmlns:vs=\""
            + Vo.VS + "\" xmlns:vg=\"" + Vo.VG + "\" xmlns:vstd=\"" + Vo.VSTD + "\" xmlns:tr=\"" + Vo.TR
            + "\" xmlns:xsi=\"" + Vo.XSI + "\"";

    private RecordText() {}

    /** What a record says besides its type. */
    record About(
            Ivoid ivoid,
            String title,
            String shortName,
            String publisher,
            String contact,
            String email,
            String description,
            String referenceUrl) {}

    /** A {@code vr:Service} with the capabilities the service itself declares. */
    static Resource service(About about, List<Element> capabilities, Instant now) {
        StringBuilder xml = begin("vr:Service", about, now);
        for (Element capability : capabilities) {
            xml.append(Xml.write(capability));
        }
        return end(xml);
    }

    /** @see <a href="https://www.ivoa.net/documents/RegistryInterface/">RI 1.1, section 3.1</a> */
    static Resource registry(RegistrySettings settings, String queries, Instant now) {
        URI base = settings.base();
        StringBuilder xml = begin(
                "vg:Registry",
                about(
                        settings,
                        settings.self(),
                        settings.title(),
                        "Registry of the" + " authority " + settings.authority()
                                + ": services that make offers of execution."),
                now);
        capability(xml, "", Vo.CAPABILITIES_ID, "vs:ParamHTTP", "", "full", base + "/capabilities", "");
        capability(xml, "", Vo.AVAILABILITY_ID, "vs:ParamHTTP", "", "full", base + "/availability", "");
        capability(
                xml,
                "vg:Harvest",
                Vo.REGISTRY_ID,
                "vg:OAIHTTP",
                "1.0",
                "base",
                base + "/oai",
                "<maxRecords>" + settings.page() + "</maxRecords>");
        xml.append(queries);
        settings.authorities().forEach(authority -> element(xml, "managedAuthority", authority));
        return end(xml);
    }

    static Resource authority(RegistrySettings settings, String authority, Instant now) {
        StringBuilder xml = begin(
                "vg:Authority",
                about(
                        settings,
                        new Ivoid("ivo://" + authority),
                        "Naming authority " + authority,
                        "Owner of the identifiers that begin with ivo://" + authority + "."),
                now);
        element(xml, "managingOrg", settings.publisher());
        return end(xml);
    }

    /** @see <a href="https://www.ivoa.net/documents/StandardsRegExt/">StandardsRegExt 1.0, section 2</a> */
    static Resource profile(RegistrySettings settings, Instant now) {
        StringBuilder xml = begin(
                "vstd:Standard",
                about(
                        settings,
                        settings.profile(),
                        "Execution Broker, profile of " + settings.authority(),
                        "REST interface on which a platform makes and honours offers of execution."),
                now);
        xml.append("<endorsedVersion status=\"wd\" use=\"preferred\">1.0</endorsedVersion>");
        xml.append("<key><name>rest-1.0</name><description>The calls offersets and sessions, version 1.0.</description>"
                + "</key>");
        return end(xml);
    }

    private static About about(RegistrySettings settings, Ivoid ivoid, String title, String description) {
        return new About(
                ivoid,
                title,
                "",
                settings.publisher(),
                settings.publisher(),
                settings.email(),
                description,
                settings.base() + "/");
    }

    private static StringBuilder begin(String type, About about, Instant now) {
        StringBuilder xml = new StringBuilder(OPEN);
        xml.append(" xsi:type=\"").append(type).append("\" status=\"active\"");
        xml.append(" created=\"").append(Resource.stamp(now)).append('"');
        xml.append(" updated=\"").append(Resource.stamp(now)).append("\">");
        element(xml, "title", about.title());
        if (!about.shortName().isEmpty()) {
            element(xml, "shortName", about.shortName());
        }
        element(xml, "identifier", about.ivoid().given());
        xml.append("<curation>");
        element(xml, "publisher", about.publisher());
        xml.append("<contact>");
        element(xml, "name", about.contact());
        if (!about.email().isEmpty()) {
            element(xml, "email", about.email());
        }
        xml.append("</contact></curation><content>");
        element(xml, "subject", "virtual-observatories");
        element(xml, "description", about.description());
        element(xml, "referenceURL", about.referenceUrl());
        xml.append("</content>");
        return xml;
    }

    private static void capability(
            StringBuilder xml,
            String type,
            String standardId,
            String faceType,
            String version,
            String use,
            String url,
            String rest) {
        xml.append("<capability");
        if (!type.isEmpty()) {
            xml.append(" xsi:type=\"").append(type).append('"');
        }
        xml.append(" standardID=\"").append(standardId).append("\"><interface xsi:type=\"");
        xml.append(faceType).append("\" role=\"std\"");
        if (!version.isEmpty()) {
            xml.append(" version=\"").append(version).append('"');
        }
        xml.append("><accessURL use=\"")
                .append(use)
                .append("\">")
                .append(Xml.escape(url))
                .append("</accessURL>");
        xml.append("</interface>").append(rest).append("</capability>");
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append('<')
                .append(name)
                .append('>')
                .append(Xml.escape(text))
                .append("</")
                .append(name)
                .append('>');
    }

    private static Resource end(StringBuilder xml) {
        try {
            return Resource.read(xml.append("</ri:Resource>").toString());
        } catch (Resource.Unusable e) {
            throw new IllegalStateException("a record made here cannot be read", e);
        }
    }
}
