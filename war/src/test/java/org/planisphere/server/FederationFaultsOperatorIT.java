package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.client.FaultProxy;
import org.planisphere.client.FaultProxy.Fault;
import org.planisphere.client.Output;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.PlannerProblem;
import org.planisphere.client.TestServer;
import org.planisphere.foundation.http.Line;
import org.planisphere.wire.Connector;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * Two nodes, an aggregator over them, and an aggregator over that, as operators run them. Before each of the two stands a
 * proxy that spoils what it is told to, and beside them is a planner that lies.
 */
@Timeout(420)
class FederationFaultsOperatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final Duration BUDGET = Duration.ofSeconds(8);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final List<OperatorNode> NODES = new ArrayList<>();
    private static FaultProxy alpha;
    private static FaultProxy beta;
    private static TestServer liar;
    private static PlannerClient middle;
    private static PlannerClient top;
    private static Path notebook;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        notebook = Files.writeString(
                folder.resolve("sky.ipynb"),
                "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": []}");
        OperatorNode first = new OperatorNode(folder, "alpha", "");
        OperatorNode second = new OperatorNode(folder, "beta", "");
        alpha = FaultProxy.before(first.planner());
        beta = FaultProxy.before(second.planner());
        liar = new TestServer();
        first.settings(machines("alpha", alpha, folder));
        second.settings(machines("beta", beta, folder));
        OperatorNode between = new OperatorNode(
                folder, "middle", aggregator("middle", BUDGET, List.of(alpha.planner(), beta.planner(), liar.base())));
        OperatorNode above =
                new OperatorNode(folder, "top", aggregator("top", BUDGET.plusSeconds(4), List.of(between.planner())));
        NODES.addAll(List.of(first, second, between, above));
        for (int i = 0; i < NODES.size(); i += 2) {
            NODES.get(i).begin();
            NODES.get(i + 1).begin();
            NODES.get(i).awaitReady();
            NODES.get(i + 1).awaitReady();
        }
        middle = PlannerClient.at(between.planner()).withTimeout(Duration.ofSeconds(60));
        top = PlannerClient.at(above.planner()).withTimeout(Duration.ofSeconds(60));
    }

    private static String machines(String name, FaultProxy proxy, Path files) {
        return """
                node: {name: %1$s, url: "http://127.0.0.1:%2$d"}
                planner:
                  offer: {max: 1}
                  caller:
                    anonymous: {cores: 1000, memory: 10TiB, storage: 10TiB, sessions: 1000, offers: 1000}
                platforms:
                  - {id: %1$s, name: %1$s, engine: process, files: ["%3$s"],
                     capacity: {cores: 64, memory: 64GiB, storage: 64GiB}}
                """.formatted(name, proxy.port(), files);
    }

    private static String aggregator(String name, Duration budget, List<URI> planners) {
        StringBuilder list = new StringBuilder();
        for (URI planner : planners) {
            String called = planner.equals(alpha.planner())
                    ? "alpha"
                    : planner.equals(beta.planner()) ? "beta" : planner.equals(liar.base()) ? "liar" : "middle";
            list.append("        - {name: ").append(called);
            list.append(", cores: 64, url: \"").append(planner).append("\"}\n");
        }
        return """
                node: {name: %s}
                planner:
                  caller:
                    anonymous: {cores: 1000, memory: 10TiB, storage: 10TiB, sessions: 1000, offers: 1000}
                platforms:
                  - id: others
                    engine: remote
                    remote:
                      budget: %ds
                      failures: 1000
                      planners:
                %s""".formatted(name, budget.toSeconds(), list);
    }

    @AfterAll
    static void down() throws Exception {
        for (OperatorNode node : NODES) {
            node.kill();
        }
        for (AutoCloseable part : new AutoCloseable[] {alpha, beta, liar}) {
            if (part != null) {
                part.close();
            }
        }
    }

    @BeforeEach
    void allIsWell() {
        alpha.set(Fault.NONE);
        beta.set(Fault.NONE);
        liar.json(
                "POST /requests",
                200,
                "{\"result\": \"NO\", \"meta\": {\"messages\": [{\"message\": \"Not today\"}]}}");
    }

    @Test
    void throughTwoAggregatorsATaskIsOfferedAcceptedRunAndRead() throws Exception {
        OfferSetResponse set = top.ask(task("echo deep; echo 42 > answer.txt"));
        assertThat(set.result).as(text(set)).isEqualTo("YES");
        assertThat(set.offers).extracting(offer -> offer.platform).contains("alpha", "beta");
        URI session = top.urlOf(set.offers.get(0));
        assertThat(session.getPort()).isEqualTo(NODES.get(3).planner().getPort());

        top.accept(session);
        top.watch(session, 0, event -> {});

        ExecutionSession ended = top.session(session);
        assertThat(ended.phase).as(text(ended)).isEqualTo("COMPLETED");
        assertThat(output(top, session)).isEqualTo("deep\n");
        assertThat(top.download(top.results(session).get(0), Files.createTempDirectory("results")))
                .hasContent("42");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SLOW"})
    void aNodeThatFailsCostsTheOthersNothingAndIsNamed(Fault fault) {
        beta.set(fault);
        long begun = System.nanoTime();

        OfferSetResponse set = middle.ask(task("true"));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BUDGET.plusSeconds(20));
        assertThat(set.offers).as(text(set)).extracting(offer -> offer.platform).containsOnly("alpha");
        assertThat(set.meta.messages).anySatisfy(message -> {
            assertThat(message.kind).endsWith("/planner-silent");
            assertThat(message.message).startsWith("beta ");
        });
        reject(middle, set);
    }

    @Test
    void aSlowNodeWithinTheBudgetIsHeard() {
        beta.delay(500).set(Fault.SLOW);
        OfferSetResponse set = middle.ask(task("true"));
        assertThat(set.offers).as(text(set)).extracting(offer -> offer.platform).contains("alpha", "beta");
        reject(middle, set);
    }

    @Test
    void whatANodeBelowHangsForCostsTheOneAboveNothingEither() {
        beta.set(Fault.HANG);
        OfferSetResponse set = top.ask(task("true"));
        assertThat(set.offers).as(text(set)).extracting(offer -> offer.platform).containsOnly("alpha");
        reject(top, set);
    }

    @Test
    void offersThatCannotBeMeantAreLeftOutAndTold() {
        liar.json("POST /requests", 200, """
                {"result": "YES", "offers": [
                  {"phase": "OFFERED", "expires": "2036-01-01T00:00:00Z",
                   "compute": {"cores": {"min": 5000, "max": 5000}},
                   "meta": {"uuid": "%1$s", "url": "%2$s/sessions/%1$s"}},
                  {"phase": "OFFERED", "expires": "2036-01-01T00:00:00Z",
                   "meta": {"uuid": "%1$s", "url": "https://elsewhere.example/sessions/%1$s"}},
                  {"phase": "OFFERED", "expires": "2016-01-01T00:00:00Z",
                   "meta": {"uuid": "%1$s", "url": "%2$s/sessions/late-%1$s"}}]}
                """.formatted(UUID.randomUUID(), liar.base()));
        OfferSetResponse set = middle.ask(task("true"));
        assertThat(set.offers).as(text(set)).extracting(offer -> offer.planner).containsOnly("alpha", "beta");
        assertThat(set.meta.messages.stream()
                        .filter(message -> message.kind.endsWith("/planner-lied"))
                        .map(message -> message.message))
                .hasSize(3)
                .allMatch(text -> text.startsWith("An offer of liar is left out: "));
        reject(middle, set);
    }

    @Test
    void anAcceptWhoseAnswerIsLostIsRepeatedAndCountsOnce() {
        ExecutionSession offer = offerOf(middle, "alpha", task("echo once"));
        URI session = middle.urlOf(offer);
        alpha.set(Fault.DROP_ANSWER);
        assertThatThrownBy(() -> middle.accept(session))
                .isInstanceOfSatisfying(
                        PlannerProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(503));
        assertThat(middle.session(session).phase).isEqualTo("OFFERED");

        alpha.set(Fault.NONE);
        try {
            assertThat(middle.accept(session).phase).isEqualTo("ACCEPTED");
        } catch (PlannerProblem settled) {
            // By itself, a moment before.
            assertThat(settled.status()).isEqualTo(409);
        }
        middle.watch(session, 0, event -> {});
        assertThat(middle.session(session).phase).isEqualTo("COMPLETED");
        assertThat(output(middle, session)).isEqualTo("once\n");
    }

    @Test
    void anAcceptThatNobodyRepeatsIsSettledByItself() {
        ExecutionSession offer = offerOf(middle, "alpha", task("echo settled"));
        URI session = middle.urlOf(offer);
        alpha.set(Fault.DROP_ANSWER);
        assertThatThrownBy(() -> middle.accept(session)).isInstanceOf(PlannerProblem.class);
        alpha.set(Fault.NONE);
        await().atMost(PATIENCE).until(() -> "COMPLETED".equals(middle.session(session).phase));
        assertThat(output(middle, session)).isEqualTo("settled\n");
    }

    @Test
    void aConnectionThatIsCutWhileItRunsIsFoundAgain() {
        ExecutionSession offer = offerOf(top, "alpha", task("sleep 5; echo whole"));
        URI session = top.urlOf(offer);
        top.accept(session);
        await().atMost(PATIENCE).until(() -> "RUNNING".equals(top.session(session).phase));
        alpha.cutAll();
        await().atMost(PATIENCE).until(() -> "COMPLETED".equals(top.session(session).phase));
        assertThat(output(top, session)).isEqualTo("whole\n");
    }

    @Test
    void aKernelIsTalkedToThroughTheWebSocketsOfTwoAggregators() throws Exception {
        Process probe = new ProcessBuilder("/usr/bin/python3", "-I", "-c", "import jupyter_server, ipykernel")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                probe.waitFor() == 0,
                "/usr/bin/python3 lacks jupyter_server or ipykernel (Debian: jupyter-server python3-ipykernel)");
        URI session = top.urlOf(offerOf(top, "alpha", read("""
                {"executable": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/executable/jupyter-notebook.yaml",
                  "location": "%s", "interactive": true}, "schedule": {"requested": {"duration": "PT10M"}}}""".formatted(notebook.toUri()))));
        top.accept(session);
        await().atMost(PATIENCE).until(() -> way(session).isPresent());
        String way = way(session).orElseThrow();
        assertThat(way).as("an address of the one above").startsWith(session.toString());

        HttpResponse<String> made = HTTP.send(
                HttpRequest.newBuilder(URI.create(way + "api/kernels"))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode kernel = Json.mapper().readTree(made.body());
        KernelTalk said = new KernelTalk();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(
                        URI.create(way.replaceFirst("^http", "ws") + "api/kernels/"
                                + kernel.path("id").asText() + "/channels"),
                        said)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        socket.sendText(KernelTalk.execute("6 * 7"), true);
        assertThat(said.result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("42");
        isReachedByABrowserAtTheSessionsOwnOrigin(session, kernel.path("id").asText());

        top.cancel(session);
        assertThat(said.over.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(PATIENCE).until(() -> "CANCELLED".equals(top.session(session).phase));
    }

    /** The pages that come from below name themselves by the session there; the host says which is meant here. */
    private static void isReachedByABrowserAtTheSessionsOwnOrigin(URI session, String kernel) throws Exception {
        String id = session.getPath().replaceFirst("^/planner/sessions/", "").substring(0, 36);
        HttpResponse<String> given = HTTP.send(
                HttpRequest.newBuilder(URI.create(session + "/connectors/0"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(given.statusCode()).as(given.body()).isEqualTo(201);
        URI ticket = URI.create(Json.mapper().readTree(given.body()).path("url").asText());
        String origin = "http://" + id + ".localhost:" + session.getPort();
        assertThat(ticket).asString().startsWith(origin + "/planner/entrance/");

        Line.Head entered = at(ticket, Map.of("Connection", "close"));
        assertThat(entered.status()).isEqualTo(303);
        assertThat(entered.first("location")).startsWith(origin + "/planner/sessions/" + id + "/connectors/0/");
        String pass = entered.first("set-cookie").replaceFirst(";.*", "");
        String below = origin + "/planner/sessions/" + UUID.randomUUID() + "/connectors/0/api/kernels";
        Line.Head kernels = at(URI.create(below), Map.of("Connection", "close", "Cookie", pass));
        assertThat(kernels.status()).isEqualTo(200);
        assertThat(kernels.first("content-security-policy")).isNotEmpty().doesNotContain("sandbox");
        assertThat(at(URI.create(below), Map.of("Connection", "close")).status())
                .as("without a pass")
                .isEqualTo(404);
        Map<String, String> upgrade = Map.of(
                "Connection",
                "Upgrade",
                "Upgrade",
                "websocket",
                "Sec-WebSocket-Version",
                "13",
                "Sec-WebSocket-Key",
                "dGhlIHNhbXBsZSBub25jZQ==",
                "Origin",
                origin,
                "Cookie",
                pass);
        assertThat(at(URI.create(below + "/" + kernel + "/channels"), upgrade).status())
                .isEqualTo(101);
    }

    /** What the one above answers at a host name that leads to it. */
    private static Line.Head at(URI address, Map<String, String> headers) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Host", address.getRawAuthority());
        try (Line line = Line.to(NODES.get(3).planner(), PATIENCE)) {
            return line.send("GET", address.getRawPath(), all, null, 0, PATIENCE);
        }
    }

    private static Optional<String> way(URI session) {
        List<Connector> connectors = top.session(session).connectors;
        return connectors == null
                ? Optional.empty()
                : connectors.stream()
                        .filter(connector -> connector.kind.contains("/connector/notebook"))
                        .map(connector -> connector.location)
                        .findFirst();
    }

    /** The one offer that is kept; the others are given back. */
    private static ExecutionSession offerOf(PlannerClient planner, String platform, ExecutionRequest request) {
        OfferSetResponse set = planner.ask(request);
        assertThat(set.result).as(text(set)).isEqualTo("YES");
        return set.offers.stream()
                .filter(offer -> platform.equals(offer.platform))
                .findFirst()
                .orElseThrow(() -> new AssertionError(platform + " in " + text(set)));
    }

    private static void reject(PlannerClient planner, OfferSetResponse set) {
        set.offers.forEach(offer -> planner.reject(planner.urlOf(offer)));
    }

    private static String output(PlannerClient planner, URI session) {
        return new String(planner.output(session, Output.STDOUT, 0, 1000).bytes(), StandardCharsets.UTF_8);
    }

    private static String text(Object document) {
        return new String(Codecs.write(document, Format.JSON), StandardCharsets.UTF_8);
    }

    private static ExecutionRequest task(String script) {
        return read("""
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                  "command": ["/bin/sh", "-c", "%s"]},
                 "schedule": {"requested": {"duration": "PT2M"}}}""".formatted(script));
    }

    private static ExecutionRequest read(String document) {
        try {
            return Codecs.read(document.getBytes(StandardCharsets.UTF_8), Format.JSON, ExecutionRequest.class);
        } catch (MalformedDocument e) {
            throw new AssertionError(e);
        }
    }
}
