package org.planisphere.registry.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;

/** OAI-PMH at {@code /registry/oai}, by GET and POST, open to everybody; what is wrong is told in the protocol's way. */
@Path("")
public final class OaiDoor {
    private static final int LONGEST = 16_384;

    /** What Java's own client says it takes when nobody told it: harvesters are written with it. */
    private static final String JAVAS_OWN = "text/html, image/gif, image/jpeg,";

    private final Oai oai;
    private final OaiPages pages;

    OaiDoor(Oai oai, OaiPages pages) {
        this.oai = oai;
        this.pages = pages;
    }

    @GET
    @Path("oai")
    @Produces("text/xml;charset=utf-8")
    public String get(@Context UriInfo uri) {
        return answer(uri);
    }

    /** The same as a page, for whoever would rather have HTML than anything else: browsers. */
    @GET
    @Path("oai")
    @Produces("text/html;charset=utf-8;qs=0.5")
    public Response page(@Context UriInfo uri, @HeaderParam("Accept") @DefaultValue("") String accept) {
        return accept.startsWith(JAVAS_OWN)
                ? Response.ok(answer(uri), "text/xml;charset=utf-8").build()
                : Response.ok(page(uri)).build();
    }

    /** The page at an address of its own. */
    @GET
    @Path("oai.html")
    @Produces("text/html;charset=utf-8")
    public String page(@Context UriInfo uri) {
        return pages.page(answer(uri));
    }

    private String answer(UriInfo uri) {
        String query = uri.getRequestUri().getRawQuery();
        return oai.answer(Oai.form(query == null ? "" : query));
    }

    @POST
    @Path("oai")
    @Consumes({"application/x-www-form-urlencoded", "*/*"})
    @Produces("text/xml;charset=utf-8")
    public String post(@Nullable InputStream body) throws IOException {
        byte[] form = body == null ? new byte[0] : body.readNBytes(LONGEST + 1);
        if (form.length > LONGEST) {
            throw new ProblemException(ProblemType.TOO_LARGE, "The arguments have at most " + LONGEST + " bytes.");
        }
        return oai.answer(Oai.form(new String(form, StandardCharsets.UTF_8).strip()));
    }

    /** Makes a readable page of an answer in a browser. */
    @GET
    @Path("oai.xsl")
    @Produces("text/xsl;charset=utf-8")
    public String style() throws IOException {
        try (InputStream file = OaiDoor.class.getResourceAsStream("oai.xsl")) {
            if (file == null) {
                throw new IOException("oai.xsl is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
