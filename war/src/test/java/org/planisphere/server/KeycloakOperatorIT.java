package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.server.Asking.codes;
import static org.planisphere.server.Asking.message;
import static org.planisphere.server.Asking.price;
import static org.planisphere.server.Asking.problem;
import static org.planisphere.server.Asking.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.client.PlannerClient;
import org.planisphere.foundation.identity.oidc.KeycloakServer;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Json;

/** A node whose people are those of a real Keycloak: with tokens, and logged in at its pages. */
@Timeout(300)
class KeycloakOperatorIT {
    private static final String POLICY = """
            version: "1"
            groups: [{name: kc|/members, title: Members, joinable: true}]
            grants:
              - id: guests
                to: {anonymous: true, named: true}
                offer: {cores: 1, duration: 10m}
                price: 2
              - id: members
                to: {groups: [kc|/members]}
                offer: {cores: 4, duration: 2d}
              - id: leads
                to: {groups: [kc|/leads]}
                offer: {cores: 8, duration: 7d}
                price: 0
            """;

    private static final String FORGED = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.AAAA";

    private static KeycloakServer keycloak;
    private static OperatorNode node;
    private static PlannerClient nobody;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        KeycloakServer found = KeycloakServer.start().orElse(null);
        Assumptions.assumeTrue(found != null, "the Keycloak distribution is not in the local Maven repository");
        keycloak = found;
        node = new OperatorNode(folder, "known", """
                node: {name: known}
                identity:
                  operators: ["kc|/operators"]
                  issuers: [%s]
                policy: {file: %s}
                platforms:
                  - {id: alpha, engine: process, capacity: {cores: 400, memory: 800GiB, storage: 50TiB, sessions: 500},
                     prices: {coreHour: 1.0}}
                """.formatted(
                        keycloak.yaml("login: {client: planisphere-pages, secret: pages, title: The demo}"),
                        Files.writeString(folder.resolve("policy.yaml"), POLICY)));
        node.begin();
        node.awaitReady();
        nobody = PlannerClient.at(node.planner()).withTimeout(Duration.ofSeconds(60));
    }

    @AfterAll
    static void down() throws Exception {
        if (node != null) {
            node.kill();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private static PlannerClient as(String person) {
        return nobody.withToken(keycloak.token(person));
    }

    @Test
    void aGuestAMemberAndALeadAreOfferedDifferentThings() {
        PlannerClient guest = as("guest");
        PlannerClient member = as("mia");
        PlannerClient lead = as("lea");

        double toGuest = price(guest.ask(task(1, "PT5M", "true")));
        assertThat(price(member.ask(task(1, "PT5M", "true")))).isCloseTo(toGuest / 2, Percentage.withPercentage(5));
        assertThat(price(lead.ask(task(1, "PT5M", "true")))).isZero();

        OfferSetResponse no = guest.ask(task(4, "PT1H", "true"));
        assertThat(no.result).isEqualTo("NO");
        assertThat(codes(no)).contains("over-your-limit", "group-would-help");
        assertThat(message(no.meta.messages, "group-would-help").values.asMap()).containsEntry("group", "kc|/members");
        assertThat(member.ask(task(4, "PT1H", "true")).result).isEqualTo("YES");
        assertThat(member.ask(task(8, "PT1H", "true")).result).isEqualTo("NO");
        assertThat(lead.ask(task(8, "PT1H", "true")).result).isEqualTo("YES");
    }

    @Test
    void everybodySeesTheirOwnAndTheOperatorSeesAll() {
        OfferSetResponse mine = as("mia").ask(task(1, "PT5M", "true"));
        URI offer = as("mia").urlOf(mine.offers.get(0));

        assertThat(as("mia").session(offer).phase).isEqualTo("OFFERED");
        assertThat(problem(() -> as("lea").session(offer)).status()).isEqualTo(404);
        assertThat(problem(() -> nobody.session(offer)).status()).isEqualTo(404);
        assertThat(as("olga").session(offer).phase).isEqualTo("OFFERED");
        assertThat(as("olga").me().path("roles").toString()).contains("operator");
        assertThat(as("lea").me().path("groups").toString()).contains("kc|/leads", "kc|/members");
    }

    @ParameterizedTest(name = "{0}: {1} for what is mia''s, {2} for what never was")
    @CsvSource({"mia,200,404", "lea,404,404", "guest,404,404", "olga,200,404", "nobody,404,404", "forged,401,401"})
    void aStreamOfEventsIsForWhoeverMayReadTheSession(String who, int hers, int unknown) throws Exception {
        URI offer =
                as("mia").urlOf(as("mia").ask(task(1, "PT5M", "true")).offers.get(0));
        assertThat(stream(URI.create(offer + "/events"), who)).isEqualTo(hers);
        assertThat(stream(offer.resolve(UUID.randomUUID() + "/events"), who)).isEqualTo(unknown);
    }

    private static int stream(URI at, String who) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at).header("Accept", "text/event-stream");
        if (!who.equals("nobody")) {
            request.header("Authorization", "Bearer " + (who.equals("forged") ? FORGED : keycloak.token(who)));
        }
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            return answer.statusCode();
        }
    }

    @Test
    void aTokenThatNobodySignedIsNobodys() {
        assertThat(problem(() -> nobody.withToken("eyJhbGciOiJub25lIn0.e30.").me())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aPersonLogsInAtAPageAndActsAsThemselves() throws Exception {
        try (Browser browser = new Browser(node.planner())) {
            assertThat(browser.json("/login").has("person")).isFalse();
            URI form = browser.get("/login?return=/planner/tryit/").location();
            assertThat(form.getRawQuery()).contains("code_challenge_method=S256", "client_id=planisphere-pages");

            URI arrived = browser.logIn(form, "mia", "mia");

            assertThat(arrived).isEqualTo(URI.create(node.planner() + "/tryit/"));
            JsonNode who = browser.json("/login");
            assertThat(who.path("person").path("name").asText()).isEqualTo("mia");
            assertThat(browser.json("/me").path("groups").toString()).contains("kc|/members");
            assertThat(browser.post(
                                    "/requests",
                                    Json.mapper().writeValueAsString(task(4, "PT1H", "true")),
                                    "https://evil.example")
                            .status())
                    .isEqualTo(403);
            Browser.Answer asked =
                    browser.post("/requests", Json.mapper().writeValueAsString(task(4, "PT1H", "true")), null);
            assertThat(asked.status()).isEqualTo(303);
            assertThat(asked.body()).contains("\"YES\"");
            assertThat(as("mia")
                            .session(URI.create(Json.mapper()
                                    .readTree(asked.body())
                                    .path("offers")
                                    .path(0)
                                    .path("meta")
                                    .path("url")
                                    .asText()))
                            .phase)
                    .isEqualTo("OFFERED");

            URI atIssuer = URI.create(browser.postAccepting("/logout", "application/json")
                    .path("issuerLogout")
                    .asText());
            assertThat(atIssuer.toString()).startsWith(keycloak.issuer());
            assertThat(browser.json("/login").has("person")).isFalse();
            assertThat(browser.get(atIssuer).status()).isLessThan(400);
        }
    }

    @Test
    void aPersonLogsInAtTheConsole() {
        Chromium.orSkip();
        try (Chromium browser = new Chromium()) {
            Page page = browser.page(1280, 850, false);
            page.navigate(node.planner().resolve("/console/#/login").toString());
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("Log in");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("The demo"))
                    .click();
            page.locator("#username").fill("mia");
            page.locator("#password").fill("mia");
            page.locator("#kc-login").click();
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("mia");
            assertThat(page.url())
                    .startsWith(node.planner().resolve("/console/").toString());

            page.navigate(node.planner().resolve("/console/#/limits").toString());
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("kc|/members");
            Chromium.shot(page, "limits-of-a-person");
            assertThat(Chromium.violations(page)).isEmpty();

            page.locator("#who").click();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out"))
                    .click();
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("Log in");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aWrongPasswordOrAStrangeAnswerLogsNobodyIn() throws Exception {
        try (Browser browser = new Browser(node.planner())) {
            URI form = browser.get("/login").location();
            assertThat(browser.logIn(form, "mia", "wrong")).isNull();
            Browser.Answer answer = browser.get("/login/callback?code=x&state=y");
            assertThat(answer.location().getRawQuery()).isEqualTo("failed=stale");
            assertThat(browser.json("/login").has("person")).isFalse();
        }
        String elsewhere = keycloak.issuer() + "/protocol/openid-connect/auth?response_type=code"
                + "&client_id=planisphere-pages&scope=openid&code_challenge_method=S256&code_challenge="
                + "x".repeat(43) + "&redirect_uri=";
        try (Browser browser = new Browser(node.planner())) {
            for (String other : new String[] {"https://evil.example/", node.planner() + "/login/callback/x"}) {
                assertThat(browser.get(URI.create(elsewhere + other)).status())
                        .as(other)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void aCodeIsGoodOnceAndForItsOwnBrowser() throws Exception {
        try (Browser mia = new Browser(node.planner());
                Browser thief = new Browser(node.planner())) {
            URI form = mia.get("/login").location();
            URI callback = mia.submit(form, "mia", "mia");
            thief.get("/login");
            assertThat(thief.get(callback).location().getRawQuery()).isEqualTo("failed=stale");
            mia.lend(thief);
            assertThat(mia.get(callback).location().getPath()).isEqualTo("/planner/login");
            assertThat(mia.json("/login").path("person").path("name").asText()).isEqualTo("mia");
            assertThat(thief.get(callback).location().getRawQuery()).isEqualTo("failed=refused");
            assertThat(thief.json("/login").has("person")).isFalse();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
