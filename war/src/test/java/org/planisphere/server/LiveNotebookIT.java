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
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/** A real Jupyter server in a run, reached through the planner by HTTP and by WebSocket. */
@Timeout(300)
class LiveNotebookIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String UPDATE =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"%s\"}";
    private static final String EMPTY = "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": []}";

    private static TestIssuer iam;
    private static PlanisphereServer server;
    private static Path notebook;
    private static String anna;

    @BeforeAll
    static void up() throws Exception {
        Process probe = new ProcessBuilder("/usr/bin/python3", "-I", "-c", "import jupyter_server, ipykernel")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                probe.waitFor() == 0,
                "/usr/bin/python3 lacks jupyter_server or ipykernel (Debian: jupyter-server python3-ipykernel)");
        iam = TestIssuer.start("iam");
        anna = iam.token("anna");
        Path folder = PlanisphereServer.folder("live");
        notebook = Files.writeString(folder.resolve("sky.ipynb"), EMPTY);
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                planner.offer.max: 1
                platforms:
                  - {id: here, engine: process, capacity: {cores: 8, memory: 8GiB, storage: 8GiB}, files: ["%s"]}
                identity: {issuers: [%s]}
                """.formatted(folder, iam.yaml()));
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

    private static HttpResponse<String> send(
            String method, String address, @Nullable String token, @Nullable String body) throws Exception {
        URI uri = address.startsWith("http") ? URI.create(address) : server.url("/planner" + address);
        HttpRequest.Builder call = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            call.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(call.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return Json.mapper().readTree(answer.body());
    }

    /** A session of anna's, offered and accepted. */
    private static String accepted() throws Exception {
        JsonNode set = json(send("POST", "/requests", anna, """
                {"executable": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/executable/jupyter-notebook.yaml",
                  "location": "%s", "interactive": true}, "schedule": {"requested": {"duration": "PT10M"}}}""".formatted(notebook.toUri())), 303);
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        assertThat(set.at("/offers/0/executable/interactive").asBoolean()).isTrue();
        String id = set.at("/offers/0/meta/uuid").asText();
        json(send("POST", "/sessions/" + id, anna, UPDATE.formatted("ACCEPTED")), 200);
        return id;
    }

    /** The address of its notebook, as soon as it has one. */
    private static String way(String session) {
        String[] found = new String[1];
        await().atMost(PATIENCE).until(() -> {
            JsonNode document = json(send("GET", "/sessions/" + session, anna, null), 200);
            for (JsonNode connector : document.path("connectors")) {
                if (connector.path("kind").asText().endsWith("/notebook")) {
                    assertThat(document.toString()).doesNotContain("token");
                    found[0] = connector.path("location").asText();
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private static WebSocket join(String address, @Nullable String token, @Nullable String origin, KernelTalk said)
            throws Exception {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        if (origin != null) {
            builder.header("Origin", origin);
        }
        try {
            return builder.buildAsync(URI.create(address.replaceFirst("^http", "ws")), said)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static void refused(String address, @Nullable String token, @Nullable String origin, int status) {
        assertThatThrownBy(() -> join(address, token, origin, new KernelTalk()))
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refusal ->
                                assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
    }

    @Test
    void aCellIsExecutedOverTheWebSocketAndWhatWasSavedIsAResult() throws Exception {
        String session = accepted();
        String way = way(session);
        assertThat(way)
                .startsWith(server.url("/planner/sessions/" + session + "/connectors/0/")
                        .toString());
        String kernel = json(send("POST", way + "api/kernels", anna, "{}"), 201)
                .path("id")
                .asText();
        String channels = way + "api/kernels/" + kernel + "/channels";

        KernelTalk said = new KernelTalk();
        WebSocket socket = join(channels, anna, null, said);
        socket.sendText(KernelTalk.execute("6 * 7"), true);
        assertThat(said.result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("42");
        // A large message goes through as well, in both directions.
        KernelTalk large = new KernelTalk();
        WebSocket other = join(channels, anna, server.url().toString(), large);
        other.sendText(KernelTalk.execute("len('" + "x".repeat(300_000) + "')"), true);
        assertThat(large.result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("300000");

        json(send("PUT", way + "api/contents/sky.ipynb", anna, """
                {"type": "notebook", "format": "json", "content": {"nbformat": 4, "nbformat_minor": 5, "metadata": {},
                 "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Vega"}]}}"""), 200);
        json(send("POST", "/sessions/" + session, anna, UPDATE.formatted("CANCELLED")), 200);

        assertThat(said.over.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(PATIENCE)
                .until(() -> json(send("GET", "/sessions/" + session, anna, null), 200)
                        .path("phase")
                        .asText()
                        .equals("CANCELLED"));
        assertThat(send("GET", "/sessions/" + session + "/results/sky.ipynb", anna, null)
                        .body())
                .contains("Vega");
        assertThat(send("GET", way + "api/status", anna, null).statusCode()).isEqualTo(404);
        refused(channels, anna, null, 404);
    }

    @Test
    void nobodyElseGetsInNorDoesAnotherPlacesPage() throws Exception {
        String session = accepted();
        String way = way(session);
        String kernel = json(send("POST", way + "api/kernels", anna, "{}"), 201)
                .path("id")
                .asText();
        String channels = way + "api/kernels/" + kernel + "/channels";

        refused(channels, iam.token("berta"), null, 404);
        refused(channels, null, null, 404);
        refused(channels, anna, "https://evil.example", 403);
        assertThat(send("GET", way + "api/contents", iam.token("berta"), null).statusCode())
                .isEqualTo(404);
        // What the service itself refuses is told as it is.
        refused(way + "api/kernels/" + UUID.randomUUID() + "/channels", anna, null, 404);
        json(send("POST", "/sessions/" + session, anna, UPDATE.formatted("CANCELLED")), 200);
    }
}
