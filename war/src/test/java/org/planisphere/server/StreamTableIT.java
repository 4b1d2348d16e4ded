package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.Schemas;

/**
 * The part of the table of who may do what that needs a server which streams: every call that the OpenAPI document says may
 * answer as a stream of events, for every sort of caller of three issuers, and the caller's own id, another's and one that
 * never was. The rest of the table is {@code AccessTableTest}.
 */
@Timeout(300)
class StreamTableIT {
    private static final String EVENTS = "text/event-stream";
    private static final String ASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
             "schedule": {"requested": {"duration": "PT5M"}}}""";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final List<TestIssuer> ISSUERS = new ArrayList<>();

    private static PlanisphereServer server;
    private static String others;

    /** The sorts of callers, with the group that makes one. */
    private enum Sort {
        ANONYMOUS(null),
        GUEST(null),
        MEMBER("/members"),
        LEAD("/leads"),
        OPERATOR("/ops"),
        EXPIRED(null),
        FOREIGN(null),
        SUSPENDED("/barred");

        private final @Nullable String group;

        Sort(@Nullable String group) {
            this.group = group;
        }

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

    private record Call(String method, String path) {}

    @BeforeAll
    static void up() throws Exception {
        for (String name : List.of("iam", "egi", "kc")) {
            ISSUERS.add(TestIssuer.start(name));
        }
        Path folder = PlanisphereServer.folder("streams");
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                planner.offer.max: 1
                planner.caller.anonymous.cores: 1000
                platforms:
                  - {id: roomy, engine: process, capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}}
                identity:
                  operators: [iam|/ops, egi|/ops, kc|/ops]
                  suspended: [iam|/barred, egi|/barred, kc|/barred]
                  issuers: [%s]
                """.formatted(
                        ISSUERS.stream().map(TestIssuer::yaml).collect(Collectors.joining(", "))));
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        server = PlanisphereServer.deploy(Map.of());
        others = session(ISSUERS.get(0).token("somebody-else", "/members", "/leads"));
    }

    @AfterAll
    static void down() {
        if (server != null) {
            server.close();
        }
        System.clearProperty(Settings.FILE_PROPERTY);
        ISSUERS.forEach(TestIssuer::close);
    }

    static Stream<Who> callers() {
        List<Who> all = new ArrayList<>();
        all.add(new Who(Sort.ANONYMOUS, "", null));
        for (TestIssuer issuer : ISSUERS) {
            for (Sort sort : Sort.values()) {
                if (sort != Sort.ANONYMOUS) {
                    JWTClaimsSet.Builder claims = issuer.claims(sort.name().toLowerCase(Locale.ROOT))
                            .claim("groups", sort.group == null ? List.of() : List.of(sort.group));
                    if (sort == Sort.EXPIRED) {
                        claims.expirationTime(Date.from(Instant.now().minusSeconds(600)));
                    } else if (sort == Sort.FOREIGN) {
                        claims.audience("another-service");
                    }
                    all.add(new Who(sort, issuer.name(), issuer.sign(claims)));
                }
            }
        }
        return all.stream();
    }

    /** Every call that may answer as a stream of events. */
    private static List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        Json.mapper()
                .readTree(Schemas.openapiJson())
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
                    if (method.getValue().path("responses").findValue(EVENTS) != null) {
                        calls.add(new Call(method.getKey().toUpperCase(Locale.ROOT), path.getKey()));
                    }
                }));
        return calls;
    }

    /** An offer of the caller's. */
    private static String session(@Nullable String token) throws Exception {
        HttpRequest.Builder call = HttpRequest.newBuilder(server.url("/planner/requests"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ASK));
        if (token != null) {
            call.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = HTTP.send(call.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        JsonNode set = Json.mapper().readTree(answer.body());
        return set.path("offers").path(0).path("meta").path("uuid").asText();
    }

    /** Its status, or 0 for a stream that is none or tells what is not the caller's. */
    private static int status(Who who, Call call, String session) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        server.url("/planner" + call.path().replace("{uuid}", session)))
                .timeout(Duration.ofSeconds(60))
                .header("Accept", EVENTS);
        if (who.token() != null) {
            request.header("Authorization", "Bearer " + who.token());
        }
        if (call.method().equals("POST")) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(ASK));
        }
        HttpResponse<InputStream> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            if (answer.statusCode() == 200) {
                String type = answer.headers().firstValue("Content-Type").orElse("");
                String begun = new String(in.readNBytes(16), StandardCharsets.UTF_8);
                return type.startsWith(EVENTS) && begun.matches("(?s)(: ?watching|event: ?[a-z]|id: ?).*") ? 200 : 0;
            }
            return answer.statusCode();
        }
    }

    @Test
    void theTableHasEveryStream() throws Exception {
        assertThat(calls()).contains(new Call("POST", "/requests"), new Call("GET", "/sessions/{uuid}/events"));
        assertThat(callers()).hasSize(1 + 3 * 7);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void watchesWhatIsTheirsAndNothingElse(Who who) throws Exception {
        String own = who.sort().known() ? session(who.token()) : others;
        Map<String, String> ids = Map.of(
                "own", own, "other's", others, "unknown", UUID.randomUUID().toString());
        SoftAssertions cells = new SoftAssertions();
        for (Call call : calls()) {
            boolean ofSomething = call.path().contains("{uuid}");
            for (Map.Entry<String, String> id : ids.entrySet()) {
                if (!ofSomething && !id.getKey().equals("own")) {
                    continue;
                }
                boolean found = !ofSomething
                        || id.getKey().equals("own")
                        || id.getKey().equals("other's") && who.sort() == Sort.OPERATOR;
                int expected = switch (who.sort()) {
                    case EXPIRED, FOREIGN -> 401;
                    case SUSPENDED -> 403;
                    default -> found ? 200 : 404;
                };
                cells.assertThat(status(who, call, id.getValue()))
                        .as(who + ": " + call + ", " + id.getKey() + " id")
                        .isEqualTo(expected);
            }
        }
        cells.assertAll();
    }
}
