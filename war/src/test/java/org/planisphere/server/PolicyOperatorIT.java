package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.planisphere.server.Asking.codes;
import static org.planisphere.server.Asking.message;
import static org.planisphere.server.Asking.price;
import static org.planisphere.server.Asking.problem;
import static org.planisphere.server.Asking.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.Office;
import org.planisphere.client.Output;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.Updates;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Json;

/** One node with a policy and a token book, as operators run it: what a guest, a member, a lead and a student see of it. */
@Timeout(300)
class PolicyOperatorIT {
    private static final List<String> AUDITED = List.of("at", "who", "act", "object", "detail", "policy");
    private static final String POLICY = """
            version: "%s"
            groups:
              - {name: local|survey, title: The survey, joinable: true, join: "https://iam.example.org/join/survey"}
            grants:
              - id: guests
                title: Guests
                to: {anonymous: true, named: true}
                offer: {cores: 1, memory: 2GiB, duration: 10m}
                price: 1.5
              - id: survey
                title: Survey members
                to: {groups: [local|survey]}
                offer: {cores: 4, duration: 2d}
                budgets: [{per: group, period: month, core-hours: 1000}]
                price: 0.5
                priority: 10
              - id: students
                title: Students
                effect: override
                to: {groups: [local|students]}
                offer: {cores: 2, duration: 4h}
                results: stay
              - id: leads
                title: Leads
                to: {people: [local|lead]}
                offer: {cores: 8, duration: 7d}
                price: 0
                priority: 20
            """;

    private static OperatorNode node;
    private static Path policy;
    private static Path callers;
    private static Path suspensions;
    private static String leading;
    private static String studying;
    private static String dora;
    private static PlannerClient guest;
    private static PlannerClient member;
    private static PlannerClient lead;
    private static PlannerClient student;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY.formatted("1"));
        List<String> tokens = new ArrayList<>();
        StringBuilder book = new StringBuilder();
        for (String entry : List.of(
                "name: carl, groups: [survey]",
                "name: lead, roles: [operator]",
                "name: stu, groups: [students]",
                "name: dora, groups: [survey]")) {
            tokens.add(UUID.randomUUID() + "-" + UUID.randomUUID());
            book.append("- {").append(entry).append(", sha256: ").append(sha256(tokens.get(tokens.size() - 1)));
            book.append("}\n");
        }
        leading = tokens.get(1);
        studying = tokens.get(2);
        dora = tokens.get(3);
        callers = Files.writeString(folder.resolve("tokens.yaml"), book);
        suspensions = Files.writeString(folder.resolve("suspended.yaml"), "# nobody\n[]\n");
        node = new OperatorNode(folder, "governed", """
                node: {name: governed}
                identity: {tokens: %s, suspensions: %s}
                policy: {file: %s}
                platforms:
                  - id: alpha
                    name: Alpha
                    engine: process
                    capacity: {cores: 400, memory: 800GiB, storage: 50TiB, sessions: 500}
                    prices: {coreHour: 1.0}
                """.formatted(callers, suspensions, policy));
        node.begin();
        node.awaitReady();
        guest = PlannerClient.at(node.planner()).withTimeout(Duration.ofSeconds(60));
        member = guest.withToken(tokens.get(0));
        lead = guest.withToken(tokens.get(1));
        student = guest.withToken(tokens.get(2));
    }

    @AfterAll
    static void down() throws Exception {
        if (node != null) {
            node.kill();
        }
    }

    @Test
    void theSameTaskIsOfferedAtThePriceOfWhoAsks() {
        double forGuest = price(ask(guest, 1, "PT5M", "true"));
        double forMember = price(ask(member, 1, "PT5M", "true"));
        double forLead = price(ask(lead, 1, "PT5M", "true"));

        assertThat(forGuest).isPositive();
        assertThat(forMember).isCloseTo(forGuest / 3, Percentage.withPercentage(5));
        assertThat(forLead).isZero();
    }

    @Test
    void everyNoTeachesAndALargerTaskIsForTheLeadAlone() {
        OfferSetResponse toGuest = ask(guest, 4, "PT1H", "true");
        assertThat(toGuest.result).isEqualTo("NO");
        assertThat(codes(toGuest)).contains("over-your-limit", "too-long", "group-would-help");
        assertThat(message(toGuest.meta.messages, "group-would-help").values.asMap())
                .containsEntry("group", "local|survey")
                .containsEntry("join", "https://iam.example.org/join/survey");

        OfferSetResponse toMember = ask(member, 4, "PT1H", "true");
        assertThat(toMember.result).isEqualTo("YES");
        assertThat(message(toMember.offers.get(0).meta.messages, "paid-by")
                        .values
                        .asMap())
                .containsEntry("grant", "survey")
                .containsEntry("group", "local|survey");

        OfferSetResponse larger = ask(member, 8, "PT1H", "true");
        assertThat(larger.result).isEqualTo("NO");
        assertThat(message(larger.meta.messages, "over-your-limit").values.asMap())
                .containsEntry("asked", "8")
                .containsEntry("limit", "4");
        assertThat(ask(lead, 8, "PT1H", "true").result).isEqualTo("YES");
    }

    @Test
    void meTellsWhatIsGrantedAndWhatIsLeftOfABudget() {
        JsonNode me = member.me();

        assertThat(me.toString()).contains("local|carl", "Survey members", "core-hours");
        assertThat(guest.me().toString()).contains("Guests").doesNotContain("Survey members");
    }

    @Test
    void whatARunCameToIsRecordedInThreeFormats() {
        ExecutionSession ended = run(member, "echo hello; echo 42 > answer.txt");
        assertThat(member.results(member.urlOf(ended)))
                .singleElement()
                .satisfies(item -> assertThat(item.name).isEqualTo("answer.txt"));

        String id = ended.meta.uuid;
        assertThat(member.office().usage("application/json", Map.of())).contains(id, "local|survey");
        assertThat(member.office().usage("text/csv", Map.of()).lines())
                .anySatisfy(line -> assertThat(line).contains(id, "local|carl"));
        assertThat(member.office().usage("application/xml", Map.of())).contains("UsageRecord", id);
        assertThat(student.office().usage("application/json", Map.of())).doesNotContain(id);
        assertThat(problem(() -> student.office().usage("text/csv", Map.of("owner", "*")))
                        .status())
                .isEqualTo(403);
        assertThat(lead.office().usage("text/csv", Map.of("owner", "*", "group", "local|survey")))
                .contains(id);
    }

    @Test
    void resultsThatStayAreForOperatorsOnly() {
        URI session = student.urlOf(run(student, "echo secret; echo 42 > answer.txt"));

        assertThat(student.results(session)).as("what there is may be known").hasSize(1);
        assertThat(problem(() -> student.output(session, Output.STDOUT, 0, 100)).status())
                .isEqualTo(403);
        assertThat(new String(lead.output(session, Output.STDOUT, 0, 100).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("secret\n");
    }

    @Test
    void aStreamOfEventsEndsWhenItsSessionIsSharedNoLonger() throws Exception {
        URI session = member.urlOf(ask(member, 1, "PT5M", "sleep 120").offers.get(0));
        member.update(session, Updates.choice("share", "local|survey"));
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> stream = listen(session, dora, heard);
        member.accept(session);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> String.join("\n", heard).contains("\"phase\":\"RUNNING\""));

        member.update(session, Updates.choice("unshare", "local|survey"));
        assertThat(stream).as("while there is nothing to tell").isNotDone();
        member.cancel(session);

        stream.get(30, TimeUnit.SECONDS);
        assertThat(String.join("\n", heard)).doesNotContain("CANCELLED").doesNotContain("RELEASING");
        assertThat(member.session(session).phase).isEqualTo("CANCELLED");
    }

    @Test
    void aStreamOfEventsEndsWhenTheTokenIsGoodNoMore() throws Exception {
        String before = Files.readString(callers);
        String token = UUID.randomUUID() + "-" + UUID.randomUUID();
        Files.writeString(callers, before + "- {name: eve, groups: [survey], sha256: " + sha256(token) + "}\n");
        PlannerClient eve = guest.withToken(token);
        await().atMost(Duration.ofSeconds(30)).until(() -> eve.me().toString().contains("local|eve"));
        URI session = eve.urlOf(
                ask(eve, 1, "PT5M", "while sleep 1; do echo again; done").offers.get(0));
        eve.accept(session);
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> stream = listen(session, token, heard);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> String.join("\n", heard).contains("event: output"));

        Files.writeString(callers, before);

        stream.get(30, TimeUnit.SECONDS);
        assertThat(lead.session(session).phase).isEqualTo("RUNNING");
        lead.cancel(session);
    }

    @Test
    void whoeverIsWrittenIntoTheListOfTheSuspendedIsCutOffAtOnce() throws Exception {
        PlannerClient suspect = guest.withToken(dora);
        URI offer = suspect.urlOf(ask(suspect, 1, "PT5M", "true").offers.get(0));
        URI session = suspect.urlOf(ask(suspect, 1, "PT5M", "while sleep 1; do echo again; done")
                .offers
                .get(0));
        suspect.accept(session);
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> stream = listen(session, dora, heard);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> String.join("\n", heard).contains("event: output"));

        CompletableFuture<Void> quiet = listen(offer, dora, new CopyOnWriteArrayList<>());
        Files.writeString(suspensions, "- local|dora\n- elsewhere|/students\n");

        stream.get(10, TimeUnit.SECONDS);
        quiet.get(10, TimeUnit.SECONDS);
        assertThat(problem(suspect::me).status()).isEqualTo(403);
        assertThat(problem(() -> suspect.session(session)).status()).isEqualTo(403);
        assertThat(problem(() -> ask(suspect, 1, "PT5M", "true")).status()).isEqualTo(403);
        assertThat(watching(session, dora)).isEqualTo(403);
        assertThat(member.me().toString()).contains("local|carl");
        // Breaking the list, or taking it away, lets nobody in again.
        Files.writeString(suspensions, "- {not: a name}\n");
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(30))
                .until(() -> problem(suspect::me).status() == 403);

        Files.writeString(suspensions, "[]\n");
        await().atMost(Duration.ofSeconds(30)).until(() -> watching(session, dora) == 200);
        suspect.cancel(session);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(lead.office().audit(0, 10_000))
                        .contains("\"act\":\"suspend\",\"object\":\"local|dora\"")
                        .contains("\"act\":\"restore\",\"object\":\"local|dora\""));
    }

    @Test
    void streamsOfEventsAreForWhoMaySeeTheSession() throws Exception {
        URI session = student.urlOf(ask(student, 1, "PT5M", "true").offers.get(0));

        assertThat(List.of(
                        watching(session, studying),
                        watching(session, leading),
                        watching(session, dora),
                        watching(session, "")))
                .containsExactly(200, 200, 404, 404);
        student.reject(session);
    }

    /** With what a stream of events begins for whoever has this token; nobody has an empty one. */
    private static int watching(URI session, String token) throws Exception {
        HttpRequest.Builder call =
                HttpRequest.newBuilder(URI.create(session + "/events")).header("Accept", "text/event-stream");
        if (!token.isEmpty()) {
            call.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(call.build(), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    /** Reads a stream of events on a thread of its own, until it ends. */
    private static CompletableFuture<Void> listen(URI session, String token, List<String> heard) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(URI.create(session + "/events"))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<Stream<String>> stream =
                HttpClient.newHttpClient().send(call, HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        return CompletableFuture.runAsync(() -> stream.body().forEach(heard::add));
    }

    @Test
    void aPolicyIsCheckedExplainedAndTriedOnWhatWasAsked() {
        byte[] wrong = "version: '2'\ngrants: [{id: A, price: x}]\n".getBytes(StandardCharsets.UTF_8);
        assertThat(student.office().checkPolicy(wrong).path("faults")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(problem(() -> guest.office().checkPolicy(wrong)).status()).isEqualTo(401);

        JsonNode why = lead.office().explainPolicy("local|x", List.of("local|survey"), task(4, "PT1H", "true"));
        assertThat(why.path("answer").path("result").asText()).isEqualTo("YES");
        assertThat(why.path("applying").findValuesAsText("grant")).containsExactly("guests", "survey");
        assertThat(lead.office()
                        .explainPolicy(null, List.of(), task(4, "PT1H", "true"))
                        .path("answer")
                        .path("result")
                        .asText())
                .isEqualTo("NO");
        assertThat(problem(() -> member.office().explainPolicy(null, List.of(), null))
                        .status())
                .isEqualTo(403);

        ask(member, 2, "PT30M", "true");
        JsonNode tried = lead.office()
                .tryPolicy(
                        "version: none\ngrants: [{id: nobody, to: {people: [a|b]}}]".getBytes(StandardCharsets.UTF_8),
                        1);
        assertThat(tried.path("requests").asInt()).isPositive();
        assertThat(tried.path("nowRefused").toString()).contains("local|carl");
    }

    @Test
    void aChangedPolicyComesIntoForceAndABrokenOneDoesNot() throws Exception {
        Files.writeString(policy, POLICY.formatted("2"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lead.office().policy().path("version").asText().equals("2"));

        Files.writeString(policy, POLICY.formatted("3") + "  - {id: guests, to: {}}\n");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !lead.office().policy().path("faults").isEmpty());
        assertThat(lead.office().policy().path("version").asText()).isEqualTo("2");
        assertThat(ask(guest, 1, "PT5M", "true").result).isEqualTo("YES");

        Files.writeString(policy, POLICY.formatted("4"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lead.office().policy().path("version").asText().equals("4"));
        assertThat(lead.office().policy().path("faults")).isEmpty();
    }

    @Test
    void theAuditIsAChainThatReachesTheSignedHead() throws Exception {
        URI offer = member.urlOf(ask(member, 1, "PT5M", "true").offers.get(0));
        member.update(offer, Updates.choice("share", "local|survey"));
        member.update(offer, Updates.choice("unshare", "local|survey"));
        lead.reject(offer);
        publish();
        Office office = lead.office();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> office.audit(0, 10_000).contains("\"act\":\"publish\""));
        JsonNode head = office.auditHead();

        String hash = "0".repeat(64);
        List<String> acts = new ArrayList<>();
        String export = office.audit(0, (int) head.path("number").asLong());
        for (String line : export.lines().toList()) {
            JsonNode entry = Json.mapper().readTree(line);
            StringBuilder texts = new StringBuilder(part(hash))
                    .append(part(entry.path("number").asText()));
            AUDITED.forEach(name -> texts.append(part(entry.path(name).asText())));
            hash = sha256(texts.toString());
            assertThat(entry.path("hash").asText()).isEqualTo(hash);
            acts.add(entry.path("act").asText());
        }
        assertThat(hash).isEqualTo(head.path("hash").asText());
        assertThat(acts).contains("policy", "ask", "share", "unshare", "reject", "publish");
        assertThat(problem(() -> member.office().audit(0, 10)).status()).isEqualTo(403);
    }

    /** ASVS 5.0, V16.3.1 to V16.3.3 */
    @Test
    void whatADefenderWantsToSeeIsInALogOfItsOwnWithoutSecrets() throws Exception {
        URI session = member.urlOf(ask(member, 1, "PT5M", "true").offers.get(0));
        String forged = "of-nobody-" + UUID.randomUUID();
        assertThat(problem(() -> guest.withToken(forged).me()).status()).isEqualTo(401);
        assertThat(problem(() -> student.session(session)).status()).isEqualTo(404);
        assertThat(problem(() -> student.office().auditHead()).status()).isEqualTo(403);

        Path log = node.data().resolve("logs/security.0.log");
        String id = session.getPath().replaceFirst(".*/", "");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Files.readString(log))
                        .containsPattern("not-authenticated anonymous from 127.0.0.1: GET /?me")
                        .contains("recognised local|carl by a token of this node's book")
                        .contains("hidden local|stu is not shown " + id)
                        .containsPattern("not-allowed local\\|stu from 127.0.0.1: GET /?audit/head"));
        assertThat(Files.readString(log)).doesNotContain(forged, studying, leading);
        assertThat(Files.getPosixFilePermissions(log.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        member.reject(session);
    }

    @Test
    void whoTriesTokensIsToldToComeBackLater() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest known = HttpRequest.newBuilder(URI.create(node.planner() + "/me"))
                .header("Authorization", "Bearer " + studying)
                .build();
        assertThat(http.send(known, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        HttpRequest call = HttpRequest.newBuilder(node.planner())
                .header("Authorization", "Bearer of-nobody-" + UUID.randomUUID())
                .build();
        HttpResponse<String> last = http.send(call, HttpResponse.BodyHandlers.ofString());
        for (int i = 0; i < 200 && last.statusCode() != 429; i++) {
            assertThat(last.statusCode()).isEqualTo(401);
            last = http.send(call, HttpResponse.BodyHandlers.ofString());
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValueAsLong("Retry-After")).isPresent();
        assertThat(last.body()).contains("/planner/problems/");
        assertThat(http.send(known, HttpResponse.BodyHandlers.ofString()).statusCode())
                .as("somebody who was known before, at the same address")
                .isEqualTo(200);
    }

    /** Writes a record to the registry of the node, as the lead. */
    private static void publish() throws Exception {
        String record = """
                <ri:Resource xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0"
                    xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="vr:Service" status="active"
                    created="2026-01-10T09:00:00Z" updated="2026-01-12T16:30:05Z">
                  <title>What is audited</title>
                  <identifier>ivo://planisphere.local/audited</identifier>
                  <curation><publisher>Alpha</publisher><contact><name>Operations</name></contact></curation>
                  <content><subject>virtual-observatories</subject><description>About it.</description>
                    <referenceURL>https://example.org/</referenceURL></content>
                </ri:Resource>
                """;
        HttpRequest call = HttpRequest.newBuilder(node.planner().resolve("/registry/records"))
                .header("Authorization", "Bearer " + leading)
                .header("Content-Type", "application/xml")
                .POST(HttpRequest.BodyPublishers.ofString(record))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(call, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static ExecutionSession run(PlannerClient caller, String script) {
        URI session = caller.urlOf(ask(caller, 1, "PT5M", script).offers.get(0));
        caller.accept(session);
        caller.watch(session, 0, event -> {});
        ExecutionSession ended = caller.session(session);
        assertThat(ended.phase).isEqualTo("COMPLETED");
        return ended;
    }

    private static OfferSetResponse ask(PlannerClient caller, int cores, String duration, String script) {
        return caller.ask(task(cores, duration, script));
    }

    private static String part(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + ":" + text;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
