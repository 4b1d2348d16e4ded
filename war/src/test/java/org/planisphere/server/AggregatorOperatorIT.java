package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.AskOptions;
import org.planisphere.client.Output;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RegistryClient;
import org.planisphere.client.SessionEvent;
import org.planisphere.client.Weights;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Message;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.ResultItem;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Three nodes as operators run them, and one before them that asks all three: two it stands in for, one it passes on. */
class AggregatorOperatorIT {
    private static final List<OperatorNode> NODES = new ArrayList<>();
    private static OperatorNode aggregator;
    private static PlannerClient planner;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        StringBuilder stood = new StringBuilder();
        String passed = "";
        for (String name : List.of("alpha", "beta", "gamma")) {
            OperatorNode node = new OperatorNode(folder, name, """
                    node: {name: %1$s}
                    planner:
                      offer: {max: 1}
                      caller:
                        anonymous: {cores: 1000, memory: 10TiB, storage: 10TiB, sessions: 1000, offers: 1000}
                    platforms:
                      - {id: %1$s, name: %1$s, engine: process, capacity: {cores: 4, memory: 8GiB, storage: 10GiB}}
                    """.formatted(name));
            NODES.add(node);
            if (name.equals("gamma")) {
                passed = "{name: gamma, url: " + node.planner() + "}";
            } else {
                stood.append(stood.length() == 0 ? "" : ", ")
                        .append("{name: ")
                        .append(name)
                        .append(", url: ")
                        .append(node.planner())
                        .append("}");
            }
        }
        aggregator = new OperatorNode(folder, "aggregator", """
                node: {name: aggregator}
                registry: {http: {allow: [%s]}}
                planner:
                  caller:
                    anonymous: {cores: 1000, memory: 10TiB, storage: 10TiB, sessions: 1000, offers: 1000}
                platforms:
                  - id: stood
                    name: Behind the wall
                    engine: remote
                    remote: {budget: 10s, planners: [%s]}
                  - id: passed
                    name: Beside us
                    engine: remote
                    remote: {style: pass-on, budget: 10s, planners: [%s]}
                """.formatted(
                        String.join(
                                ", ",
                                NODES.stream()
                                        .map(node -> "\"" + node.planner().getAuthority() + "\"")
                                        .toList()),
                        stood,
                        passed));
        for (OperatorNode node : NODES) {
            node.begin();
        }
        for (OperatorNode node : NODES) {
            node.awaitReady();
        }
        aggregator.begin();
        aggregator.awaitReady();
        planner = PlannerClient.at(aggregator.planner()).withTimeout(Duration.ofSeconds(60));
    }

    @AfterAll
    static void down() throws Exception {
        if (aggregator != null) {
            aggregator.kill();
        }
        for (OperatorNode node : NODES) {
            node.kill();
        }
    }

    @Test
    void offersOfAllPlannersComeAsTheyAreThereAndThenTogether() {
        List<String> parts = new CopyOnWriteArrayList<>();
        OfferSetResponse set = planner.askStreaming(
                task("true"),
                AskOptions.USUAL.withWeights(Weights.of("start:1,reliability:1")),
                part -> parts.add(part.meta == null ? "" : part.meta.name));
        assertThat(parts).contains("alpha", "beta", "gamma");
        assertThat(set.result).as(text(set)).isEqualTo("YES");
        assertThat(set.offers).hasSize(3);
        assertThat(set.offers)
                .extracting(offer -> offer.platform)
                .as("the platforms of the others")
                .containsExactlyInAnyOrder("alpha", "beta", "gamma");
        assertThat(standIn(set).planner).isIn("alpha", "beta");
        assertThat(set.offers.stream().map(offer -> host(offer))).contains(host(aggregator), host(NODES.get(2)));
        assertThat(set.offers)
                .allSatisfy(offer -> assertThat(message(offer, "score").values.asMap())
                        .containsKeys("score", "start", "price", "reliability"));
        reject(set);
    }

    @Test
    void inTheConsoleTheOffersOfAllPlannersAreComparedAndOneIsRun() {
        Chromium.orSkip();
        try (Chromium browser = new Chromium()) {
            Page page = browser.page(1280, 850, false);
            page.navigate(aggregator.planner().resolve("/console/").toString());
            page.waitForSelector("main[data-ready]");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask for offers"))
                    .click();
            Locator offers = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Offers"));
            for (String planner : List.of("alpha", "beta", "gamma")) {
                PlaywrightAssertions.assertThat(offers).containsText(planner);
            }
            PlaywrightAssertions.assertThat(page.locator("svg.plot g.offer")).hasCount(3);
            offers.getByRole(
                            AriaRole.BUTTON,
                            new Locator.GetByRoleOptions().setName("beta").setExact(true))
                    .click();
            PlaywrightAssertions.assertThat(page.locator(".score meter")).hasCount(7);
            Chromium.shot(page, "offers-of-a-federation");
            assertThat(Chromium.violations(page)).isEmpty();

            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName(Pattern.compile("^Accept the offer of beta")))
                    .click();
            PlaywrightAssertions.assertThat(page.locator(".phase").first()).hasText("Completed");
            PlaywrightAssertions.assertThat(page.locator("pre.output").first()).containsText("step 5 of 5");
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("when.txt").setExact(true))
                    .click();
            PlaywrightAssertions.assertThat(page.locator(".preview pre")).containsText(":");
            PlaywrightAssertions.assertThat(page.locator("aside")).containsText("beta");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aStandInIsAcceptedRunsAndGivesItsResultsThroughTheAggregator() throws Exception {
        OfferSetResponse set = planner.ask(task("echo hello; echo oops >&2; echo 42 > answer.txt"));
        ExecutionSession offer = standIn(set);
        URI session = planner.urlOf(offer);
        assertThat(host(offer)).isEqualTo(host(aggregator));

        ExecutionSession accepted = planner.accept(session);
        assertThat(accepted.phase).isEqualTo("ACCEPTED");
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        planner.watch(session, 0, events::add);

        ExecutionSession ended = planner.session(session);
        assertThat(ended.phase).as(text(ended)).isEqualTo("COMPLETED");
        assertThat(events.stream().map(SessionEvent::phase)).contains("PREPARING", "RUNNING", "COMPLETED");
        assertThat(new String(planner.output(session, Output.STDOUT, 0, 100).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("hello\n");
        assertThat(new String(planner.output(session, Output.STDERR, 0, 100).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("oops\n");
        List<ResultItem> results = planner.results(session);
        assertThat(results).singleElement().satisfies(item -> {
            assertThat(item.name).isEqualTo("answer.txt");
            assertThat(item.url).startsWith(aggregator.planner().toString());
        });
        Path fetched = planner.download(results.get(0), Files.createTempDirectory("results"));
        assertThat(fetched).hasContent("42");
    }

    @Test
    void whatFailsThereFailsHereWithItsReason() {
        URI session = planner.urlOf(standIn(planner.ask(task("exit 7"))));
        planner.accept(session);
        planner.watch(session, 0, event -> {});
        ExecutionSession ended = planner.session(session);
        assertThat(ended.phase).isEqualTo("FAILED");
        assertThat(message(ended, "run-failed").values.asMap()).containsEntry("exitCode", "7");
    }

    @Test
    void whatIsCancelledHereStopsThere() {
        URI session = planner.urlOf(standIn(planner.ask(task("sleep 600"))));
        planner.accept(session);
        await().atMost(Duration.ofSeconds(60)).until(() -> "RUNNING".equals(planner.session(session).phase));
        planner.cancel(session);
        await().atMost(Duration.ofSeconds(60)).until(() -> "CANCELLED".equals(planner.session(session).phase));
    }

    @Test
    void anOfferThatIsPassedOnIsAcceptedWhereItCameFrom() {
        OfferSetResponse set = planner.ask(task("true"));
        ExecutionSession offer = set.offers.stream()
                .filter(one -> host(one).equals(host(NODES.get(2))))
                .findFirst()
                .orElseThrow();
        URI address = URI.create(offer.meta.url);
        PlannerClient gamma = PlannerClient.of(address);
        gamma.accept(address);
        gamma.watch(address, 0, event -> {});
        assertThat(gamma.session(address).phase).isEqualTo("COMPLETED");
        assertThat(planner.offerSet(URI.create(set.meta.url)).offers)
                .as("the stored answer has it too")
                .anySatisfy(one -> assertThat(one.meta.url).isEqualTo(address.toString()));
        reject(set);
    }

    @Test
    void whenAnOriginalHasGoneTheNextBestIsTriedIfTheCallerAskedForIt() throws Exception {
        OfferSetResponse set = planner.ask(task("true"));
        List<ExecutionSession> ours = set.offers.stream()
                .filter(one -> host(one).equals(host(aggregator)))
                .toList();
        assertThat(ours).hasSize(2);
        URI first = planner.urlOf(ours.get(0));
        String name = message(ours.get(0), "stands-in").values.asMap().get("planner");
        NODES.get(name.equals("alpha") ? 0 : 1).forgetEverything();

        ExecutionSession accepted =
                planner.withHeaders(Map.of("Prefer", "next-best")).accept(first);

        assertThat(accepted.meta.uuid).isEqualTo(ours.get(1).meta.uuid);
        assertThat(planner.session(first).phase).isEqualTo("REJECTED");
        planner.watch(planner.urlOf(accepted), 0, event -> {});
        assertThat(planner.session(planner.urlOf(accepted)).phase).isEqualTo("COMPLETED");
    }

    @Test
    void anAggregatorKilledWhileItsSessionsRunTakesThemUpAgain() throws Exception {
        URI session = planner.urlOf(standIn(planner.ask(task("sleep 3; echo done > done.txt"))));
        planner.accept(session);
        await().atMost(Duration.ofSeconds(60)).until(() -> "RUNNING".equals(planner.session(session).phase));
        aggregator.kill();
        aggregator.begin();
        aggregator.awaitReady();
        planner.watch(session, 0, event -> {});
        assertThat(planner.session(session).phase).isEqualTo("COMPLETED");
        assertThat(planner.results(session))
                .singleElement()
                .satisfies(item -> assertThat(item.name).isEqualTo("done.txt"));
    }

    @Test
    void thePortalOfThePageFindsThePlannersOfARegistryAndRunsATask(@TempDir Path folder) throws Exception {
        RegistryClient registry = RegistryClient.at(aggregator.registry()).withToken(OperatorNode.PUBLISHER);
        for (OperatorNode node : NODES) {
            registry.register(URI.create(node.planner() + "/capabilities"));
        }
        StringBuilder code = new StringBuilder();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("../docs/client-java.md"))) {
            inside = line.equals("## A portal in 30 lines") || inside && !line.startsWith("`Portal ");
            if (inside && line.startsWith("    ")) {
                code.append(line.substring(4)).append('\n');
            }
        }
        assertThat(code.toString().lines()).as("lines of the portal").hasSizeLessThan(42);
        Path source = Files.writeString(folder.resolve("Portal.java"), code);
        Path task = Files.write(folder.resolve("task.yaml"), Codecs.write(task("echo 42 > answer.txt"), Format.YAML));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process portal = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        path,
                        source.toString(),
                        aggregator.registry().toString(),
                        task.toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(portal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(portal.waitFor()).as(said).isZero();
        assertThat(said).contains("COMPLETED");
        assertThat(folder.resolve("answer.txt")).hasContent("42");
    }

    @Test
    void aQuestionThatComesBackIsAnsweredNo() {
        String name = org.planisphere.planner.federation.Trip.nameOf(
                aggregator.planner().toString());
        OfferSetResponse set = planner.withHeaders(Map.of("Planisphere-Path", "0123456789abcdef, " + name))
                .ask(task("true"));
        assertThat(set.result).isEqualTo("NO");
        assertThat(set.meta.messages)
                .anySatisfy(message -> assertThat(message.kind).endsWith("question-in-a-loop"));
    }

    private static ExecutionSession standIn(OfferSetResponse set) {
        assertThat(set.result).as(text(set)).isEqualTo("YES");
        return set.offers.stream()
                .filter(offer -> host(offer).equals(host(aggregator)))
                .findFirst()
                .orElseThrow();
    }

    private static Message message(ExecutionSession session, String code) {
        return session.meta.messages.stream()
                .filter(message -> message.kind.endsWith("/" + code))
                .findFirst()
                .orElseThrow(() -> new AssertionError(code + " in " + text(session)));
    }

    private static void reject(OfferSetResponse set) {
        set.offers.stream()
                .filter(offer -> host(offer).equals(host(aggregator)))
                .forEach(offer -> planner.reject(planner.urlOf(offer)));
    }

    private static String text(Object document) {
        return new String(Codecs.write(document, Format.JSON), StandardCharsets.UTF_8);
    }

    private static String host(ExecutionSession offer) {
        URI address = URI.create(offer.meta.url);
        return address.getHost() + ":" + address.getPort();
    }

    private static String host(OperatorNode node) {
        return node.planner().getHost() + ":" + node.planner().getPort();
    }

    private static ExecutionRequest task(String script) {
        try {
            return Codecs.read(
                    """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                  "command": ["/bin/sh", "-c", "%s"]},
                 "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                  "cores": {"min": 1, "max": 1}, "memory": {"min": 1, "max": 1}},
                 "schedule": {"requested": {"duration": "PT2M"}}}""".formatted(script).getBytes(StandardCharsets.UTF_8), Format.JSON, ExecutionRequest.class);
        } catch (MalformedDocument e) {
            throw new AssertionError(e);
        }
    }
}
