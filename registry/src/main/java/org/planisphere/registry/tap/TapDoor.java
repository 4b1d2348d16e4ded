package org.planisphere.registry.tap;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.resource.Resource;

/**
 * Queries that are answered at once, and what the service says of itself; open to everybody.
 *
 * @see <a href="https://www.ivoa.net/documents/TAP/">TAP 1.1, section 2</a>
 */
@Path("tap")
public final class TapDoor {
    private static final String XML = "text/xml;charset=utf-8";

    private final Tap tap;
    private final Instant since = Instant.now();

    public TapDoor(Tap tap) {
        this.tap = tap;
    }

    @GET
    @Path("sync")
    public Response get(@Context UriInfo uri) throws IOException {
        return answer(uri, null, null);
    }

    @POST
    @Path("sync")
    @Consumes("*/*")
    public Response post(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @Nullable InputStream body)
            throws IOException {
        return answer(uri, type, body);
    }

    private Response answer(UriInfo uri, @Nullable String type, @Nullable InputStream body) throws IOException {
        try {
            Asked asked = tap.read(Parameters.read(uri.getRequestUri().getRawQuery(), type, body));
            Answers.Rows rows =
                    tap.answers().ask(asked.statement(), tap.settings().atOnce(), running -> {});
            StreamingOutput table = out -> TableText.write(asked, rows, out);
            return Response.ok(table)
                    .header(HttpHeaders.CONTENT_TYPE, asked.format().header())
                    .build();
        } catch (Rejected rejected) {
            return refusal(rejected);
        }
    }

    /** As DALI wants it told. */
    static Response refusal(Rejected rejected) {
        Response.ResponseBuilder answer = Response.status(rejected.status())
                .header(HttpHeaders.CONTENT_TYPE, Format.VOTABLE.header())
                .entity(TableText.error(rejected.told(), rejected.problem()));
        return (rejected.status() == 503 ? answer.header("Retry-After", "5") : answer).build();
    }

    @GET
    @Path("capabilities")
    public Response capabilities() {
        return xml(Capabilities.document(tap.settings()));
    }

    @GET
    @Path("availability")
    public Response availability() {
        boolean ready = tap.ready();
        String note = ready ? tap.note() : "The storage does not answer.";
        return xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vosi:availability xmlns:vosi=\""
                + "http://www.ivoa.net/xml/VOSIAvailability/v1.0\"><vosi:available>" + ready
                + "</vosi:available><vosi:upSince>" + Resource.stamp(since) + "</vosi:upSince>"
                + (note.isEmpty() ? "" : "<vosi:note>" + note + "</vosi:note>") + "</vosi:availability>");
    }

    /** @param detail {@code min} leaves the columns out */
    @GET
    @Path("tables")
    public Response tables(@QueryParam("detail") @Nullable String detail) {
        return xml(TableSet.all(!"min".equals(detail)));
    }

    @GET
    @Path("tables/{name}")
    public Response table(@PathParam("name") String name) {
        return xml(TableSet.one(name)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no such table.")));
    }

    @GET
    @Path("examples")
    public Response examples() throws IOException {
        try (InputStream file = TapDoor.class.getResourceAsStream("examples.xhtml")) {
            if (file == null) {
                throw new IOException("examples.xhtml is missing");
            }
            return Response.ok(file.readAllBytes())
                    .header(HttpHeaders.CONTENT_TYPE, "application/xhtml+xml;charset=utf-8")
                    .build();
        }
    }

    private static Response xml(String document) {
        return Response.ok(document).header(HttpHeaders.CONTENT_TYPE, XML).build();
    }
}
