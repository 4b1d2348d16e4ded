package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.Schemas;

/**
 * Who may do what with what is whose: three issuers, every sort of caller, every call of the OpenAPI document, and the
 * caller's own id, another's and one that never was. A call that is added to the document is in the table by itself.
 */
class AccessTableTest {
    private static final String ASK = """
        {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
         "schedule": {"requested": {"duration": "PT5M"}}}\
        """;
    private static final String NO_OPTION =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"NEVER\"}";

    private static final Set<String> FOR_OPERATORS = Set.of(
            "/audit",
            "/audit/head",
            "/platforms",
            "/platforms/{id}/timeline",
            "/platforms/{id}/sessions",
            "/policy",
            "/policy/explain",
            "/policy/dry-run");

    private static final Set<String> FOR_THE_NAMED = Set.of("/policy/check");

    private static final List<TestIssuer> ISSUERS = new ArrayList<>();
    private static DoorServer planner;
    private static Owned others;
    private static Owned nobodys;

    /** What one caller has here: an offer set, a session, and a part of it. */
    private record Owned(String offerSet, String session, String component) {}

    /** The sorts of callers. */
    private enum Sort {
        ANONYMOUS,
        GUEST,
        MEMBER,
        LEAD,
        OPERATOR,
        EXPIRED,
        FOREIGN,
        SUSPENDED;

        boolean known() {
            return this != EXPIRED && this != FOREIGN && this != SUSPENDED;
        }
    }

    private record Who(Sort sort, String issuer, @Nullable String token) {
        @Override
        public String toString() {
            return sort.name().toLowerCase(Locale.ROOT) + (issuer.isEmpty() ? "" : " of " + issuer);
        }
    }

    private record Call(String method, String path, String type) {
        boolean ofSomething() {
            return path.contains("{uuid}");
        }
    }

    @BeforeAll
    static void up() throws Exception {
        for (String name : List.of("iam", "egi", "kc")) {
            ISSUERS.add(TestIssuer.start(name));
        }
        planner = new DoorServer(
                """
                planner.offer.max: 1
                planner.caller.anonymous.cores: 1000
                platforms: [{id: roomy, capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}}]
                identity:
                  operators: [iam|/ops, egi|/ops, kc|/ops]
                  suspended: [iam|/barred, egi|/barred, kc|/barred]
                  issuers: [%s]
                """.formatted(ISSUERS.stream().map(TestIssuer::yaml).collect(Collectors.joining(", "))));
        others = owned(ISSUERS.get(0).token("somebody-else", "/members", "/leads"));
        nobodys = new Owned(
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString());
    }

    @AfterAll
    static void down() {
        planner.close();
        ISSUERS.forEach(TestIssuer::close);
    }

    private static Owned owned(@Nullable String token) throws Exception {
        HttpResponse<String> answer = planner.send("POST", "/requests", token, ASK);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        JsonNode set = Json.mapper().readTree(answer.body());
        JsonNode session = set.path("offers").path(0);
        return new Owned(
                set.path("meta").path("uuid").asText(),
                session.path("meta").path("uuid").asText(),
                session.path("executable").path("meta").path("uuid").asText());
    }

    static Stream<Who> callers() {
        List<Who> all = new ArrayList<>();
        all.add(new Who(Sort.ANONYMOUS, "", null));
        for (TestIssuer issuer : ISSUERS) {
            // The same subject at every issuer: three people.
            Map<Sort, String> groups = Map.of(
                    Sort.MEMBER, "/members", Sort.LEAD, "/leads", Sort.OPERATOR, "/ops", Sort.SUSPENDED, "/barred");
            for (Sort sort : Sort.values()) {
                if (sort == Sort.ANONYMOUS) {
                    continue;
                }
                JWTClaimsSet.Builder claims = issuer.claims(sort.name().toLowerCase(Locale.ROOT))
                        .claim("groups", groups.containsKey(sort) ? List.of(groups.get(sort)) : List.of());
                if (sort == Sort.EXPIRED) {
                    claims.expirationTime(Date.from(Instant.now().minusSeconds(600)));
                } else if (sort == Sort.FOREIGN) {
                    claims.audience("another-service");
                }
                all.add(new Who(sort, issuer.name(), issuer.sign(claims)));
            }
        }
        return all.stream();
    }

    private static List<Call> calls() throws Exception {
        List<Call> calls = new ArrayList<>();
        Json.mapper().readTree(Schemas.openapiJson()).path("paths").fields().forEachRemaining(path -> {
            // The JDK's server has no streams of events: ContractIT asks for them at the deployed WAR.
            if (!path.getValue().has("servers") && !path.getKey().endsWith("/events")) {
                path.getValue().fieldNames().forEachRemaining(method -> {
                    if (Set.of("get", "post", "put", "delete", "patch").contains(method)) {
                        Iterator<String> types = path.getValue()
                                .path(method)
                                .path("requestBody")
                                .path("content")
                                .fieldNames();
                        calls.add(new Call(
                                method.toUpperCase(Locale.ROOT),
                                path.getKey(),
                                types.hasNext() ? types.next() : "application/json"));
                    }
                });
            }
        });
        return calls;
    }

    private static int status(Who who, Call call, Owned owned) {
        String path = call.path()
                .replace("{uuid}", call.path().startsWith("/offersets") ? owned.offerSet() : owned.session())
                .replace("{component}", owned.component())
                .replace("{group}", "executable")
                .replace("{number}", "0")
                .replace("{code}", "not-found")
                .replaceAll("/schemas/\\{name}", "/schemas/ExecutionRequest")
                .replace("{name}", call.path().startsWith("/kinds") ? "process" : "stdout.txt")
                .replaceAll("\\{[a-z]+}", "x");
        String body = null;
        if (call.method().equals("POST")) {
            body = call.ofSomething() ? NO_OPTION : ASK;
        }
        String type = call.type();
        if (call.path().equals("/accepts")) {
            String question = "tasktype=https://www.purl.org/planisphere/kinds/executable/process";
            path += "?" + question;
            body = body == null ? null : question;
            type = "application/x-www-form-urlencoded";
        }
        HttpResponse<InputStream> answer = planner.send(
                call.method(),
                path,
                who.token(),
                body,
                HttpResponse.BodyHandlers.ofInputStream(),
                "Content-Type",
                type);
        try (InputStream in = answer.body()) {
            // A 401 says how to do better, to those who show nothing and to those whose token is not good.
            assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent())
                    .as("%s: %s is challenged", who, call)
                    .isEqualTo(answer.statusCode() == 401);
            boolean named = answer.headers().firstValue("X-VO-Authenticated").isPresent();
            assertThat(named)
                    .as("%s: %s is told by name", who, call)
                    .isEqualTo(who.sort().known() && who.token() != null);
            return answer.statusCode();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theTableHasEveryCall() throws Exception {
        assertThat(calls())
                .hasSizeGreaterThanOrEqualTo(25)
                .contains(new Call("DELETE", "/sessions/{uuid}", "application/json"));
        assertThat(callers()).hasSize(1 + 3 * 7);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void getsWhatIsTheirsAndNothingElse(Who who) throws Exception {
        Map<String, Owned> ids = new LinkedHashMap<>();
        ids.put("own", who.sort().known() ? owned(who.token()) : others);
        ids.put("other's", others);
        ids.put("unknown", nobodys);
        SoftAssertions cells = new SoftAssertions();
        for (Call call : calls()) {
            for (Map.Entry<String, Owned> id : ids.entrySet()) {
                if (!call.ofSomething() && !id.getKey().equals("own")) {
                    continue;
                }
                int status = status(who, call, id.getValue());
                String cell = who + ": " + call.method() + " " + call.path() + ", " + id.getKey() + " id";
                switch (who.sort()) {
                    case EXPIRED, FOREIGN -> cells.assertThat(status).as(cell).isEqualTo(401);
                    case SUSPENDED -> cells.assertThat(status).as(cell).isEqualTo(403);
                    default -> {
                        boolean found = id.getKey().equals("own")
                                || id.getKey().equals("other's") && who.sort() == Sort.OPERATOR;
                        boolean leftNothing = call.path().endsWith("/results/{name}")
                                || call.path().contains("/connectors/");
                        if (call.ofSomething() && (!found || leftNothing)) {
                            cells.assertThat(status).as(cell).isEqualTo(404);
                        } else if (call.ofSomething()) {
                            // What an update or a removal is refused for says that it was found.
                            cells.assertThat(status).as(cell).isIn(200, 204, 409);
                        } else if (FOR_OPERATORS.contains(call.path()) && who.sort() != Sort.OPERATOR) {
                            cells.assertThat(status).as(cell).isEqualTo(who.token() == null ? 401 : 403);
                        } else if (FOR_THE_NAMED.contains(call.path()) && who.token() == null) {
                            cells.assertThat(status).as(cell).isEqualTo(401);
                        } else {
                            cells.assertThat(status).as(cell).isNotIn(401, 403).isLessThan(500);
                        }
                    }
                }
            }
        }
        cells.assertAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void nobodyAcceptsWhatIsAnothersAndOperatorsOnlyEndIt(Who who) throws Exception {
        String accept = "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}";
        int status = planner.send("POST", "/sessions/" + others.session(), who.token(), accept)
                .statusCode();
        int expected = switch (who.sort()) {
            case EXPIRED, FOREIGN -> 401;
            case SUSPENDED, OPERATOR -> 403;
            default -> 404;
        };
        assertThat(status).isEqualTo(expected);
        String owner = ISSUERS.get(0).token("somebody-else", "/members", "/leads");
        assertThat(planner.send("GET", "/sessions/" + others.session(), owner, null)
                        .body())
                .contains("\"phase\":\"OFFERED\"");
    }

    @Test
    void listsHoldTheCallersOwnOnly() throws Exception {
        TestIssuer issuer = ISSUERS.get(1);
        String token = issuer.token("somebody-else", "/members");
        Owned mine = owned(token);
        for (String list : List.of("/sessions", "/offersets")) {
            JsonNode items = Json.mapper()
                    .readTree(planner.send("GET", list, token, null).body())
                    .path("items");
            assertThat(items.findValuesAsText("uuid"))
                    .as(list)
                    .contains(list.equals("/sessions") ? mine.session() : mine.offerSet())
                    .doesNotContain(others.session(), others.offerSet());
            assertThat(planner.send("GET", list, null, null).body())
                    .doesNotContain(others.session(), mine.session(), others.offerSet(), mine.offerSet());
        }
    }

    @Test
    void whatIsNotThereAndWhatIsAnothersLookTheSame() {
        String token = ISSUERS.get(2).token("guest");
        String hidden = planner.send("GET", "/sessions/" + others.session(), token, null)
                .body();
        String absent = planner.send("GET", "/sessions/" + nobodys.session(), token, null)
                .body();
        assertThat(hidden.replaceAll("urn:uuid:[0-9a-f-]+", ""))
                .isEqualTo(absent.replaceAll("urn:uuid:[0-9a-f-]+", ""));
    }

    @Test
    void aGroupItIsSharedWithFindsItByItsAddress() throws Exception {
        TestIssuer iam = ISSUERS.get(0);
        String anna = iam.token("anna", "/members");
        Owned mine = owned(anna);
        String share = "{\"kind\": \"uri:enum-value-update\", \"path\": \"share\", \"value\": \"iam|/members\"}";
        String path = "/sessions/" + mine.session();
        assertThat(planner.send("GET", path, iam.token("bert", "/members"), null)
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> shared = planner.send("POST", path, anna, share);
        assertThat(shared.statusCode()).isEqualTo(200);
        assertThat(shared.body()).contains("unshare");
        assertThat(planner.send("GET", path, iam.token("bert", "/members"), null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(planner.send("GET", path, ISSUERS.get(1).token("bert", "/members"), null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(planner.send("POST", "/offersets/" + mine.offerSet(), anna, share)
                        .statusCode())
                .isEqualTo(200);
        assertThat(planner.send("GET", "/offersets/" + mine.offerSet(), iam.token("bert", "/members"), null)
                        .statusCode())
                .isEqualTo(200);
    }
}
