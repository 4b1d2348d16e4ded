package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.server.Asking.codes;
import static org.planisphere.server.Asking.message;
import static org.planisphere.server.Asking.price;
import static org.planisphere.server.Asking.problem;
import static org.planisphere.server.Asking.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
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
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.database.PostgresServer;
import org.planisphere.foundation.identity.oidc.KeycloakServer;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Json;

/**
 * The first planner of the compose file, with the settings, the policy and the variables that stand there, and a real Keycloak
 * with the compose file's realm and options: people with tokens, logged in at pages, and by device code.
 */
@Timeout(300)
class KeycloakOperatorIT {
    private static final String FORGED = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.AAAA";

    private static KeycloakServer keycloak;
    private static OperatorNode node;
    private static PlannerClient nobody;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        KeycloakServer found = KeycloakServer.start().orElse(null);
        Assumptions.assumeTrue(found != null, "the Keycloak distribution is not in the local Maven repository");
        keycloak = found;
        Compose compose = Compose.read();
        node = new OperatorNode(
                folder,
                "alpha",
                compose.people()
                        .replace("http://127.0.0.1:8085", keycloak.base())
                        .replace("http://keycloak:8080", keycloak.base().replace("127.0.0.1", "localhost"))
                        .replace(
                                "/etc/planisphere/policy.yaml",
                                Compose.DOCKER.resolve("policy.yaml").toString())
                        // What one test holds must not keep another waiting.
                        .replace(
                                "cores: 8, memory: 16GiB, storage: 100GiB",
                                "cores: 400, memory: 800GiB, storage: 5TiB"),
                environment(compose));
        node.begin();
        node.awaitReady();
        nobody = PlannerClient.at(node.planner()).withTimeout(Duration.ofSeconds(60));
    }

    /** What the compose file gives its first planner, but for addresses of its own network and the database. */
    private static Map<String, String> environment(Compose compose) throws Exception {
        Map<String, String> environment = compose.environment("alpha");
        assertThat(environment)
                .containsEntry("PLANISPHERE_PLANNER_ENABLED", "true")
                .containsEntry("PLANISPHERE_REGISTRY_REGISTER_URLS", "http://registry:8080/registry")
                .containsEntry("PLANISPHERE_DB_URL", "jdbc:postgresql://database/alpha");
        environment.keySet().removeIf(name -> name.matches("PLANISPHERE_(REGISTRY_REGISTER_.*|DB_.*|.*_URL)"));
        if (PostgresServer.available()) {
            environment.putAll(OnPostgres.environment(DatabaseKind.POSTGRESQL.fresh(16)));
        }
        return environment;
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
        assertThat(message(no.meta.messages, "group-would-help").values.asMap())
                .containsEntry("group", "keycloak|/members");
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
        assertThat(as("lea").me().path("groups").toString()).contains("keycloak|/leads", "keycloak|/members");
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
            assertThat(browser.json("/me").path("groups").toString()).contains("keycloak|/members");
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
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("The demo's people"))
                    .click();
            page.locator("#username").fill("mia");
            page.locator("#password").fill("mia");
            page.locator("#kc-login").click();
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("mia");
            assertThat(page.url())
                    .startsWith(node.planner().resolve("/console/").toString());

            page.navigate(node.planner().resolve("/console/#/limits").toString());
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("keycloak|/members");
            Chromium.shot(page, "limits-of-a-person");
            assertThat(Chromium.violations(page)).isEmpty();

            page.locator("#who").click();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out"))
                    .click();
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("Log in");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** The page says what happened and where to go on. */
    @Test
    void aPersonWhoRefusesConsentIsToldAndMayBeginAgain() {
        Chromium.orSkip();
        Assumptions.assumeTrue(keycloak.own(), "the realm of a Keycloak that runs already is not changed");
        consent(true);
        try (Chromium browser = new Chromium()) {
            Page page = browser.page(1280, 850, false);
            page.navigate(node.planner() + "/login?return=/console/");
            page.locator("#username").fill("mia");
            page.locator("#password").fill("mia");
            page.locator("#kc-login").click();
            page.locator("#kc-cancel").click();
            PlaywrightAssertions.assertThat(page.getByRole(AriaRole.ALERT)).containsText("The login was not completed");
            assertThat(page.url()).startsWith(node.planner() + "/login?failed=");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("The demo's people"))
                    .click();
            page.locator("#username").fill("mia");
            page.locator("#password").fill("mia");
            page.locator("#kc-login").click();
            page.locator("[name=accept]").click();
            PlaywrightAssertions.assertThat(page.locator("#who")).hasText("mia");
        } finally {
            consent(false);
        }
    }

    private static void consent(boolean wanted) {
        ObjectNode client = keycloak.client("planisphere-pages");
        keycloak.change(
                "/clients/" + client.path("id").asText(),
                client.put("consentRequired", wanted).toString());
    }

    /** What {@code planisphere login} said, and how it ended. */
    private record Said(int status, String out, String errors) {}

    /** Runs {@code planisphere login} as a person does; they open the address that it shows and do this there. */
    private static Said login(Path folder, Consumer<String> atTheAddress, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("../planisphere", "login", "--issuer", keycloak.issuer(), "--planner", node.planner() + ""));
        command.addAll(List.of(more));
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        builder.environment().put("PLANISPHERE_BUILT", "1");
        Process process = builder.start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("Open ")) {
                    atTheAddress.accept(line.substring(5));
                }
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Said(process.exitValue(), said.toString(), Files.readString(errors));
        } finally {
            process.destroyForcibly();
        }
    }

    private static void decide(String address, String button) {
        try (Chromium browser = new Chromium()) {
            Page page = browser.page(1280, 850, false);
            page.navigate(address);
            page.locator("#username").fill("lea");
            page.locator("#password").fill("lea");
            page.locator("#kc-login").click();
            page.locator(button).click();
            page.waitForURL(Pattern.compile(".*/device/status.*|.*(error|success).*|.*device.*"));
        }
    }

    @Test
    void aPersonLogsInByDeviceCodeOrRefusesOrComesTooLate(@TempDir Path folder) throws Exception {
        Chromium.orSkip();
        Assumptions.assumeTrue(keycloak.own(), "the realm of a Keycloak that runs already is not changed");
        String again = "planisphere login --issuer " + keycloak.issuer() + " --planner " + node.planner();
        keycloak.change("", "{\"oauth2DevicePollingInterval\": 1}");

        Said refused = login(folder, address -> decide(address, "[name=cancel]"));
        assertThat(refused.errors()).contains("The login was turned down.", "to be asked once more: " + again);
        assertThat(refused.status()).isNotZero();
        assertThat(folder.resolve("planisphere/login.json")).doesNotExist();

        keycloak.change("", "{\"oauth2DeviceCodeLifespan\": 2}");
        Said late = login(folder, address -> {});
        keycloak.change("", "{\"oauth2DeviceCodeLifespan\": 600}");
        assertThat(late.errors()).contains("Nobody agreed in time.", again);
        assertThat(late.status()).isEqualTo(refused.status());

        Said unknown = login(folder, address -> {}, "--client", "nobody-knows-it");
        assertThat(unknown.errors())
                .contains("The issuer refuses: ", "which public client may use the device code", " --client ");
        assertThat(unknown.status()).isEqualTo(refused.status());

        Said good = login(folder, address -> decide(address, "[name=accept]"));
        assertThat(good.errors()).isEmpty();
        assertThat(good.out()).contains("Logged in; the token is shown to ");
        assertThat(Files.getPosixFilePermissions(folder.resolve("planisphere/login.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        ProcessBuilder me = new ProcessBuilder("../planisphere", "me", "--planner", node.planner() + "");
        me.environment().put("XDG_CONFIG_HOME", folder.toString());
        me.environment().put("PLANISPHERE_BUILT", "1");
        assertThat(new String(me.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("keycloak|/leads");
    }

    /** The issuer shows such a person a page of its own and sends nobody anywhere: the address is not one of the client's. */
    @Test
    void aLoginThatWouldLeadElsewhereEndsAtTheIssuer() {
        Chromium.orSkip();
        try (Chromium browser = new Chromium()) {
            Page page = browser.page(1280, 850, false);
            page.navigate(keycloak.issuer() + "/protocol/openid-connect/auth?response_type=code&scope=openid"
                    + "&client_id=planisphere-pages&code_challenge_method=S256&code_challenge=" + "x".repeat(43)
                    + "&redirect_uri=https://evil.example/planner/login/callback");
            PlaywrightAssertions.assertThat(page.locator("body")).containsText("Invalid parameter: redirect_uri");
            assertThat(page.url()).startsWith(keycloak.issuer());
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
