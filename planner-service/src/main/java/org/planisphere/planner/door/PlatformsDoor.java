package org.planisphere.planner.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Stack;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.session.Session;
import org.planisphere.wire.SessionList;

/** The platforms and how they are taken over time, for operators. */
@Path("/platforms")
public final class PlatformsDoor {
    private static final Duration DAY = Duration.ofDays(1);
    private static final int STEPS = 96;
    private static final int MOST_STEPS = 2_000;

    private final PlannerContext planner;

    public PlatformsDoor(PlannerContext planner) {
        this.planner = planner;
    }

    /** Every platform: what it has, and what is taken of it now. */
    @GET
    @Produces(Media.JSON)
    public String platforms(@Context ContainerRequestContext call) {
        Operators.only(call);
        List<Map<String, Object>> items = new ArrayList<>();
        planner.platforms().forEach(platform -> items.add(item(platform.describe())));
        return AuditDoor.json(Map.of("items", items));
    }

    /**
     * How much of a platform is accepted, held and free in each step between two instants: the most at any moment of the
     * step. Costs the same whatever is reserved, but for the sessions that are under way.
     */
    @GET
    @Path("{id}/timeline")
    @Produces(Media.JSON)
    public String timeline(
            @PathParam("id") String id,
            @QueryParam("from") @Nullable String from,
            @QueryParam("until") @Nullable String until,
            @QueryParam("step") @Nullable String step,
            @Context ContainerRequestContext call) {
        Operators.only(call);
        PlatformDescription platform = find(id);
        Ledger.View view = planner.ledger().view(List.of(platform.account()));
        Instant begin = instant("from", from, view.now());
        Instant end = instant("until", until, begin.plus(DAY));
        if (!begin.isBefore(end)) {
            throw wrong("until: an instant after from.");
        }
        Duration length = step(step, Duration.between(begin, end));
        Timeline all = view.timeline(platform.account());
        Stack accepted = accepted(platform, view);
        List<Map<String, Object>> steps = new ArrayList<>();
        for (Instant at = begin; at.isBefore(end); at = at.plus(length)) {
            Instant next = at.plus(length).isBefore(end) ? at.plus(length) : end;
            Window window = new Window(at, next);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("from", at.toString());
            line.put("until", next.toString());
            line.put("taken", amounts(all.peak(window)));
            line.put("accepted", amounts(accepted.peak(window)));
            steps.add(line);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("platform", platform.id());
        document.put("now", view.now().toString());
        document.put("capacity", amounts(platform.capacity()));
        document.put("steps", steps);
        return AuditDoor.json(document);
    }

    /** Everybody's sessions on a platform that are under way, the newest first. */
    @GET
    @Path("{id}/sessions")
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public SessionList sessions(@PathParam("id") String id, @Context ContainerRequestContext call) {
        Operators.only(call);
        Caller caller = CallerFilter.caller(call);
        SessionList list = new SessionList();
        list.items = planner.sessions().active(find(id).id()).stream()
                .sorted(Comparator.comparing(Session::created).reversed())
                .limit(1_000)
                .map(session -> planner.listed(session, caller))
                .toList();
        return list;
    }

    private Map<String, Object> item(PlatformDescription platform) {
        Ledger.View view = planner.ledger().view(List.of(platform.account()));
        Instant now = view.now();
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", platform.id());
        item.put("name", platform.name());
        item.put("description", platform.description());
        item.put("capacity", amounts(platform.capacity()));
        item.put("taken", amounts(view.timeline(platform.account()).peak(new Window(now, now.plusSeconds(1)))));
        item.put("openOffers", view.held(platform.account()));
        item.put("active", planner.sessions().active(platform.id()).size());
        item.put(
                "executables",
                platform.executables().stream()
                        .map(kind -> kind.name())
                        .sorted()
                        .toList());
        item.put("longest", platform.longest().toString());
        item.put("horizon", platform.horizon().toString());
        item.put("currency", platform.prices().currency());
        item.put("coreHour", platform.prices().coreHour());
        item.put("unenforced", platform.unenforced());
        return item;
    }

    private PlatformDescription find(String id) {
        return planner.platforms().stream()
                .map(platform -> platform.describe())
                .filter(platform -> platform.id().equals(id))
                .findFirst()
                .orElseThrow(ExecutionDoor::notFound);
    }

    private Stack accepted(PlatformDescription platform, Ledger.View view) {
        List<Reservation> accepted = new ArrayList<>();
        planner.sessions()
                .active(platform.id())
                .forEach(session -> view.reservation(session.id())
                        .filter(found -> found.state() == Reservation.State.CONFIRMED)
                        .ifPresent(accepted::add));
        return Stack.of(accepted);
    }

    /** By resource; what is not limited is not there. */
    private static Map<String, Long> amounts(Amounts amounts) {
        Map<String, Long> document = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            if (amounts.of(resource) < Amounts.UNLIMITED) {
                String unit = resource.unit().equals("MiB") ? "MiB" : "";
                document.put(resource.name().toLowerCase(Locale.ROOT) + unit, amounts.of(resource));
            }
        }
        return document;
    }

    private static Instant instant(String name, @Nullable String text, Instant usual) {
        if (text == null || text.isBlank()) {
            return usual;
        }
        try {
            return Instant.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw wrong(name + ": an instant such as 2026-11-21T18:00:00Z.");
        }
    }

    private static Duration step(@Nullable String text, Duration whole) {
        try {
            Duration step = text == null || text.isBlank()
                    ? Duration.ofSeconds(Math.max(1, whole.toSeconds() / STEPS))
                    : Duration.parse(text.strip());
            if (step.compareTo(Duration.ofSeconds(1)) >= 0 && whole.dividedBy(step) <= MOST_STEPS) {
                return step;
            }
        } catch (DateTimeParseException e) {
            throw wrong("step: a duration such as PT15M.");
        }
        throw wrong("step: at least PT1S, and at most " + MOST_STEPS + " steps in all.");
    }

    private static ProblemException wrong(String detail) {
        return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
    }
}
