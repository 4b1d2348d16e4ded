package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.TokenBook;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.AcceptsResponse;
import org.planisphere.wire.Executable;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Me;
import org.planisphere.wire.Message;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.Option;
import org.planisphere.wire.Problem;
import org.planisphere.wire.RequestedSchedule;
import org.planisphere.wire.ResultList;
import org.planisphere.wire.Schedule;
import org.planisphere.wire.SessionList;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * The contract as callers meet it: over HTTP, at the deployed WAR, with real runs of the process engine. A subclass names
 * the database.
 */
abstract class ContractTests {
    private static final String OURS = "https://www.purl.org/planisphere/kinds/";
    private static final String ANNA = "token-of-anna-0123456789abcdef";
    private static final String BERT = "token-of-bert-0123456789abcdef";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private static PlanisphereServer server;

    /** Deploys the node of all these tests on a fresh database of this kind. */
    static void up(DatabaseKind kind) throws IOException {
        Map<String, String> settings = new HashMap<>();
        if (kind == DatabaseKind.POSTGRESQL) {
            settings.putAll(OnPostgres.settings(kind.fresh(16)));
        }
        Path folder = PlanisphereServer.folder("contract");
        Path tokens = Files.writeString(
                folder.resolve("tokens.yaml"),
                "- {name: anna, sha256: " + TokenBook.sha256(ANNA) + "}\n- {name: bert, sha256: "
                        + TokenBook.sha256(BERT) + "}\n");
        // More than the host has: what one test holds must not keep another waiting.
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                platforms:
                  - id: roomy
                    name: Roomy
                    engine: process
                    capacity: {cores: 10000, memory: 100TiB, storage: 100TiB}
                    prices: {coreHour: 60}
                """);
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        settings.put("identity.tokens", tokens.toString());
        settings.put("planner.offer.lifetime", "PT2M");
        settings.put("planner.caller.anonymous.cores", "100000");
        settings.put("planner.caller.anonymous.memory", "1TiB");
        settings.put("planner.caller.anonymous.storage", "100TiB");
        server = PlanisphereServer.deploy(settings);
    }

    @AfterAll
    static void down() {
        if (server != null) {
            server.close();
            server = null;
        }
        System.clearProperty(Settings.FILE_PROPERTY);
    }

    /** A request to run these words, for a minute at most. */
    private static ExecutionRequest running(String... words) {
        ExecutionRequest request = new ExecutionRequest();
        request.executable = new Executable();
        request.executable.kind = OURS + "executable/process";
        request.executable.command = List.of(words);
        request.schedule = new Schedule();
        request.schedule.requested = new RequestedSchedule();
        request.schedule.requested.duration = "PT1M";
        return request;
    }

    private static HttpRequest.Builder to(String path, String token) {
        URI uri = path.startsWith("http") ? URI.create(path) : server.url("/planner" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> post(String path, Object document, Format format, String token)
            throws Exception {
        return send(to(path, token)
                .header("Content-Type", format.mediaType())
                .header("Accept", format.mediaType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(Codecs.write(document, format))));
    }

    private static <T> T get(String path, Class<T> type, String token) throws Exception {
        HttpResponse<byte[]> answer = send(to(path, token));
        assertThat(answer.statusCode()).isEqualTo(200);
        return Codecs.read(answer.body(), Format.JSON, type);
    }

    private static <T> T read(HttpResponse<byte[]> answer, Format format, Class<T> type) throws MalformedDocument {
        return Codecs.read(answer.body(), format, type);
    }

    private static OfferSetResponse ask(ExecutionRequest request, String token) throws Exception {
        return read(post("/requests", request, Format.JSON, token), Format.JSON, OfferSetResponse.class);
    }

    private static Update phase(String value) {
        Update update = new Update();
        update.kind = "uri:enum-value-update";
        update.path = "phase";
        update.value = value;
        return update;
    }

    private static ExecutionSession accept(ExecutionSession offer, String token) throws Exception {
        HttpResponse<byte[]> answer = post("/sessions/" + offer.meta.uuid, phase("ACCEPTED"), Format.JSON, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        return read(answer, Format.JSON, ExecutionSession.class);
    }

    /** Reads the session's events to their end, which is its end. */
    private static String events(String session, String token) throws Exception {
        return new String(send(to("/sessions/" + session + "/events", token)).body(), StandardCharsets.UTF_8);
    }

    private static String text(String path, String token) throws Exception {
        return new String(send(to(path, token)).body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void anOfferIsAskedAcceptedRunAndReadInEveryFormat(Format format) throws Exception {
        HttpResponse<byte[]> answer = post(
                "/requests", running("/bin/sh", "-c", "echo out; echo err >&2; echo kept > file.txt"), format, null);
        assertThat(answer.statusCode()).isEqualTo(303);
        OfferSetResponse set = read(answer, format, OfferSetResponse.class);
        assertThat(set.result).isEqualTo("YES");
        assertThat(answer.headers().firstValue("Location")).contains(set.meta.url);

        HttpResponse<byte[]> accepted =
                post("/sessions/" + set.offers.get(0).meta.uuid, phase("ACCEPTED"), format, null);
        assertThat(accepted.statusCode()).isEqualTo(200);
        String session = read(accepted, format, ExecutionSession.class).meta.uuid;

        assertThat(events(session, null)).contains("ACCEPTED", "PREPARING", "RUNNING", "RELEASING", "COMPLETED");
        assertThat(text("/sessions/" + session + "/stdout", null)).isEqualTo("out\n");
        assertThat(text("/sessions/" + session + "/stderr", null)).isEqualTo("err\n");
        HttpResponse<byte[]> results =
                send(to("/sessions/" + session + "/results", null).header("Accept", format.mediaType()));
        ResultList list = read(results, format, ResultList.class);
        assertThat(list.items).hasSize(1);
        assertThat(list.items.get(0).name).isEqualTo("file.txt");
        assertThat(list.items.get(0).size).isEqualTo(5);
        assertThat(text(list.items.get(0).url, null)).isEqualTo("kept\n");
        assertThat(list.items.get(0).sha256).isEqualTo(sha256("kept\n"));
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(
                send(to("/sessions/" + session + "/results.zip", null)).body()))) {
            ZipEntry entry = zip.getNextEntry();
            assertThat(entry.getName()).isEqualTo("file.txt");
        }
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void xmlAnswersAreValid() throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        var schema = factory.newSchema(ContractTests.class.getResource("/org/planisphere/wire/planisphere.xsd"));
        HttpResponse<byte[]> yes = post("/requests", running("/bin/true"), Format.XML, null);
        schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(yes.body())));
        ExecutionRequest never = running("/bin/true");
        never.executable.kind = "https://nobody.example/kinds/executable/mystery.yaml";
        HttpResponse<byte[]> no = post("/requests", never, Format.XML, null);
        assertThat(read(no, Format.XML, OfferSetResponse.class).result).isEqualTo("NO");
        schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(no.body())));
        HttpResponse<byte[]> refused = post("/requests", new ExecutionRequest(), Format.XML, null);
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+xml");
        schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(refused.body())));
    }

    @Test
    void everyAddressInAnAnswerResolves() throws Exception {
        OfferSetResponse set = ask(running("/bin/true"), null);
        assertThat(get(set.meta.url, OfferSetResponse.class, null).meta.uuid).isEqualTo(set.meta.uuid);
        for (ExecutionSession offer : set.offers) {
            assertThat(get(offer.meta.url, ExecutionSession.class, null).phase).isEqualTo("OFFERED");
            assertThat(send(to(offer.executable.meta.url, null)).statusCode()).isEqualTo(200);
            assertThat(send(to(offer.compute.meta.url, null)).statusCode()).isEqualTo(200);
            UUID.fromString(offer.executable.meta.uuid);
        }
    }

    @Test
    void everyMessageHasAPage() throws Exception {
        ExecutionRequest never = running("/bin/true");
        never.executable.kind = "https://nobody.example/kinds/executable/mystery.yaml";
        List<Message> messages = new ArrayList<>(ask(never, null).meta.messages);
        String session = read(
                        post("/direct", running("/bin/false"), Format.JSON, null), Format.JSON, ExecutionSession.class)
                .meta
                .uuid;
        events(session, null);
        messages.addAll(get("/sessions/" + session, ExecutionSession.class, null).meta.messages);
        assertThat(messages).hasSizeGreaterThan(1);
        for (Message message : messages) {
            assertThat(text(message.kind, null)).contains("What helps: ");
        }
    }

    @Test
    void acceptingOneRejectsItsSiblings() throws Exception {
        OfferSetResponse set = ask(running("/bin/true"), null);
        assertThat(set.offers).hasSizeGreaterThan(1);
        accept(set.offers.get(0), null);
        OfferSetResponse now = get(set.meta.url, OfferSetResponse.class, null);
        Set<String> others = now.offers.stream()
                .filter(offer -> !offer.meta.uuid.equals(set.offers.get(0).meta.uuid))
                .map(offer -> offer.phase)
                .collect(Collectors.toSet());
        assertThat(others).containsExactly("REJECTED");
        HttpResponse<byte[]> sibling =
                post("/sessions/" + set.offers.get(1).meta.uuid, phase("ACCEPTED"), Format.JSON, null);
        assertThat(sibling.statusCode()).isEqualTo(409);
    }

    @Test
    void aRunningTaskIsStoppedWithItsChildren() throws Exception {
        // Nobody else's on this machine.
        String mark = "300." + ThreadLocalRandom.current().nextLong(1_000_000_000_000L);
        OfferSetResponse set = ask(running("/bin/sh", "-c", "sleep " + mark + " & sleep " + mark), null);
        ExecutionSession session = accept(set.offers.get(0), null);
        awaitPhase(session.meta.uuid, "RUNNING");
        ExecutionSession cancelled = read(
                post("/sessions/" + session.meta.uuid, phase("CANCELLED"), Format.JSON, null),
                Format.JSON,
                ExecutionSession.class);
        assertThat(cancelled.phase).isEqualTo("CANCELLED");
        assertThat(cancelled.meta.options).isNull();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains("sleep " + mark)))
                .isEmpty();
    }

    @Test
    void aRunningSessionIsLengthenedThroughItsOptions() throws Exception {
        OfferSetResponse set = ask(running("/bin/sleep", "300"), null);
        ExecutionSession session = accept(set.offers.get(0), null);
        awaitPhase(session.meta.uuid, "RUNNING");
        ExecutionSession now = get("/sessions/" + session.meta.uuid, ExecutionSession.class, null);
        Option option = now.meta.options.stream()
                .filter(some -> "uri:integer-delta-option".equals(some.kind))
                .findFirst()
                .orElseThrow();
        Update longer = new Update();
        longer.kind = "uri:integer-delta-update";
        longer.path = option.path;
        longer.delta = 60L;
        longer.units = "s";
        HttpResponse<byte[]> answer = post("/sessions/" + session.meta.uuid, longer, Format.JSON, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Duration.parse(read(answer, Format.JSON, ExecutionSession.class).schedule.available.duration))
                .isEqualTo(Duration.ofMinutes(2));
        post("/sessions/" + session.meta.uuid, phase("CANCELLED"), Format.JSON, null);
    }

    @Test
    void whatASessionCostsFollowsItsDuration() throws Exception {
        ExecutionRequest request = running("/bin/true");
        request.schedule.requested.duration = "PT10M";
        request.schedule.requested.start =
                Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS) + "/PT1H";
        ExecutionSession session = accept(ask(request, null).offers.get(0), null);
        String path = "/sessions/" + session.meta.uuid;
        double cores = session.compute.cores.max;
        double offered = most(session);

        ExecutionSession longer = changed(path, "uri:integer-delta-update", null, 300L);
        // A core costs 1 for a minute here.
        assertThat(most(longer)).isCloseTo(offered + 5 * cores, within(1e-5));
        ExecutionSession shorter = changed(path, "uri:integer-value-update", 120L, null);
        assertThat(most(shorter)).isCloseTo(offered - 8 * cores, within(1e-5));
        assertThat(least(shorter)).isEqualTo(least(session));

        Update move = new Update();
        move.kind = "uri:string-value-update";
        move.path = "schedule/available/start";
        move.value = Instant.now().plus(Duration.ofHours(5)).truncatedTo(ChronoUnit.SECONDS) + "/PT10M";
        HttpResponse<byte[]> moved = post(path, move, Format.JSON, null);
        assertThat(moved.statusCode()).isEqualTo(200);
        assertThat(most(read(moved, Format.JSON, ExecutionSession.class))).isEqualTo(most(shorter));
        assertThat(most(get(path, ExecutionSession.class, null))).isEqualTo(most(shorter));
        assertThat(most(get(session.offerset, OfferSetResponse.class, null).offers.stream()
                        .filter(offer -> offer.meta.uuid.equals(session.meta.uuid))
                        .findFirst()
                        .orElseThrow()))
                .isEqualTo(most(shorter));
        post(path, phase("CANCELLED"), Format.JSON, null);
    }

    /** What a session costs at most, in money. */
    private static double most(ExecutionSession session) {
        return session.costs.get(0).max;
    }

    private static double least(ExecutionSession session) {
        return session.costs.get(0).min;
    }

    /** The session with another duration, and read again as it is kept. */
    private static ExecutionSession changed(String path, String kind, Long seconds, Long delta) throws Exception {
        Update update = new Update();
        update.kind = kind;
        update.path = "schedule/available/duration";
        update.value = seconds == null ? null : seconds.toString();
        update.delta = delta;
        update.units = "s";
        HttpResponse<byte[]> answer = post(path, update, Format.JSON, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        ExecutionSession told = read(answer, Format.JSON, ExecutionSession.class);
        ExecutionSession kept = get(path, ExecutionSession.class, null);
        assertThat(most(kept)).isEqualTo(most(told));
        return kept;
    }

    private static void awaitPhase(String session, String phase) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> get("/sessions/" + session, ExecutionSession.class, null)
                        .phase
                        .equals(phase));
    }

    @Test
    void aFailedRunKeepsItsOutput() throws Exception {
        HttpResponse<byte[]> answer =
                post("/direct", running("/bin/sh", "-c", "echo before the end; exit 3"), Format.JSON, null);
        assertThat(answer.statusCode()).isEqualTo(303);
        String session = read(answer, Format.JSON, ExecutionSession.class).meta.uuid;
        assertThat(events(session, null)).contains("FAILED");
        assertThat(text("/sessions/" + session + "/stdout", null)).isEqualTo("before the end\n");
    }

    @Test
    void whatCannotBeMetIsA400AtDirect() throws Exception {
        ExecutionRequest huge = running("/bin/true");
        huge.compute = new org.planisphere.wire.Compute();
        huge.compute.kind =
                "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml";
        huge.compute.cores = new org.planisphere.wire.MinMax();
        huge.compute.cores.min = 1_000_000L;
        assertThat(post("/direct", huge, Format.JSON, null).statusCode()).isEqualTo(400);
        OfferSetResponse set = ask(huge, null);
        assertThat(set.result).isEqualTo("NO");
        assertThat(set.meta.messages).anySatisfy(message -> {
            assertThat(message.values.asMap()).containsEntry("asked", "1000000");
            assertThat(message.message).contains("1000000");
        });
    }

    @Nested
    class Ownership {
        @Test
        void whatIsAnnasIsNotFoundByOthers() throws Exception {
            OfferSetResponse set = ask(running("/bin/true"), ANNA);
            String session = "/sessions/" + set.offers.get(0).meta.uuid;
            for (String other : new String[] {BERT, null}) {
                for (String path : List.of(
                        "/offersets/" + set.meta.uuid,
                        session,
                        session + "/stdout",
                        session + "/stderr",
                        session + "/results",
                        session + "/results.zip",
                        session + "/events")) {
                    assertThat(send(to(path, other)).statusCode()).as(path).isEqualTo(404);
                }
                assertThat(post(session, phase("ACCEPTED"), Format.JSON, other).statusCode())
                        .isEqualTo(404);
                assertThat(send(to(session, other).DELETE()).statusCode()).isEqualTo(404);
            }
            assertThat(send(to(session, ANNA)).statusCode()).isEqualTo(200);
        }

        @Test
        void listsHoldTheCallersOwnPageByPage() throws Exception {
            for (int i = 0; i < 3; i++) {
                ask(running("/bin/true"), BERT);
            }
            SessionList first = get("/sessions?limit=2", SessionList.class, BERT);
            assertThat(first.items).hasSize(2);
            SessionList second = get(first.next, SessionList.class, BERT);
            assertThat(second.items).isNotEmpty();
            assertThat(second.items.get(0).meta.uuid)
                    .isNotIn(first.items.get(0).meta.uuid, first.items.get(1).meta.uuid);
            assertThat(get("/sessions", SessionList.class, null).items).isNullOrEmpty();
            assertThat(send(to("/sessions?after=nonsense", BERT)).statusCode()).isEqualTo(400);
        }

        @Test
        void anUnknownTokenIsNobodysAndNoDoorOpensForIt() throws Exception {
            HttpResponse<byte[]> answer = send(to("/me", "guessed"));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Bearer");
            assertThat(answer.headers().firstValue("X-VO-Authenticated")).isEmpty();
        }

        @Test
        void meTellsWhoAsks() throws Exception {
            assertThat(get("/me", Me.class, ANNA).name).isEqualTo("anna");
            assertThat(get("/me", Me.class, null).anonymous).isTrue();
        }
    }

    @Test
    void anEndedSessionIsDeletedWithItsResults() throws Exception {
        String session = read(
                        post("/direct", running("/bin/true"), Format.JSON, null), Format.JSON, ExecutionSession.class)
                .meta
                .uuid;
        events(session, null);
        assertThat(send(to("/sessions/" + session, null).DELETE()).statusCode()).isEqualTo(204);
        assertThat(send(to("/sessions/" + session, null)).statusCode()).isEqualTo(404);
    }

    @Nested
    class IdempotencyKeys {
        private HttpResponse<byte[]> ask(String key, ExecutionRequest request) throws Exception {
            return send(to("/requests", null)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Codecs.write(request, Format.JSON))));
        }

        @Test
        void theSameKeyAndBodyGetTheSameAnswer() throws Exception {
            String key = UUID.randomUUID().toString();
            HttpResponse<byte[]> first = ask(key, running("/bin/true"));
            HttpResponse<byte[]> second = ask(key, running("/bin/true"));
            assertThat(second.statusCode()).isEqualTo(303);
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(second.headers().firstValue("Location"))
                    .isEqualTo(first.headers().firstValue("Location"));
        }

        @Test
        void anotherBodyUnderTheSameKeyIsRefused() throws Exception {
            String key = UUID.randomUUID().toString();
            ask(key, running("/bin/true"));
            assertThat(ask(key, running("/bin/false")).statusCode()).isEqualTo(422);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/bin/true,YES,executable/process",
        ",NO,executable/zeppelin-notebook",
    })
    void theSimpleQuestionIsAnsweredFromTheSameEvaluation(String unused, String word, String kind) throws Exception {
        AcceptsResponse answer = get("/accepts?tasktype=" + OURS + kind, AcceptsResponse.class, null);
        assertThat(answer.responseword).isEqualTo(word);
        HttpResponse<byte[]> form = send(to("/accepts", null)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("tasktype=" + OURS + kind)));
        assertThat(read(form, Format.JSON, AcceptsResponse.class).responseword).isEqualTo(word);
        HttpResponse<byte[]> multipart = send(to("/accepts", null)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "--b\r\nContent-Disposition: form-data; name=\"tasktype\"\r\n\r\n" + OURS + kind
                                + "\r\n--b--\r\n")));
        assertThat(read(multipart, Format.JSON, AcceptsResponse.class).responseword)
                .isEqualTo(word);
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @ValueSource(strings = {"{", "[]", "{\"executable\":{}}", "{\"executable\":{\"kind\":7}}", "null", ""})
        void badDocumentsAreProblemsThatListTheirFaults(String body) throws Exception {
            HttpResponse<byte[]> answer = send(to("/requests", null)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).isEqualTo(400);
            Problem problem = Codecs.read(answer.body(), Format.JSON, Problem.class);
            assertThat(problem.errors).isNotEmpty();
            assertThat(send(to(problem.type.replace("/planner", ""), null)).statusCode())
                    .isEqualTo(200);
        }

        @Test
        void aHugeBodyIsRefusedWithoutBeingRead() throws Exception {
            HttpResponse<byte[]> answer = send(to("/requests", null)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2_000_000])));
            assertThat(answer.statusCode()).isEqualTo(413);
        }

        @Test
        void formatsNobodySpeaksAreRefused() throws Exception {
            assertThat(send(to("/requests", null)
                                    .header("Content-Type", "text/csv")
                                    .POST(HttpRequest.BodyPublishers.ofString("a,b")))
                            .statusCode())
                    .isEqualTo(415);
            assertThat(send(to("/me", null).header("Accept", "image/png")).statusCode())
                    .isEqualTo(406);
            assertThat(send(to("/me", null).DELETE()).statusCode()).isEqualTo(405);
        }

        @Test
        void anUpdateThatIsNoOptionIsRefused() throws Exception {
            OfferSetResponse set = ContractTests.ask(running("/bin/true"), null);
            HttpResponse<byte[]> answer =
                    post("/sessions/" + set.offers.get(0).meta.uuid, phase("COMPLETED"), Format.JSON, null);
            assertThat(answer.statusCode()).isEqualTo(409);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/capabilities",
                "/availability",
                "/openapi",
                "/openapi.json",
                "/openapi.yaml",
                "/tryit/",
                "/tryit/tryit.js",
                "/tryit/tryit.css",
                "/kinds",
                "/kinds/executable/python-program",
                "/schemas/execution-request",
                "/planisphere.xsd",
                "/problems/conflict"
            })
    void whatThePlannerSaysOfItselfIsThere(String path) throws Exception {
        HttpResponse<byte[]> answer = send(to(path, null));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isNotEmpty();
    }
}
