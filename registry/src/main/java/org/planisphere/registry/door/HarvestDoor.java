package org.planisphere.registry.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.harvest.Harvests;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RunRow;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.wire.HarvestRequest;
import org.planisphere.wire.RegistryHeld;
import org.planisphere.wire.RegistryHeldList;
import org.planisphere.wire.RegistryItem;
import org.planisphere.wire.RegistryRun;
import org.planisphere.wire.RegistryRunList;
import org.planisphere.wire.RegistrySource;
import org.planisphere.wire.RegistrySourceList;
import org.planisphere.wire.ReleaseRequest;

/** How it stands with what is harvested, for everybody to see; beginning and releasing are the operator's. */
@Path("harvest")
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class HarvestDoor {
    private static final int PAGE = 50;

    private final Registry registry;
    private final Harvests harvests;
    private final HarvestPages pages;

    /** @param note what people should know of the registry's state now; empty when there is nothing */
    HarvestDoor(Registry registry, Harvests harvests, Supplier<String> note) {
        this.registry = registry;
        this.harvests = harvests;
        this.pages = new HarvestPages(registry, note);
    }

    /** Every source. */
    @GET
    public RegistrySourceList sources() {
        RegistrySourceList list = new RegistrySourceList();
        list.items = harvests.sources().all().stream().map(HarvestDoor::source).toList();
        return list;
    }

    /** The same for people. */
    @GET
    @Produces("text/html;charset=utf-8;qs=0.5")
    public String page() {
        return pages.sources(harvests.sources().all(), harvests.sources().held());
    }

    /** The past harvests of a source, the newest first. */
    @GET
    @Path("runs")
    public RegistryRunList runs(
            @QueryParam("source") @Nullable String source, @QueryParam("before") @Nullable String before) {
        List<RunRow> rows = runRows(source, before);
        RegistryRunList list = new RegistryRunList();
        list.items = rows.stream().limit(PAGE).map(HarvestDoor::run).toList();
        list.next = nextRuns(rows, source);
        return list;
    }

    /** The same for people. */
    @GET
    @Path("runs")
    @Produces("text/html;charset=utf-8;qs=0.5")
    public String runsPage(
            @QueryParam("source") @Nullable String source, @QueryParam("before") @Nullable String before) {
        List<RunRow> rows = runRows(source, before);
        return pages.runs(known(source), rows.stream().limit(PAGE).toList(), nextRuns(rows, source));
    }

    /** What of a source is held in quarantine. */
    @GET
    @Path("quarantine")
    public RegistryHeldList quarantine(
            @QueryParam("source") @Nullable String source, @QueryParam("after") @DefaultValue("") String after) {
        List<QuarantineRow> rows = heldRows(source, after);
        RegistryHeldList list = new RegistryHeldList();
        list.items = rows.stream().limit(PAGE).map(HarvestDoor::held).toList();
        list.next = nextHeld(rows, source);
        return list;
    }

    /** The same for people. */
    @GET
    @Path("quarantine")
    @Produces("text/html;charset=utf-8;qs=0.5")
    public String quarantinePage(
            @QueryParam("source") @Nullable String source, @QueryParam("after") @DefaultValue("") String after) {
        List<QuarantineRow> rows = heldRows(source, after);
        return pages.quarantine(known(source), rows.stream().limit(PAGE).toList(), nextHeld(rows, source));
    }

    /** Begins to harvest a source now; the list of sources tells how it goes. */
    @POST
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response harvest(@Nullable HarvestRequest request, @Context ContainerRequestContext call) {
        operator(call);
        if (request == null || request.source == null) {
            throw new ProblemException(ProblemType.INVALID_DOCUMENT, "Name the source's address in source.");
        }
        boolean believe = Boolean.TRUE.equals(request.believe);
        try {
            boolean whole = believe || Boolean.TRUE.equals(request.full);
            harvests.start(request.source, whole, believe);
            registry.witness()
                    .saw(
                            CallerFilter.caller(call),
                            "harvest",
                            request.source,
                            believe ? "whole, and believed" : whole ? "whole" : "what is new");
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
        return Response.status(202).entity(source(known(request.source))).build();
    }

    /** Lets a record out of quarantine. */
    @POST
    @Path("release")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public RegistryItem release(@Nullable ReleaseRequest request, @Context ContainerRequestContext call) {
        operator(call);
        if (request == null || request.source == null || request.identifier == null) {
            throw new ProblemException(
                    ProblemType.INVALID_DOCUMENT, "Name the source's address in source, the record in identifier.");
        }
        try {
            RegistryItem released = Items.item(harvests.release(request.source, request.identifier));
            registry.witness().saw(CallerFilter.caller(call), "release", request.identifier, request.source);
            return released;
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
    }

    private static void operator(ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        if (caller.anonymous()) {
            throw Refusals.problem(
                    new Refusal(Refusal.Why.NOT_AUTHENTICATED, "This needs an operator's bearer token."));
        }
        if (!caller.operator()) {
            throw Refusals.problem(new Refusal(Refusal.Why.NOT_ALLOWED, "This is for operators."));
        }
    }

    private SourceRow known(@Nullable String source) {
        if (source == null || source.isBlank() || source.length() > 1000 || source.indexOf('\0') >= 0) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "Name the source's address in source.");
        }
        return harvests.sources()
                .find(source)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no source of this address."));
    }

    private List<RunRow> runRows(@Nullable String source, @Nullable String before) {
        if (before != null && !before.matches("[0-9]{1,18}")) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "before is the number of a run.");
        }
        return harvests.sources().runs(known(source).url, before == null ? null : Long.valueOf(before), PAGE + 1);
    }

    private List<QuarantineRow> heldRows(@Nullable String source, String after) {
        if (after.length() > 1000 || after.indexOf('\0') >= 0) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "after is the identifier of a held record.");
        }
        return harvests.sources().quarantine(known(source).url, after, PAGE + 1);
    }

    private @Nullable String nextRuns(List<RunRow> rows, @Nullable String source) {
        return rows.size() <= PAGE
                ? null
                : registry.settings().base() + "/harvest/runs?source=" + encoded(source) + "&before="
                        + rows.get(PAGE - 1).run;
    }

    private @Nullable String nextHeld(List<QuarantineRow> rows, @Nullable String source) {
        return rows.size() <= PAGE
                ? null
                : registry.settings().base() + "/harvest/quarantine?source=" + encoded(source) + "&after="
                        + encoded(rows.get(PAGE - 1).place);
    }

    private static String encoded(@Nullable String text) {
        return URLEncoder.encode(text == null ? "" : text, StandardCharsets.UTF_8);
    }

    private static RegistrySource source(SourceRow row) {
        RegistrySource source = new RegistrySource();
        source.url = row.url;
        source.title = row.title.isEmpty() ? null : row.title;
        source.foundBy = row.foundBy;
        source.listed = row.listed;
        source.state = row.state;
        source.full = row.full;
        source.run = row.run;
        source.seen = row.seen;
        source.began = instant(row.began);
        source.lastSuccess = instant(row.lastSuccess);
        source.lastFull = instant(row.lastFull);
        source.next = instant(row.next);
        source.failures = row.failures;
        source.alarm = row.alarm;
        source.message = row.message;
        return source;
    }

    private static RegistryRun run(RunRow row) {
        RegistryRun run = new RegistryRun();
        run.number = row.run;
        run.full = row.full;
        run.began = instant(row.began);
        run.ended = instant(row.ended);
        run.outcome = row.outcome;
        run.seen = row.seen;
        run.kept = row.kept;
        run.removed = row.removed;
        run.quarantined = row.quarantined;
        run.message = row.message;
        return run;
    }

    private static RegistryHeld held(QuarantineRow row) {
        RegistryHeld held = new RegistryHeld();
        held.source = row.source;
        held.identifier = row.place;
        held.reason = row.reason;
        held.since = instant(row.seen);
        return held;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
