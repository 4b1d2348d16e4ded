package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.Line;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Reach;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** A real Jupyter server in a run without a network. */
@Timeout(180)
class InteractiveNotebookTest {
    private static final String EMPTY = "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": []}";
    private static final LiveConnector WAY = new LiveConnector("notebook", "HTTP", "/", 0);

    @TempDir
    Path root;

    private Work work() throws IOException {
        Path notebook = Files.createDirectories(root.resolve("data")).resolve("sky.ipynb");
        Files.writeString(notebook, EMPTY);
        return new Work(
                UUID.randomUUID(),
                new Executable.JupyterNotebook(
                        KindRef.of(Kind.JUPYTER_NOTEBOOK),
                        Label.NONE,
                        notebook.toUri().toString(),
                        true),
                new Amounts(1, 1024, 64, 0, 1),
                Duration.ofMinutes(10),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private ProcessPlatform open(WorkFolders folders) throws Exception {
        Process probe = new ProcessBuilder("/usr/bin/python3", "-I", "-c", "import jupyter_server, ipykernel")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                probe.waitFor() == 0,
                "/usr/bin/python3 lacks jupyter_server or ipykernel (Debian: jupyter-server python3-ipykernel)");
        return new ProcessPlatform(ProcessPlatformTest.settings(root.resolve("data")), ProcessSettings.USUAL, folders);
    }

    private static void begin(ProcessPlatform platform, Work work) throws Exception {
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> platform.observe(work.session()) instanceof Observation.Running);
    }

    static String ask(Reach reach, String method, String path, String body, Map<String, String> headers)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Host", "localhost");
        all.put("Connection", "close");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Line line = Line.to(reach.socket())) {
            Line.Head head = line.send(
                    method,
                    reach.root() + path,
                    all,
                    bytes.length == 0 ? null : new java.io.ByteArrayInputStream(bytes),
                    bytes.length,
                    Duration.ofSeconds(60));
            try (InputStream in = line.body(method, head)) {
                return head.status() + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    private static Observation.Ended ended(ProcessPlatform platform, Work work) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private static void save(Reach reach) throws IOException {
        String saved = ask(reach, "PUT", "api/contents/sky.ipynb", """
                {"type": "notebook", "format": "json", "content": {"nbformat": 4, "nbformat_minor": 5, "metadata": {},
                 "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Vega"}]}}""", reach.headers());
        assertThat(saved).startsWith("200 ");
    }

    @Test
    void onlyWhoKnowsItsSecretIsServedAndWhatWasSavedIsAResultWhenItIsStopped() throws Exception {
        Work work = work();
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        try (ProcessPlatform platform = open(folders)) {
            begin(platform, work);
            assertThat(platform.connectors(work.session())).containsExactly(WAY);
            Reach reach = platform.reach(work.session(), WAY).orElseThrow();
            assertThat(ask(reach, "GET", "api/contents", "", reach.headers()))
                    .startsWith("200 ")
                    .contains("sky.ipynb");
            assertThat(ask(reach, "GET", "api/contents", "", Map.of())).startsWith("403 ");
            assertThat(reach.toString()).doesNotContain("token");
            save(reach);

            platform.cancel(work.session());

            assertThat(ended(platform, work).end()).isEqualTo(Observation.End.CANCELLED);
            assertThat(platform.connectors(work.session())).isEmpty();
            platform.release(work);
        }
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("sky.ipynb");
        assertThat(folders.of(work.session()).work().resolve("sky.ipynb"))
                .content()
                .contains("Vega");
    }

    @Test
    void theEndOfItsWindowIsItsEndAndNoFailure() throws Exception {
        Work work = work();
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        try (ProcessPlatform platform = open(folders)) {
            begin(platform, work);
            save(platform.reach(work.session(), WAY).orElseThrow());
            platform.prolong(work.session(), Duration.ofSeconds(1));
            assertThat(ended(platform, work).end()).isEqualTo(Observation.End.SUCCEEDED);
            platform.release(work);
        }
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("sky.ipynb");
    }

    @Test
    void anotherPlannerFindsItsWayInAgain() throws Exception {
        Work work = work();
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        try (ProcessPlatform platform = open(folders)) {
            begin(platform, work);
        }
        try (ProcessPlatform platform = open(folders)) {
            assertThat(platform.observe(work.session())).isInstanceOf(Observation.Running.class);
            Reach reach = platform.reach(work.session(), WAY).orElseThrow();
            assertThat(ask(reach, "GET", "api/status", "", reach.headers())).startsWith("200 ");
            platform.cancel(work.session());
        }
    }
}
