package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

class NotebookTest {
    @TempDir
    Path root;

    private Work work(String cell) throws Exception {
        Path notebook = Files.createDirectories(root.resolve("data")).resolve("sky.ipynb");
        Files.writeString(notebook, """
                {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3",
                 "display_name": "Python 3", "language": "python"}}, "cells": [
                 {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": null,
                  "source": ["print('Sirius'); open('star.txt', 'w').write('Vega')"]},
                 {"cell_type": "code", "id": "b", "metadata": {}, "outputs": [], "execution_count": null,
                  "source": ["%s"]}]}
                """.formatted(cell));
        return new Work(
                UUID.randomUUID(),
                new Executable.JupyterNotebook(
                        KindRef.of(Kind.JUPYTER_NOTEBOOK),
                        Label.NONE,
                        notebook.toUri().toString(),
                        false),
                new Amounts(1, 512, 64, 0, 1),
                Duration.ofMinutes(2),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private Observation.Ended run(ProcessPlatform platform, Work work) throws Exception {
        assumeTrue(
                platform.describe().executables().contains(Kind.JUPYTER_NOTEBOOK),
                "/usr/bin/python3 lacks nbclient or ipykernel (Debian: python3-nbclient python3-ipykernel)");
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        Observation.Ended ended = (Observation.Ended) platform.observe(work.session());
        platform.release(work);
        return ended;
    }

    private ProcessPlatform open(WorkFolders folders) {
        return new ProcessPlatform(ProcessPlatformTest.settings(root.resolve("data")), ProcessSettings.USUAL, folders);
    }

    @Test
    void theExecutedNotebookIsAResult() throws Exception {
        Work work = work("6 * 7");
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        try (ProcessPlatform platform = open(folders)) {
            Observation.Ended ended = run(platform, work);
            assertThat(ended.end())
                    .as(Files.readString(folders.of(work.session()).stderr()))
                    .isEqualTo(Observation.End.SUCCEEDED);
        }
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("sky-executed.ipynb", "star.txt");
        assertThat(folders.of(work.session()).work().resolve("sky-executed.ipynb"))
                .content()
                .contains("Sirius", "\"42\"");
        assertThat(folders.of(work.session()).stdout()).content().contains("Sirius\n", "42");
    }

    @Test
    void aFailingCellFailsTheRunAndKeepsWhatWasShown() throws Exception {
        Work work = work("1 / 0");
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        try (ProcessPlatform platform = open(folders)) {
            assertThat(run(platform, work).end()).isEqualTo(Observation.End.FAILED);
        }
        assertThat(folders.of(work.session()).stderr()).content().contains("ZeroDivisionError");
        assertThat(folders.of(work.session()).work().resolve("sky-executed.ipynb"))
                .content()
                .contains("Sirius", "ZeroDivisionError");
    }
}
