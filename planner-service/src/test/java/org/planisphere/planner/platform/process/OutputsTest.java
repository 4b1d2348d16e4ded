package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.Depot;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.staging.places.Rclone;
import org.planisphere.planner.staging.places.WebDavPlace;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/** Data from a WebDAV server in, results to it out, by real runs on this machine. */
class OutputsTest {
    @TempDir
    static Path root;

    private static Rclone server;
    private static WorkFolders folders;
    private static Platform platform;
    private static int count;

    @BeforeAll
    static void begin() throws IOException {
        server = new Rclone(Files.createDirectories(root.resolve("dav")));
        WebDavPlace place = server.place();
        Depot depot = Depot.with(List.of(new Depot.Opened(Set.of(), place, place)));
        folders = new WorkFolders(root.resolve("work"), Delegations.NONE, depot);
        platform = new ProcessPlatform(ProcessPlatformTest.settings(), ProcessSettings.USUAL, folders);
    }

    @AfterAll
    static void end() throws IOException {
        if (platform != null) {
            platform.close();
            server.close();
            try (DirectoryStream<Path> copies = Files.newDirectoryStream(root.resolve("work"), ".etc-*")) {
                for (Path copy : copies) {
                    WorkFolder.delete(copy);
                }
            }
        }
    }

    private static String at(String name) {
        return "dav://" + server.authority() + "/base/" + name;
    }

    private static DataRequest input(String name) {
        return new DataRequest(
                KindRef.of(Kind.SIMPLE_DATA), new Label("in-" + count++, null), null, at(name), Map.of());
    }

    private static DataRequest output(String path, @Nullable String location) {
        return new DataRequest(KindRef.of(Kind.OUTPUT), Label.NONE, null, location, Map.of("path", path));
    }

    private static Executable shell(String script) {
        return new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of("sh", "-c", script), Map.of(), ".");
    }

    private static Work work(String script, DataRequest... data) {
        return new Work(
                UUID.randomUUID(),
                shell(script),
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofSeconds(30),
                List.of(),
                List.of(data),
                List.of(),
                false);
    }

    private static void run(Work work) throws PlatformException {
        platform.prepare(work, said -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
    }

    private static Path served(String name) {
        return server.files().resolve("base").resolve(name);
    }

    @Test
    void whatWasDeclaredIsWhereItBelongsWhenItIsReleased() throws Exception {
        Files.writeString(served("stars.csv"), "Sirius\n");
        Work work = work(
                "mkdir -p out/deep && tr a-z A-Z < stars.csv > out/deep/loud && echo x > more && echo y > rest",
                input("stars.csv"),
                output("out", at("results/")),
                output("more", at("one.txt")));
        run(work);
        List<String> told = new ArrayList<>();
        platform.release(work, told::add);
        assertThat(served("results/deep/loud")).hasContent("SIRIUS");
        assertThat(served("one.txt")).hasContent("x");
        assertThat(served("results/rest")).doesNotExist();
        assertThat(told).hasSize(2).allMatch(said -> said.startsWith("Put 1 file to dav://"));
        // 7 bytes in; 7 and 2 out.
        assertThat(platform.moved(work.session())).isEqualTo(new Platform.Moved(7, 9));
        assertThat(folders.of(work.session()).results()).hasSize(3);
        // After a crash it is asked again.
        platform.release(work);
        platform.forget(work.session());
    }

    @Test
    void aRunThatLeavesNotWhatItDeclaredHasFailedAndItsResultsAreKept() throws Exception {
        Work work = work("echo x > other", output("map.fits", null));
        run(work);
        assertThatThrownBy(() -> platform.release(work)).hasMessageContaining("map.fits");
        assertThat(folders.of(work.session()).results()).hasSize(1);
        platform.forget(work.session());
    }

    @Test
    void whatCannotBePutWhereItBelongsHasFailedAndIsKept() throws Exception {
        Files.writeString(served("taken"), "somebody else's");
        Work work = work("echo x > mine", output("mine", at("taken")));
        run(work);
        assertThatThrownBy(() -> platform.release(work))
                .hasMessageContaining("mine could not be put")
                .hasMessageContaining("already");
        assertThat(served("taken")).hasContent("somebody else's");
        assertThat(folders.of(work.session()).results()).hasSize(1);
        platform.forget(work.session());
    }

    @Test
    void nothingIsPutOfARunThatFailed() throws Exception {
        Work work = work("echo x > mine; exit 3", output("mine", at("failed")));
        run(work);
        platform.release(work);
        assertThat(served("failed")).doesNotExist();
        assertThat(folders.of(work.session()).results()).hasSize(1);
        platform.forget(work.session());
    }

    @Test
    void manyThingsComeAtOnceAndOneThatIsMissingEndsThemAll() throws Exception {
        List<DataRequest> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Files.writeString(served("n" + i), "n" + i);
            many.add(input("n" + i));
        }
        Work good = work("cat n*", many.toArray(DataRequest[]::new));
        run(good);
        assertThat(Files.readString(folders.of(good.session()).stdout())).isEqualTo("n0n1n2n3n4n5n6n7n8n9");
        platform.forget(good.session());
        many.add(input("missing"));
        Work bad = work("true", many.toArray(DataRequest[]::new));
        assertThatThrownBy(() -> platform.prepare(bad, said -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("404");
        platform.forget(bad.session());
    }

    @Test
    void archivesAreUnpackedWhereTheTaskFindsThem() throws Exception {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(served("set.zip")))) {
            zip.putNextEntry(new ZipEntry("inner/a"));
            zip.write('A');
        }
        DataRequest archive =
                new DataRequest(KindRef.of(Kind.SIMPLE_DATA), Label.NONE, null, at("set.zip"), Map.of("unpack", true));
        Work work = work("cat set/inner/a", archive);
        run(work);
        assertThat(Files.readString(folders.of(work.session()).stdout())).isEqualTo("A");
        platform.release(work);
        assertThat(folders.of(work.session()).results()).isEmpty();
        platform.forget(work.session());
        Files.writeString(served("no.zip"), "no archive");
        DataRequest none =
                new DataRequest(KindRef.of(Kind.SIMPLE_DATA), Label.NONE, null, at("no.zip"), Map.of("unpack", true));
        Work bad = work("true", none);
        assertThatThrownBy(() -> platform.prepare(bad, said -> {})).hasMessageContaining("could not be unpacked");
        platform.forget(bad.session());
    }

    private static Task task(DataRequest... data) {
        return new Task(
                shell("true"), ComputeRequest.ANY, List.of(), List.of(data), ScheduleRequest.ANY, List.of(), List.of());
    }

    @Test
    void whatIsNotOpenedIsAReasonedNo() {
        assertThat(platform.examine(task(output("x", "davs://elsewhere.example.org/x"))))
                .extracting(Objection::code)
                .containsExactly("output-not-possible");
        assertThat(platform.examine(task(output("x", "s3://bucket/x"))))
                .extracting(Objection::code)
                .containsExactly("output-not-possible");
        assertThat(platform.examine(task(output("../x", null))))
                .extracting(Objection::code)
                .containsExactly("request-not-possible");
        assertThat(platform.examine(task(output("x", at("x"))))).isEmpty();
    }

    @Test
    void whatIsTooLargeOrNotThereIsANoBeforeTheOffer() throws Exception {
        try (var file = new java.io.RandomAccessFile(served("large").toFile(), "rw")) {
            file.setLength(5L << 30);
        }
        Task large = task(input("large"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            platform.estimate(large);
            assertThat(platform.examine(large))
                    .extracting(objection -> objection.values().get("reason"))
                    .singleElement()
                    .asString()
                    .contains("larger");
        });
        Task none = task(input("not-there"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            platform.estimate(none);
            assertThat(platform.examine(none)).extracting(Objection::code).containsExactly("data-not-reachable");
        });
    }
}
