package org.planisphere.planner.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.core.Variant;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.session.Cursor;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.usage.UsageFilter;
import org.planisphere.planner.usage.UsageRecord;
import org.planisphere.planner.usage.UsageStore;

/**
 * What sessions came to: the caller's own, and everybody's for operators. JSON, CSV, and usage records of the Open Grid
 * Forum in XML.
 */
@Path("/usage")
public final class UsageDoor {
    private static final String CSV = "text/csv";

    private final PlannerContext planner;
    private final UsageStore usage;

    public UsageDoor(PlannerContext planner, UsageStore usage) {
        this.planner = planner;
        this.usage = usage;
    }

    @GET
    @Produces({Media.JSON, CSV, Media.XML})
    public Response usage(
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("group") @Nullable String group,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @Context UriInfo uri,
            @Context Request request,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Filter filter = Filters.filter(List.of(), since, until, limit, after);
        Variant variant = request.selectVariant(variants());
        if (variant == null) {
            throw new ProblemException(
                    ProblemType.NOT_ACCEPTABLE, "This address gives application/json, text/csv and application/xml.");
        }
        UsageFilter wanted = new UsageFilter(
                whose(owner, caller),
                group,
                filter.since(),
                filter.until(),
                filter.limit() + 1,
                filter.after() == null ? null : Cursor.parse(filter.after()));
        List<UsageRecord> records = caller.anonymous() ? List.of() : usage.list(wanted);
        boolean more = records.size() > filter.limit();
        List<UsageRecord> page = more ? records.subList(0, filter.limit()) : records;
        UsageRecord last = more ? page.get(page.size() - 1) : null;
        String next = last == null ? null : next(uri, new Cursor(last.ended(), last.session()).text());
        String type = variant.getMediaType().toString();
        String document = type.startsWith(CSV)
                ? UsageTexts.csv(page)
                : type.startsWith(Media.XML)
                        ? UsageTexts.xml(
                                page,
                                planner.base().toString(),
                                planner.ledger().now())
                        : json(page, next);
        Response.ResponseBuilder answer = Response.ok(document).type(type + ";charset=utf-8");
        if (next != null) {
            answer.header("Link", "<" + next + ">; rel=\"next\"");
        }
        return answer.build();
    }

    /** Whose records: one's own, and whosever an operator asks for; an operator's {@code *} is everybody. */
    private static @Nullable String whose(@Nullable String owner, Caller caller) {
        if (owner == null || owner.equals(caller.id())) {
            return caller.id();
        }
        if (!caller.operator()) {
            throw new ProblemException(
                    ProblemType.NOT_ALLOWED, "The usage of others is for operators of this planner.");
        }
        return owner.equals("*") ? null : owner;
    }

    private static String json(List<UsageRecord> page, @Nullable String next) {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        page.forEach(record -> items.add(UsageTexts.fields(record)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("items", items);
        if (next != null) {
            document.put("next", next);
        }
        return AuditDoor.json(document);
    }

    private String next(UriInfo uri, String cursor) {
        List<String> parameters = new ArrayList<>();
        uri.getQueryParameters().forEach((name, values) -> {
            if (!name.equals("after")) {
                values.forEach(value -> parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
            }
        });
        parameters.add("after=" + cursor);
        return planner.base() + "/usage?" + String.join("&", parameters);
    }

    /** Made for each call: a planner without a server around it has no JAX-RS to make it with. */
    private static List<Variant> variants() {
        return Variant.mediaTypes(MediaType.valueOf(Media.JSON), MediaType.valueOf(CSV), MediaType.valueOf(Media.XML))
                .build();
    }
}
