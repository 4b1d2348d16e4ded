package org.planisphere.registry.tap;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.ProblemType;

/**
 * Queries as jobs. A job belongs to who made it; one of a caller without a name belongs to whoever knows its identifier,
 * which cannot be guessed, and is in nobody's list.
 *
 * @see <a href="https://www.ivoa.net/documents/UWS/">UWS 1.1, section 2.2</a>
 */
@Path("tap/async")
public final class JobsDoor {
    private static final String XML = "text/xml;charset=utf-8";
    private static final String TEXT = "text/plain;charset=utf-8";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    /** Each keeps a thread of the server. */
    private static final int MOST_WAITING = 4;

    private static final int LISTED = 1000;

    private final Jobs jobs;
    private final Tap tap;
    private final String base;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    public JobsDoor(Tap tap) {
        this.tap = tap;
        this.jobs = tap.jobs();
        this.base = tap.settings().base() + "/async";
    }

    private interface Work {
        Response run() throws Rejected, IOException;
    }

    private static Response told(Work work) throws IOException {
        try {
            return work.run();
        } catch (Rejected rejected) {
            return TapDoor.refusal(rejected);
        }
    }

    @GET
    public Response list(
            @QueryParam("PHASE") @Nullable List<String> phases,
            @QueryParam("AFTER") @Nullable String after,
            @QueryParam("LAST") @Nullable String last,
            @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Set<Job.Phase> wanted = EnumSet.noneOf(Job.Phase.class);
            boolean none = false;
            for (String phase : phases == null ? List.<String>of() : phases) {
                try {
                    wanted.add(Job.Phase.valueOf(phase.toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    // One that jobs never have here.
                    none = true;
                }
            }
            int number = last == null ? LISTED : (int) Math.min(LISTED, whole(last, "LAST"));
            Caller caller = CallerFilter.caller(call);
            List<Job> found = caller.anonymous() || none && wanted.isEmpty()
                    ? List.of()
                    : jobs.list(caller.id(), wanted, after == null ? null : time(after), number);
            return xml(JobXml.jobs(found, base));
        });
    }

    @POST
    @Consumes("*/*")
    public Response create(@Context UriInfo uri, @Nullable InputStream body, @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Parameters parameters = parameters(uri, body, call);
            Caller caller = CallerFilter.caller(call);
            Job job = jobs.create(caller.anonymous() ? null : caller.id(), parameters);
            if ("RUN".equalsIgnoreCase(parameters.one("PHASE"))) {
                jobs.run(job);
            }
            return to(job.id());
        });
    }

    /** With WAIT the answer comes when the job's phase changes; at once when too many wait already. */
    @GET
    @Path("{id}")
    public Response job(
            @PathParam("id") String id,
            @QueryParam("WAIT") @Nullable String wait,
            @QueryParam("PHASE") @Nullable String phase,
            @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Job job = find(id, call);
            boolean still = phase == null || job.phase().name().equalsIgnoreCase(phase);
            if (wait == null || !job.phase().active() || !still || !waiting.tryAcquire()) {
                return xml(JobXml.job(job, base));
            }
            try {
                CompletableFuture<Void> change = jobs.change(id, longest(wait));
                // It may have changed before we listened.
                if (find(id, call).phase() == job.phase()) {
                    change.join();
                }
            } finally {
                waiting.release();
            }
            return xml(JobXml.job(find(id, call), base));
        });
    }

    @POST
    @Path("{id}")
    @Consumes("*/*")
    public Response change(
            @PathParam("id") String id,
            @Context UriInfo uri,
            @Nullable InputStream body,
            @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Job job = find(id, call);
            Parameters parameters = parameters(uri, body, call);
            if ("DELETE".equalsIgnoreCase(parameters.one("ACTION"))) {
                jobs.delete(job);
                return Response.seeOther(URI.create(base)).build();
            }
            return change(job, parameters);
        });
    }

    @POST
    @Path("{id}/{part: phase|executionduration|destruction|parameters}")
    @Consumes("*/*")
    public Response changePart(
            @PathParam("id") String id,
            @PathParam("part") String part,
            @Context UriInfo uri,
            @Nullable InputStream body,
            @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Job job = find(id, call);
            Parameters parameters = parameters(uri, body, call);
            if (!part.equals("parameters") && parameters.one(part.toUpperCase(Locale.ROOT)) == null) {
                throw new Rejected(part.toUpperCase(Locale.ROOT) + " is missing.");
            }
            return change(job, parameters);
        });
    }

    private Response change(Job job, Parameters parameters) throws Rejected {
        Job now = job;
        String duration = parameters.one("EXECUTIONDURATION");
        if (duration != null) {
            jobs.duration(now, whole(duration, "EXECUTIONDURATION"));
        }
        String destruction = parameters.one("DESTRUCTION");
        if (destruction != null) {
            jobs.destruction(now, time(destruction));
        }
        if (!Job.form(java.util.Map.of(), parameters).isEmpty()) {
            jobs.parameters(now, parameters);
        }
        String phase = parameters.one("PHASE");
        if (phase != null) {
            switch (phase.toUpperCase(Locale.ROOT)) {
                case "RUN" -> jobs.run(now);
                case "ABORT" -> jobs.abort(now);
                default -> throw new Rejected("PHASE is RUN or ABORT.");
            }
        }
        return to(job.id());
    }

    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") String id, @Context ContainerRequestContext call) throws IOException {
        return told(() -> {
            jobs.delete(find(id, call));
            return Response.seeOther(URI.create(base)).build();
        });
    }

    @GET
    @Path("{id}/{part: phase|executionduration|destruction|quote|owner|parameters|results|error}")
    public Response part(
            @PathParam("id") String id, @PathParam("part") String part, @Context ContainerRequestContext call)
            throws IOException {
        return told(() -> {
            Job job = find(id, call);
            return switch (part) {
                case "phase" -> text(job.phase().name());
                case "executionduration" -> text(Integer.toString(job.seconds()));
                case "destruction" -> text(job.destruction().toString());
                case "quote" -> text("");
                case "owner" -> text(Objects.requireNonNullElse(job.owner(), ""));
                case "parameters" -> xml(JobXml.parametersAlone(job));
                case "results" -> xml(JobXml.resultsAlone(job, base));
                default -> {
                    if (job.error() == null) {
                        throw new Rejected(404, "The job has no error.");
                    }
                    yield Response.ok(TableText.error(job.error(), ProblemType.INVALID_PARAMETER.slug()))
                            .header(HttpHeaders.CONTENT_TYPE, Format.VOTABLE.header())
                            .build();
                }
            };
        });
    }

    @GET
    @Path("{id}/results/result")
    public Response result(@PathParam("id") String id, @Context ContainerRequestContext call) throws IOException {
        return told(() -> {
            Job job = find(id, call);
            if (job.phase() != Job.Phase.COMPLETED || !Files.isRegularFile(jobs.result(id))) {
                throw new Rejected(404, "The job has no result.");
            }
            return Response.ok(Files.newInputStream(jobs.result(id)))
                    .header(
                            HttpHeaders.CONTENT_TYPE,
                            tap.read(job.asked()).format().header())
                    .header(HttpHeaders.CONTENT_LENGTH, Files.size(jobs.result(id)))
                    .build();
        });
    }

    private Job find(String id, ContainerRequestContext call) throws Rejected {
        Caller caller = CallerFilter.caller(call);
        return jobs.find(id)
                .filter(job -> job.owner() == null || job.owner().equals(caller.id()) || caller.operator())
                .orElseThrow(() -> new Rejected(404, "There is no such job."));
    }

    private static Parameters parameters(UriInfo uri, @Nullable InputStream body, ContainerRequestContext call)
            throws Rejected, IOException {
        return Parameters.read(uri.getRequestUri().getRawQuery(), call.getHeaderString(HttpHeaders.CONTENT_TYPE), body);
    }

    /** A number below zero means as long as it takes, which is as long as we wait for anything. */
    private static Duration longest(String wait) {
        if (!wait.strip().matches("[0-9]{1,9}")) {
            return LONGEST_WAIT;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(wait.strip()));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    private static long whole(String text, String name) throws Rejected {
        if (!text.strip().matches("[0-9]{1,9}")) {
            throw new Rejected(name + " is a whole number from 0.");
        }
        return Long.parseLong(text.strip());
    }

    private static Instant time(String text) throws Rejected {
        String given = text.strip();
        try {
            return OffsetDateTime.parse(
                            given.length() == 10
                                    ? given + "T00:00:00Z"
                                    : given.matches(".*(Z|[+-][0-9:]{5})") ? given : given + "Z")
                    .toInstant();
        } catch (DateTimeException e) {
            throw new Rejected("A time looks like 2026-11-21T06:00:00Z.");
        }
    }

    private Response to(String id) {
        return Response.seeOther(URI.create(base + "/" + id)).build();
    }

    private static Response xml(String document) {
        return Response.ok(document).header(HttpHeaders.CONTENT_TYPE, XML).build();
    }

    private static Response text(String text) {
        return Response.ok(text).header(HttpHeaders.CONTENT_TYPE, TEXT).build();
    }
}
