package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** What operators see of their platforms, and what anybody may begin a task with. */
class PlatformsDoorTest {
    private static final Map<String, String> PAGES = Map.of(
            "/task.yaml",
            "executable: {kind: https://www.purl.org/planisphere/kinds/executable/process, command: ['true']}",
            "/codemeta.json",
            "{\"@context\": \"https://doi.org/10.5063/schema/codemeta-2.0\", \"name\": \"Stars\","
                    + " \"codeRepository\": \"https://git.example.org/stars\", \"programmingLanguage\": \"Python\"}",
            "/page.html",
            "<html><body>Nothing</body></html>");

    private static TestIssuer issuer;
    private static DoorServer planner;
    private static HttpServer web;
    private static String operator;
    private static String someone;

    @BeforeAll
    static void up() throws Exception {
        issuer = TestIssuer.start("iam");
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            String page = PAGES.get(exchange.getRequestURI().getPath());
            byte[] bytes = page == null ? new byte[0] : page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(page == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        web.start();
        planner = new DoorServer("""
                staging.http.allow: [127.0.0.1:%d]
                planner.offer.max: 1
                platforms: [{id: small, name: Small one, capacity: {cores: 4, memory: 8GiB, storage: 10GiB}}]
                identity:
                  operators: [iam|/ops]
                  issuers: [%s]
                """.formatted(web.getAddress().getPort(), issuer.yaml()));
        operator = issuer.token("olaf", "/ops");
        someone = issuer.token("sara", "/members");
    }

    @AfterAll
    static void down() {
        planner.close();
        issuer.close();
        web.stop(0);
    }

    private static JsonNode read(String path, @Nullable String token) throws Exception {
        HttpResponse<String> answer = planner.send("GET", path, token, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.mapper().readTree(answer.body());
    }

    @Test
    void whatIsHeldAndWhatIsAcceptedAreToldApart() throws Exception {
        String ask = """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
                 "compute": {"kind": "%s", "cores": {"min": %d}}, "schedule": {"requested": {"duration": "PT30M",
                 "start": "%s/PT1H"}}}""";
        String kind =
                "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml";
        Instant later = Instant.now().plusSeconds(3 * 3600);
        planner.send("POST", "/requests", someone, ask.formatted(kind, 2, later));
        assertThat(planner.send("POST", "/direct", someone, ask.formatted(kind, 1, later))
                        .statusCode())
                .isEqualTo(303);

        JsonNode timeline = read(
                "/platforms/small/timeline?from=" + later + "&until=" + later.plusSeconds(1_800) + "&step=PT10M",
                operator);
        assertThat(timeline.path("capacity").path("cores").asInt()).isEqualTo(4);
        assertThat(timeline.path("steps")).hasSize(3);
        JsonNode second = timeline.path("steps").path(1);
        assertThat(second.path("taken").path("cores").asInt()).isEqualTo(3);
        assertThat(second.path("accepted").path("cores").asInt()).isEqualTo(1);

        JsonNode platform = read("/platforms", operator).path("items").path(0);
        assertThat(platform.path("name").asText()).isEqualTo("Small one");
        assertThat(platform.path("openOffers").asInt()).isEqualTo(1);
        assertThat(platform.path("active").asInt()).isEqualTo(1);
        assertThat(read("/platforms/small/sessions", operator).path("items")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/platforms",
                "/platforms/small/timeline",
                "/platforms/small/sessions",
                "/platforms/none/sessions"
            })
    void platformsAreForOperatorsOnly(String path) {
        assertThat(planner.send("GET", path, someone, null).statusCode()).isEqualTo(403);
        assertThat(planner.send("GET", path, null, null).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=soon",
                "from=2026-11-21T18:00:00Z&until=2026-11-21T17:00:00Z",
                "step=PT0S",
                "step=x",
                "step=PT1S&until=2126-11-21T17:00:00Z"
            })
    void aTimelineNobodyCanDrawIsRefused(String query) {
        assertThat(planner.send("GET", "/platforms/small/timeline?" + query, operator, null)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aPlatformThatIsNotThereIsNotFound() {
        assertThat(planner.send("GET", "/platforms/none/timeline", operator, null)
                        .statusCode())
                .isEqualTo(404);
    }

    private static HttpResponse<String> template(String url) {
        return planner.send("GET", "/templates?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8), null, null);
    }

    private static String page(String path) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    @Test
    void aTaskOrASoftwareAtAnAddressIsARequestToBeginWith() throws Exception {
        assertThat(Json.mapper()
                        .readTree(template(page("/task.yaml")).body())
                        .path("executable")
                        .path("command")
                        .path(0)
                        .asText())
                .isEqualTo("true");
        assertThat(Json.mapper()
                        .readTree(template(page("/codemeta.json")).body())
                        .path("executable")
                        .path("repository")
                        .path("url")
                        .asText())
                .isEqualTo("https://git.example.org/stars");
    }

    @Test
    void aTaskInAnotherFormatIsGivenBackAsJson() throws Exception {
        HttpResponse<String> answer =
                planner.send("POST", "/templates", null, PAGES.get("/task.yaml"), "Content-Type", "application/yaml");
        assertThat(Json.mapper()
                        .readTree(answer.body())
                        .path("executable")
                        .path("command")
                        .path(0)
                        .asText())
                .isEqualTo("true");
    }

    @Test
    void whatIsNoTaskAndWhatMayNotBeFetchedIsAProblem() {
        assertThat(template(page("/page.html")).statusCode()).isEqualTo(400);
        assertThat(template(page("/missing")).body()).contains("invalid-parameter", "404");
        assertThat(template("http://169.254.169.254/latest/meta-data").body()).contains("invalid-parameter");
        assertThat(template("http://127.0.0.1:1/x").body()).contains("invalid-parameter");
        assertThat(template("file:///etc/passwd").statusCode()).isEqualTo(400);
        assertThat(template("no address").statusCode()).isEqualTo(400);
        assertThat(planner.send("GET", "/templates", null, null).statusCode()).isEqualTo(400);
    }
}
