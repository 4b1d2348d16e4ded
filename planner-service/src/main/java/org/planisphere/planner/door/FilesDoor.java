package org.planisphere.planner.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Elsewhere;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.wire.ResultItem;
import org.planisphere.wire.ResultList;

/**
 * What a session wrote: its output while it runs and after, its results when it has ended. Text and results may hold
 * anything, so they are served with {@code nosniff} and a policy that lets nothing in them run.
 */
@Path("/sessions/{uuid}")
public final class FilesDoor {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
    static final String NOTHING_RUNS = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'";

    private final PlannerContext planner;

    public FilesDoor(PlannerContext planner) {
        this.planner = planner;
    }

    @GET
    @Path("stdout")
    public Response stdout(
            @PathParam("uuid") String uuid,
            @HeaderParam("Range") @Nullable String range,
            @Context ContainerRequestContext call) {
        Session session = leaving(uuid, call);
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        return original.isPresent()
                ? ElsewhereFiles.file(original.get(), "stdout", range, null)
                : output(folder(session).stdout(), "stdout", range);
    }

    @GET
    @Path("stderr")
    public Response stderr(
            @PathParam("uuid") String uuid,
            @HeaderParam("Range") @Nullable String range,
            @Context ContainerRequestContext call) {
        Session session = leaving(uuid, call);
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        return original.isPresent()
                ? ElsewhereFiles.file(original.get(), "stderr", range, null)
                : output(folder(session).stderr(), "stderr", range);
    }

    /** What the task left: sizes, checksums and addresses. Empty until the session is released. */
    @GET
    @Path("results")
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public ResultList results(@PathParam("uuid") String uuid, @Context ContainerRequestContext call)
            throws IOException {
        Session session = find(uuid, call);
        String base = planner.documents().addressOf(session) + "/results/";
        ResultList list = new ResultList();
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        if (original.isPresent()) {
            list.items = ElsewhereFiles.results(original.get());
            list.items.forEach(item -> item.url = item.name == null ? null : base + encoded(item.name));
            return list;
        }
        list.items = folder(session).results().stream()
                .map(result -> {
                    ResultItem item = new ResultItem();
                    item.name = result.name();
                    item.size = result.size();
                    item.sha256 = result.sha256();
                    item.mediaType = result.mediaType();
                    item.modified = result.modified();
                    item.url = base + encoded(result.name());
                    return item;
                })
                .toList();
        return list;
    }

    @GET
    @Path("results/{name: .+}")
    public Response result(
            @PathParam("uuid") String uuid,
            @PathParam("name") String name,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-None-Match") @Nullable String known,
            @Context ContainerRequestContext call)
            throws IOException {
        Session session = leaving(uuid, call);
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        if (original.isPresent()) {
            return ElsewhereFiles.file(original.get(), "results/" + name, range, known);
        }
        WorkFolder folder = folder(session);
        ResultFile wanted = folder.result(name).orElseThrow(ExecutionDoor::notFound);
        String tag = "\"" + wanted.sha256() + "\"";
        if (tag.equals(known)) {
            return Response.notModified().header("ETag", tag).build();
        }
        return file(() -> folder.open(name), wanted.size(), wanted.mediaType(), range, tag, name);
    }

    /** Every result in one archive, made while it is sent. */
    @GET
    @Path("results.zip")
    @Produces("application/zip")
    public Response zip(@PathParam("uuid") String uuid, @Context ContainerRequestContext call) {
        Session session = leaving(uuid, call);
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        if (original.isPresent()) {
            return ElsewhereFiles.file(original.get(), "results.zip", null, null);
        }
        WorkFolder folder = folder(session);
        StreamingOutput archive = folder::zip;
        return Response.ok(archive)
                .header("Content-Disposition", "attachment; filename=\"results-" + session.id() + ".zip\"")
                .build();
    }

    /** The session, when what it made may leave the platform; who operates the platform is on it anyway. */
    private Session leaving(String uuid, ContainerRequestContext call) {
        Session session = find(uuid, call);
        Funding funding = session.offer().funding();
        if (funding != null
                && !funding.exportable()
                && !CallerFilter.caller(call).operator()) {
            throw new ProblemException(
                    ProblemType.NOT_ALLOWED,
                    "The results and the output of this session stay on the platform: the grant " + funding.grant()
                            + " of policy " + funding.policy() + " lets nobody but operators read them. What they are"
                            + " called and how large they are is told at results; a session under a grant whose note"
                            + " paid-by says results=leave gives them out.");
        }
        return session;
    }

    private Session find(String uuid, ContainerRequestContext call) {
        return planner.sessions()
                .find(planner.session(uuid, CallerFilter.caller(call)), CallerFilter.caller(call))
                .orElseThrow(ExecutionDoor::notFound);
    }

    private WorkFolder folder(Session session) {
        return planner.folders().of(session.id());
    }

    /** Output grows while the run goes on: an answer ends where the file ended when it was asked. */
    private static Response output(java.nio.file.Path path, String name, @Nullable String range) {
        long size;
        try {
            size = Files.size(path);
        } catch (NoSuchFileException notYet) {
            size = 0;
        } catch (IOException e) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "The file cannot be read now.")
                    .with("Retry-After", "5");
        }
        return file(() -> Files.newByteChannel(path), size, "text/plain;charset=utf-8", range, null, name + ".txt");
    }

    private static Response file(
            Source source, long size, String mediaType, @Nullable String range, @Nullable String tag, String name) {
        long from = 0;
        long until = size;
        boolean part = false;
        Matcher asked = range == null ? null : RANGE.matcher(range.strip());
        if (asked != null
                && asked.matches()
                && !(asked.group(1).isEmpty() && asked.group(2).isEmpty())) {
            part = true;
            if (asked.group(1).isEmpty()) {
                from = Math.max(0, size - Long.parseLong(asked.group(2)));
            } else {
                from = Long.parseLong(asked.group(1));
                until = asked.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(asked.group(2)) + 1);
            }
            if (from >= size || from >= until) {
                throw new ProblemException(ProblemType.RANGE_NOT_SATISFIABLE, "There are " + size + " bytes so far.")
                        .with("Content-Range", "bytes */" + size);
            }
        }
        long first = from;
        long length = until - from;
        StreamingOutput body = out -> copy(source, first, length, out);
        Response.ResponseBuilder answer = Response.status(part ? 206 : 200)
                .entity(body)
                .type(mediaType)
                .header("Accept-Ranges", "bytes")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", NOTHING_RUNS)
                .header("Content-Disposition", named(name))
                .header("Content-Length", length);
        if (part) {
            answer.header("Content-Range", "bytes " + from + "-" + (until - 1) + "/" + size);
        }
        if (tag != null) {
            answer.header("ETag", tag);
        } else {
            answer.header("Cache-Control", "no-store");
        }
        return answer.build();
    }

    /**
     * Tells the last part of a name; whatever could mean something in a header stands as what it is in UTF-8.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6266#section-4.3">RFC 6266, section 4.3, with RFC 8187</a>
     */
    static String named(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        String plain = last.replaceAll("[^A-Za-z0-9._-]", "_");
        return "inline; filename=\"" + plain + "\""
                + (plain.equals(last)
                        ? ""
                        : "; filename*=UTF-8''" + encoded(last).replace("*", "%2A"));
    }

    private static void copy(Source source, long from, long length, java.io.OutputStream out) throws IOException {
        if (length == 0) {
            return;
        }
        try (SeekableByteChannel file = source.open()) {
            file.position(from);
            ByteBuffer buffer = ByteBuffer.allocate(65_536);
            long left = length;
            while (left > 0) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                int read = file.read(buffer);
                if (read < 0) {
                    return;
                }
                out.write(buffer.array(), 0, read);
                left -= read;
            }
        }
    }

    /** Opens a file at the moment it is sent. */
    private interface Source {
        SeekableByteChannel open() throws IOException;
    }

    private static String encoded(String name) {
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/", -1)) {
            if (path.length() > 0) {
                path.append('/');
            }
            path.append(java.net.URLEncoder.encode(part, java.nio.charset.StandardCharsets.UTF_8)
                    .replace("+", "%20"));
        }
        return path.toString();
    }
}
