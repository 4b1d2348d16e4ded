package org.planisphere.planner.door;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.offer.Decision;
import org.planisphere.planner.offer.Draft;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.PolicyWords;
import org.planisphere.planner.policy.AskedRequests;
import org.planisphere.planner.policy.DryRun;
import org.planisphere.planner.policy.Grant;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyBook;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.planner.quota.Budget;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.request.BadRequest;
import org.planisphere.planner.task.Fingerprint;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.GrantItem;
import org.planisphere.wire.codec.Json;

/** The policy: what is in force, whether another would be right, what it gives whom, and what it would have changed. */
@Path("/policy")
@Produces(Media.JSON)
public final class PolicyDoor {
    /** A policy may be longer than a request. */
    private static final int MOST_BYTES = 16 << 20;

    private static final int MOST_REQUESTS = 200_000;
    private static final Duration MONTH = Duration.ofDays(31);

    private final PlannerContext planner;
    private final PolicyBook book;
    private final AskedRequests requests;

    public PolicyDoor(PlannerContext planner, PolicyBook book, AskedRequests requests) {
        this.planner = planner;
        this.book = book;
        this.requests = requests;
    }

    /** Version and digest of what is in force, and what is wrong with the file when it is refused. */
    @GET
    public String policy(@Context ContainerRequestContext call) {
        Operators.only(call);
        Policy policy = book.policy();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", policy == null ? "" : policy.version());
        document.put("digest", policy == null ? "" : policy.digest());
        document.put("grants", policy == null ? 0 : policy.grants().size());
        document.put("faults", book.faults());
        return AuditDoor.json(document);
    }

    /** Every fault of a policy, or none. */
    @POST
    @Path("check")
    @Consumes({Media.YAML, Media.X_YAML, Media.TEXT_YAML})
    public String check(InputStream body, @Context ContainerRequestContext call) {
        if (CallerFilter.caller(call).anonymous()) {
            throw Operators.refused(call, "Policies are checked for callers with a token.");
        }
        Map<String, Object> document = new LinkedHashMap<>();
        try {
            Policy policy = read(body);
            document.put("version", policy.version());
            document.put("digest", policy.digest());
            document.put("grants", policy.grants().size());
            document.put("faults", List.of());
        } catch (SettingsException e) {
            document.put("faults", e.faults());
        }
        return AuditDoor.json(document);
    }

    /** Which grants apply to somebody, what they give, and what a task would be answered if nothing were taken. */
    @POST
    @Path("explain")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public String explain(
            InputStream body,
            @QueryParam("as") @Nullable String as,
            @QueryParam("group") List<String> groups,
            @Context HttpHeaders headers,
            @Context ContainerRequestContext call) {
        Operators.only(call);
        Caller caller = as == null || as.equals(Caller.ANONYMOUS.id())
                ? Caller.ANONYMOUS
                : new Caller(as, as, new LinkedHashSet<>(groups), java.util.Set.of());
        Instant now = planner.ledger().now();
        Standing standing = book.standing(caller, now);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("policy", standing.policy());
        document.put("as", caller.id());
        document.put("groups", caller.groups().stream().sorted().toList());
        Policy policy = book.policy();
        List<Map<String, Object>> applying = new ArrayList<>();
        if (policy != null) {
            policy.applying(caller, now).stream()
                    .sorted(java.util.Comparator.comparing(Grant::id))
                    .forEach(grant -> applying.add(Map.of(
                            "grant",
                            grant.id(),
                            "title",
                            grant.title(),
                            "effect",
                            grant.effect().name().toLowerCase(java.util.Locale.ROOT))));
        }
        document.put("applying", applying);
        document.put("terms", standing.terms().stream().map(PolicyDoor::terms).toList());
        document.put(
                "denials",
                standing.denials().stream()
                        .map(denial -> limits(Granted.item(denial)))
                        .toList());
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        if (bytes.length > 0) {
            Task task = task(bytes, headers);
            Decision decision = planner.desk().judge(task, standing, now);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("result", decision.yes() ? "YES" : "NO");
            answer.put(
                    "offers", decision.drafts().stream().map(PolicyDoor::offer).toList());
            answer.put(
                    "messages", decision.messages().stream().map(Message::text).toList());
            answer.put("fingerprint", Fingerprint.of(task.executable()).orElse(""));
            document.put("answer", answer);
        }
        return AuditDoor.json(document);
    }

    /** What a policy would have changed of the requests of the last month. */
    @POST
    @Path("dry-run")
    @Consumes({Media.YAML, Media.X_YAML, Media.TEXT_YAML})
    public String dryRun(
            InputStream body, @QueryParam("days") @Nullable String days, @Context ContainerRequestContext call) {
        Operators.only(call);
        Policy policy;
        try {
            policy = read(body);
        } catch (SettingsException e) {
            throw new ProblemException(ProblemType.INVALID_DOCUMENT, String.join(" ", e.faults()));
        }
        Duration back = Duration.ofDays(AuditDoor.number("days", days, MONTH.toDays(), 3_650));
        DryRun run = new DryRun(planner.desk(), book, policy);
        requests.each(planner.ledger().now().minus(back), MOST_REQUESTS, run::tryOn);
        DryRun.Report report = run.report();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("policy", policy.version());
        document.put("requests", report.requests());
        document.put("refused", report.refused());
        document.put("granted", report.granted());
        document.put("otherTerms", report.otherTerms());
        document.put("grants", report.grants());
        document.put(
                "nowRefused",
                report.nowRefused().stream().map(PolicyDoor::changed).toList());
        document.put(
                "nowGranted",
                report.nowGranted().stream().map(PolicyDoor::changed).toList());
        return AuditDoor.json(document);
    }

    private static Policy read(InputStream body) {
        return PolicyReader.read("policy", new String(Bodies.bytes(body, MOST_BYTES), StandardCharsets.UTF_8));
    }

    private Task task(byte[] bytes, HttpHeaders headers) {
        ExecutionRequest wire = Bodies.document(bytes, headers, ExecutionRequest.class, planner.maxBytes());
        try {
            return planner.reader().read(wire, planner.ledger().now());
        } catch (BadRequest e) {
            throw new ProblemException(ProblemType.INVALID_DOCUMENT, "The task has faults; see errors.", e.faults());
        }
    }

    private static Map<String, Object> terms(Terms terms) {
        Map<String, Object> document = limits(Granted.item(terms));
        document.put(
                "allowances",
                terms.allowances().stream()
                        .map(allowance -> allowance.holder() + ": " + limits(allowance.limit()))
                        .toList());
        Share share = terms.share();
        if (share != null) {
            document.put("share", share.percent());
        }
        document.put(
                "budgets",
                terms.budgets().stream()
                        .map(budget -> budget.holder() + " per "
                                + budget.periods().unit().name().toLowerCase(java.util.Locale.ROOT) + ": "
                                + limits(budget))
                        .toList());
        return document;
    }

    /** As {@code /me} tells it. */
    private static Map<String, Object> limits(GrantItem item) {
        return Json.mapper().convertValue(item, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    private static String limits(Budget budget) {
        return Arrays.stream(Resource.values())
                .filter(resource -> budget.limit().of(resource) < Amounts.UNLIMITED)
                .map(resource -> PolicyWords.resource(resource) + " "
                        + PolicyWords.number(resource, budget.limit().of(resource)) + " " + PolicyWords.unit(resource))
                .collect(Collectors.joining(", "));
    }

    /** What is limited, in its unit. */
    private static String limits(Amounts limit) {
        List<String> words = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            if (limit.of(resource) < Amounts.UNLIMITED) {
                words.add(resource.name().toLowerCase(java.util.Locale.ROOT) + " " + limit.of(resource)
                        + (resource.unit().equals("MiB") ? " MiB" : ""));
            }
        }
        return words.isEmpty() ? "no limit" : String.join(", ", words);
    }

    private static Map<String, Object> offer(Draft draft) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("platform", draft.platform());
        document.put("cores", draft.granted().cores());
        document.put("memoryMiB", draft.granted().memory());
        document.put("notes", draft.messages().stream().map(Message::text).toList());
        Double cost = draft.costs().get(0).max();
        if (cost != null) {
            document.put("cost", cost);
        }
        return document;
    }

    private static Map<String, Object> changed(DryRun.Changed changed) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("offerset", changed.request().id().toString());
        document.put("at", changed.request().at().toString());
        document.put("who", changed.request().who());
        document.put("why", changed.why());
        return document;
    }
}
