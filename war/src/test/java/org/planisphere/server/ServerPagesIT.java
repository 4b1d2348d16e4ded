package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What everybody sees of the server: no page, header or trace of its own. */
class ServerPagesIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static PlanisphereServer server;

    @BeforeAll
    static void up() {
        // As behind a proxy that has the certificate.
        server = PlanisphereServer.deploy(Map.of("node.url", "https://planner.example.org"));
    }

    @AfterAll
    static void down() {
        server.close();
    }

    private static HttpResponse<String> ask(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static void isProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).get().asString().startsWith("application/problem+");
        assertThat(answer.body())
                .contains("/planner/problems/")
                .doesNotContainIgnoringCase("payara", "glassfish", "jersey", "exception", "\tat ", "org.");
    }

    @ParameterizedTest(name = "{0} {1} is a {2}")
    @CsvSource({
        "GET,/nonsense,404",
        "GET,/planner/nonsense,404",
        "GET,/registry/nonsense,404",
        "GET,/x.jsp,404",
        "GET,/WEB-INF/web.xml,404",
        "GET,/META-INF/MANIFEST.MF,404",
        "GET,/application.wadl,404",
        "GET,/planner/application.wadl,404",
        "GET,/openapi,404",
        "GET,/metrics/base,404",
        "GET,/health/nonsense,404",
        "DELETE,/planner/nonsense,404",
        "POST,/health/live,405",
        "FOO,/nonsense,501",
    })
    void whateverFailsIsAProblem(String method, String path, int status) throws Exception {
        isProblem(ask(method, path), status);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET,/planner/%zz,400",
        "GET,/a%00b,400",
        "GET,/planner/../../etc/passwd,400",
        "GET,/%2e%2e/etc,400",
        "GET,/planner/a%5cb,400",
        "GET,/..;/x,400",
        "TRACE,/planner,405",
    })
    void addressesNobodyCanReadAreProblemsToo(String method, String path, int status) throws Exception {
        assertThat(answerTo(method, path, ""))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("application/problem+json", "\"status\":" + status, "/planner/problems/");
        assertThat(answerTo(method, path, "Accept: application/xml\r\n"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("<problem xmlns=\"urn:ietf:rfc:7807\">", "<status>" + status + "</status>");
    }

    private static String answerTo(String method, String path, String headers) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What a proxy before the node might take for one request and the node for two, or the other way round. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Content-Length: 50|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Content-Length: 50",
                "Content-Length: 5|Content-Length: 0",
                "Content-Length: 5, 0",
                "Content-Length: +5",
                "Content-Length: -1",
                "Content-Length: 5|Transfer-Encoding: identity",
                "Content-Length: 5|Transfer-Encoding: xchunked",
                "Content-Length: 5|Transfer-Encoding : chunked",
                "Transfer-Encoding: identity|Transfer-Encoding: chunked",
                "Host: another.example|Content-Length: 0",
            })
    void aRequestIsNeverTakenForTwo(String headers) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            String request = "POST /planner/requests HTTP/1.1\r\nHost: x\r\n" + headers.replace("|", "\r\n")
                    + "\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("\"UP\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonsense", "/planner/nonsense"})
    void problemsAreXmlForThoseWhoAskForXml(String path) throws Exception {
        HttpResponse<String> answer = ask("GET", path, "Accept", "application/xml");
        isProblem(answer, 404);
        assertThat(answer.headers().firstValue("Content-Type")).get().asString().contains("problem+xml");
        assertThat(answer.body()).startsWith("<?xml").contains("<status>404</status>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonsense", "/planner/nonsense", "/health/live", "/metrics"})
    void everyAnswerHasTheSecurityHeadersAndNoBanner(String path) throws Exception {
        Map<String, java.util.List<String>> headers = ask("GET", path).headers().map();
        assertThat(headers).containsEntry("x-content-type-options", java.util.List.of("nosniff"));
        assertThat(headers).containsKeys("content-security-policy", "x-request-id", "referrer-policy");
        assertThat(headers).containsEntry("x-frame-options", java.util.List.of("DENY"));
        assertThat(headers)
                .containsEntry("strict-transport-security", java.util.List.of("max-age=63072000; includeSubDomains"));
        assertThat(headers).doesNotContainKeys("server", "x-powered-by", "set-cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console"})
    void aPersonIsLedToTheConsole(String path) throws Exception {
        HttpResponse<String> answer = ask("GET", path);
        assertThat(answer.statusCode()).isBetween(301, 303);
        assertThat(answer.headers().firstValue("Location")).get().asString().endsWith("/console/");
        assertThat(ask("GET", "/console/").body()).contains("<title>Planisphere</title>");
        assertThat(ask("GET", "/console/main.js").headers().firstValue("Content-Type"))
                .get()
                .asString()
                .startsWith("text/javascript");
        isProblem(ask("GET", "/console/nonsense.js"), 404);
    }

    @Test
    void theNodeSaysThatItStartedLivesAndIsReady() throws Exception {
        for (String path : new String[] {"/health", "/health/started", "/health/live", "/health/ready"}) {
            HttpResponse<String> answer = ask("GET", path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).contains("\"status\":\"UP\"");
        }
    }

    @Test
    void theFiguresArePrometheusText() throws Exception {
        ask("GET", "/nonsense");
        HttpResponse<String> answer = ask("GET", "/metrics");
        assertThat(answer.headers().firstValue("Content-Type")).get().asString().startsWith("text/plain");
        assertThat(answer.body().lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) \\S+ .*|[a-z_]+(\\{[^}]*})? [0-9.eE+-]+"))
                .anyMatch(line -> line.startsWith("planisphere_http_requests_total{method=\"GET\",status=\"4xx\"}"));
    }

    @Test
    void aWrongSettingFailsTheDeploymentAndIsNamed() {
        server.close();
        try {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> PlanisphereServer.deploy(Map.of("planner.offer.lifetime", "soon"))))
                    .hasMessageContaining("planner.offer.lifetime = \"soon\" (command line): must be a duration");
        } finally {
            server.restart();
        }
    }
}
