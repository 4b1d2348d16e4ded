package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Instant;
import org.planisphere.foundation.rest.Media;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Element;

/**
 * What the registry says of itself, open to everybody.
 *
 * @see <a href="https://www.ivoa.net/documents/VOSI/">VOSI 1.1, sections 3 and 4</a>
 */
@Path("")
public final class VosiDoor {
    private final RegistryContext context;
    private final Instant since = Instant.now();

    VosiDoor(RegistryContext context) {
        this.context = context;
    }

    /** The capabilities of the registry's own record. */
    @GET
    @Path("capabilities")
    @Produces({Media.XML, Media.TEXT_XML})
    public String capabilities() throws Xml.Unreadable {
        String record = context.registry()
                .find(context.registry().settings().self())
                .map(row -> row.record)
                .orElseThrow(() -> new IllegalStateException("the registry's own record is missing"));
        Element root = Xml.parse(record.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .getDocumentElement();
        StringBuilder xml =
                new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vosi:capabilities xmlns:vosi=\""
                        + Vo.VOSI_CAPABILITIES + "\">");
        for (Element capability : Xml.children(root, "capability")) {
            xml.append(Xml.write(capability));
        }
        return xml.append("</vosi:capabilities>").toString();
    }

    @GET
    @Path("availability")
    @Produces({Media.XML, Media.TEXT_XML})
    public String availability() {
        boolean ready = context.ready();
        String note = ready ? context.note() : "The storage does not answer.";
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vosi:availability xmlns:vosi=\"" + Vo.VOSI_AVAILABILITY
                + "\"><vosi:available>" + ready + "</vosi:available><vosi:upSince>" + Resource.stamp(since)
                + "</vosi:upSince>" + (note.isEmpty() ? "" : "<vosi:note>" + note + "</vosi:note>")
                + "</vosi:availability>";
    }
}
