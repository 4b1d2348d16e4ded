package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.planisphere.foundation.http.Line;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/** What a run serves, at the origin of its session: who gets in there, and JupyterLab in a real browser. */
@Timeout(600)
class LiveOriginIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String UPDATE =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"%s\"}";
    /** A Python with JupyterLab, which Debian does not have; below /usr, as runs see nothing else of the host's. */
    private static final Path LAB =
            Path.of(System.getProperty("planisphere.lab", "/usr/local/lib/planisphere-lab/bin/python"));

    private static TestIssuer iam;
    private static PlanisphereServer server;
    private static Path notebook;
    private static String anna;

    @BeforeAll
    static void up() throws Exception {
        Path python = Files.isExecutable(LAB) ? LAB : Path.of("/usr/bin/python3");
        Process probe = new ProcessBuilder(python.toString(), "-I", "-c", "import jupyter_server, ipykernel")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                probe.waitFor() == 0,
                python + " lacks jupyter_server or ipykernel (Debian: jupyter-server python3-ipykernel)");
        iam = TestIssuer.start("iam");
        anna = iam.token("anna");
        Path folder = PlanisphereServer.folder("origin");
        notebook = Files.writeString(folder.resolve("sky.ipynb"), """
                {"nbformat": 4, "nbformat_minor": 5,
                 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
                 "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "outputs": [],
                            "source": "print(6 * 7000)"}]}""");
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                planner:
                  offer: {max: 1}
                  caller:
                    anonymous: {cores: 8, memory: 8GiB, storage: 8GiB, sessions: 100, offers: 100}
                platforms:
                  - {id: here, engine: process, capacity: {cores: 8, memory: 8GiB, storage: 8GiB}, files: ["%s"],
                     process: {python: "%s"}}
                identity: {issuers: [%s]}
                """.formatted(folder, python, iam.yaml()));
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        server = PlanisphereServer.deploy(Map.of());
    }

    @AfterAll
    static void down() {
        if (server != null) {
            server.close();
        }
        System.clearProperty(Settings.FILE_PROPERTY);
        if (iam != null) {
            iam.close();
        }
    }

    /** What the node answers at a host name that leads to it. */
    private record Got(int status, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    private static Got get(String host, String path, String... headers) throws Exception {
        Map<String, String> all =
                new LinkedHashMap<>(Map.of("Host", host + ":" + server.port(), "Connection", "close"));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        try (Line line = Line.to(server.url(), PATIENCE)) {
            Line.Head head = line.send("GET", path, all, null, 0, PATIENCE);
            try (InputStream body = line.body("GET", head)) {
                return new Got(head.status(), head.headers(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    private static HttpResponse<String> post(String path, @Nullable String token, String body) throws Exception {
        HttpRequest.Builder call = HttpRequest.newBuilder(server.url("/planner" + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            call.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(call.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A session whose run can be reached. */
    private static String open(@Nullable String token) throws Exception {
        HttpResponse<String> asked = post("/requests", token, """
                {"executable": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/executable/jupyter-notebook.yaml",
                  "location": "%s", "interactive": true}, "schedule": {"requested": {"duration": "PT10M"}}}""".formatted(notebook.toUri()));
        JsonNode set = Json.mapper().readTree(asked.body());
        String id = set.at("/offers/0/meta/uuid").asText();
        assertThat(post("/sessions/" + id, token, UPDATE.formatted("ACCEPTED")).statusCode())
                .as(asked.body())
                .isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() ->
                        post("/sessions/" + id + "/connectors/0", token, "").statusCode() == 201);
        return id;
    }

    private static URI ticket(String session, @Nullable String token) throws Exception {
        HttpResponse<String> given = post("/sessions/" + session + "/connectors/0", token, "");
        assertThat(given.statusCode()).as(given.body()).isEqualTo(201);
        return URI.create(Json.mapper().readTree(given.body()).path("url").asText());
    }

    private static void end(String session, @Nullable String token) throws Exception {
        assertThat(post("/sessions/" + session, token, UPDATE.formatted("CANCELLED"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTicketIsGivenToTheOwnerAndGoodOnceAtThatHostOnly() throws Exception {
        String session = open(anna);
        assertThat(post("/sessions/" + session + "/connectors/0", iam.token("berta"), "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(post("/sessions/" + session + "/connectors/0", null, "").statusCode())
                .isEqualTo(404);
        assertThat(post("/sessions/" + session + "/connectors/1", anna, "").statusCode())
                .isEqualTo(404);
        String host = session + ".localhost";

        URI first = ticket(session, anna);
        assertThat(first.getHost()).isEqualTo(host);
        assertThat(get("127.0.0.1", first.getPath()).status())
                .as("at the planner")
                .isEqualTo(404);
        assertThat(get(host, first.getPath(), "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
                        .status())
                .as("for another page")
                .isEqualTo(403);
        Got entered = get(host, first.getPath());
        assertThat(entered.status()).isEqualTo(303);
        assertThat(entered.header("set-cookie")).endsWith("; Path=/; HttpOnly; SameSite=Lax");
        assertThat(entered.header("location"))
                .startsWith("http://" + host + ":" + server.port() + "/planner/sessions/" + session + "/connectors/0/");
        assertThat(get(host, first.getPath()).status()).as("again").isEqualTo(404);
        assertThat(get(UUID.randomUUID() + ".localhost", ticket(session, anna).getPath())
                        .status())
                .as("at another session's host")
                .isEqualTo(404);
        end(session, anna);
    }

    @Test
    void aPassOpensThatSessionsServiceAndNothingElse() throws Exception {
        String session = open(anna);
        String host = session + ".localhost";
        Got entered = get(host, ticket(session, anna).getPath());
        String cookie = entered.header("set-cookie").replaceFirst(";.*", "");
        String status = "/planner/sessions/" + session + "/connectors/0/api/status";

        Got within = get(host, status, "Cookie", cookie);
        assertThat(within.status()).as(within.body()).isEqualTo(200);
        assertThat(within.header("content-security-policy")).doesNotContain("sandbox");
        assertThat(within.header("x-frame-options")).isEqualTo("SAMEORIGIN");
        // A service behind a stand-in names itself by the other planner's session.
        assertThat(get(host, status.replace(session, UUID.randomUUID().toString()), "Cookie", cookie)
                        .status())
                .isEqualTo(200);
        assertThat(get(host, status).status()).as("without a pass").isEqualTo(404);
        assertThat(get(host, status, "Authorization", "Bearer " + anna).status())
                .as("credentials")
                .isEqualTo(404);
        assertThat(get(UUID.randomUUID() + ".localhost", status, "Cookie", cookie)
                        .status())
                .as("elsewhere")
                .isEqualTo(404);
        assertThat(get("127.0.0.1", status, "Cookie", cookie).status())
                .as("at the planner")
                .isEqualTo(404);
        for (String other : List.of("/", "/planner/me", "/planner/sessions/" + session, "/console/", "/registry/")) {
            assertThat(get(host, other, "Cookie", cookie).status()).as(other).isIn(303, 404);
        }
        String way = "/planner/sessions/" + session + "/connectors/0/";
        for (String up : List.of("..", "..;a=b", "%2e%2e", "%2e.;a", "..%3ba")) {
            for (String other :
                    List.of("planner/me", "planner/sessions/" + session, "console/", "registry/", "health")) {
                String detour = way + (up + "/").repeat(5) + other;
                Got got = get(host, detour, "Cookie", cookie);
                // 302 is the notebook server's own: it was asked, and not the planner.
                assertThat(got.status()).as(detour).isIn(302, 303, 400, 404);
                assertThat(got.body()).as(detour).doesNotContain("anna");
            }
        }
        assertThat(get(host, status, "Cookie", cookie, "Origin", "http://" + UUID.randomUUID() + ".localhost")
                        .status())
                .as("another session's page")
                .isEqualTo(403);
        assertThat(get(host, status, "Cookie", cookie, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors")
                        .status())
                .isEqualTo(403);
        end(session, anna);
        await().atMost(PATIENCE).until(() -> get(host, status, "Cookie", cookie).status() == 404);
    }

    @Test
    void fromTheConsoleJupyterLabOpensAndACellRuns() throws Exception {
        assumeTrue(
                Files.isExecutable(LAB),
                "there is no JupyterLab: /usr/bin/python3 -m venv --system-site-packages /usr/local/lib/planisphere-lab, and pip"
                        + " install 'jupyterlab<4' there");
        Chromium.orSkip();
        String session = open(null);
        try (Chromium browser = new Chromium()) {
            // Megabytes of scripts, on whatever machine this is.
            PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
            Page console = browser.page(1280, 850, false);
            console.navigate(server.url("/console/#/session?id=" + session).toString());
            Page lab = console.waitForPopup(
                    () -> console.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open the notebook"))
                            .click());
            lab.setDefaultTimeout(PATIENCE.toMillis());
            lab.waitForURL("http://" + session + ".localhost:" + server.port() + "/**");
            Locator cell = lab.locator(".jp-Notebook .jp-CodeCell").first();
            PlaywrightAssertions.assertThat(cell).isVisible();
            // What is run before the kernel is there is not run at all.
            PlaywrightAssertions.assertThat(lab.getByText("Python 3 (ipykernel) | Idle"))
                    .isVisible();
            cell.locator(".jp-InputArea-editor").click();
            lab.keyboard().press("Shift+Enter");
            PlaywrightAssertions.assertThat(lab.locator(".jp-OutputArea-output").first())
                    .containsText("42000");
            Chromium.shot(lab, "jupyterlab");
        }
        end(session, null);
    }
}
