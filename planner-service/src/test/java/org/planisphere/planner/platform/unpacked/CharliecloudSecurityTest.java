package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

/** Images by Charliecloud, and what hostile ones cannot do. With a real Charliecloud. */
class CharliecloudSecurityTest {
    @TempDir
    Path root;

    private WorkFolders folders;
    private Path data;
    private Platform platform;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        CharliecloudPlatformTest.needed();
        folders = new WorkFolders(root.resolve("work"));
        data = Files.createDirectories(root.resolve("data"));
        Files.writeString(data.resolve("stars.csv"), "Sirius,-1.46\n");
        platform = platform(Map.of());
    }

    private Platform platform(Map<String, Object> own) {
        return UnpackedEngine.open(
                Runner.CHARLIECLOUD,
                CharliecloudPlatformTest.common(Map.of("files", List.of(data.toString()))),
                CharliecloudPlatformTest.own(Runner.CHARLIECLOUD, own),
                folders);
    }

    private void reopen(Map<String, Object> own) {
        platform.close();
        platform = platform(own);
    }

    @AfterEach
    void close() throws Exception {
        if (platform != null) {
            platform.close();
            CharliecloudPlatformTest.removeImages(root.resolve("work"));
        }
    }

    private static String image(String rest) {
        return CharliecloudPlatformTest.registry().host() + "/test/" + rest;
    }

    private static Executable.DockerContainer container(
            List<String> locations, String digest, Map<String, String> environment, String... command) {
        return new Executable.DockerContainer(
                KindRef.of(Kind.DOCKER_CONTAINER),
                Label.NONE,
                new Executable.Image(locations, digest, "amd64", "linux"),
                false,
                List.of(command),
                null,
                environment,
                List.of());
    }

    private static Executable.DockerContainer shell(String script) {
        return container(List.of(image("busybox:1")), null, Map.of(), "sh", "-c", script);
    }

    private static Work work(Executable executable, List<DataRequest> data, List<Volume> volumes) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                List.of(),
                data,
                volumes,
                false);
    }

    private static Work work(Executable executable) {
        return work(executable, List.of(), List.of());
    }

    private static Task task(Executable executable) {
        ComputeRequest compute = new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), List.of());
        return new Task(executable, compute, List.of(), List.of(), ScheduleRequest.ANY, List.of(), List.of());
    }

    private List<String> objections(Executable executable) {
        return platform.examine(task(executable)).stream().map(Objection::code).toList();
    }

    private Observation.Ended run(Work work) throws PlatformException {
        platform.prepare(work, said::add);
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private String out(Work work) throws Exception {
        return Files.readString(folders.of(work.session()).stdout(), StandardCharsets.UTF_8);
    }

    private String outOf(Executable executable) throws Exception {
        Work work = work(executable);
        Observation.Ended end = run(work);
        assertThat(end.end())
                .as(end.detail() + Files.readString(folders.of(work.session()).stderr()))
                .isEqualTo(Observation.End.SUCCEEDED);
        return out(work);
    }

    // Images

    @Test
    void runsWhatTheImageSaysWithTheVariablesItSets() throws Exception {
        assertThat(outOf(container(List.of(image("busybox:1")), null, Map.of())))
                .isEqualTo("by itself\n");
        assertThat(outOf(shell("echo $FROM_IMAGE $PATH $HOME; pwd; cat /srv/note; id -u")))
                .isEqualTo("yes /bin /work\n/work\nfrom the image\n1000\n");
    }

    @Test
    void anEntrypointOfTheRequestReplacesTheImages() throws Exception {
        CharliecloudPlatformTest.registry()
                .push("test/entry", "1", TestImage.busybox().with("Entrypoint", List.of("echo", "entry")));
        assertThat(outOf(container(List.of(image("entry:1")), null, Map.of(), "more")))
                .isEqualTo("entry more\n");
        Executable.DockerContainer own = container(List.of(image("entry:1")), null, Map.of(), "-n", "x");
        assertThat(outOf(new Executable.DockerContainer(
                        own.kind(), own.label(), own.image(), false, own.command(), "echo", Map.of(), List.of())))
                .isEqualTo("x");
    }

    @Test
    void runsSingularitysKindFromARegistry() throws Exception {
        assertThat(outOf(new Executable.SingularityContainer(
                        KindRef.of(Kind.SINGULARITY_CONTAINER), Label.NONE, "docker://" + image("busybox:1"))))
                .isEqualTo("by itself\n");
    }

    @Test
    void pullsByDigestAfterLocationsThatHaveNoSuchImageAndOnlyOnce() throws Exception {
        TinyRegistry registry = CharliecloudPlatformTest.registry();
        String digest = registry.push("test/once", "1", TestImage.busybox().with("Cmd", List.of("echo", "once")));
        Executable executable = container(List.of(image("none"), image("once")), digest, Map.of());

        Estimate first = platform.estimate(task(executable));
        assertThat(first.notes()).anyMatch(note -> note.contains("not here yet"));
        assertThat(outOf(executable)).isEqualTo("once\n");
        assertThat(said).anyMatch(text -> text.startsWith("Pulled ") && text.contains(digest));
        reopen(Map.of());
        assertThat(outOf(container(List.of(image("once")), digest, Map.of()))).isEqualTo("once\n");

        assertThat(registry.asked()).containsOnlyOnce("/v2/test/once/manifests/" + digest);
        assertThat(platform.estimate(task(container(List.of(image("once")), digest, Map.of())))
                        .notes())
                .isEmpty();
    }

    @Test
    void runsNothingOfAnImageThatIsNotWhatItShouldBe() throws Exception {
        TinyRegistry registry = CharliecloudPlatformTest.registry();
        TestImage image = TestImage.busybox().with("Cmd", List.of("echo", "evil"));
        registry.push("test/wrong", "1", image);
        registry.lie("/v2/test/wrong/blobs/" + Digests.of(image.packed().get(0)), new byte[10]);
        Work work = work(container(List.of(image("wrong:1")), null, Map.of()));
        assertThatThrownBy(() -> platform.prepare(work, said::add))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("what came is not sha256:");
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
        try (var left = Files.newDirectoryStream(root.resolve("work/.images-alpha"), "half-*")) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void refusesAnImageForAnotherMachine() {
        CharliecloudPlatformTest.registry()
                .push("test/other", "1", TestImage.busybox().architecture("riscv64"));
        Work work = work(container(List.of(image("other:1")), null, Map.of()));
        assertThatThrownBy(() -> platform.prepare(work, said::add)).hasMessageContaining("linux/riscv64");
    }

    @Test
    void takesImagesFromFilesWhereTheOperatorAllowsIt() throws Exception {
        TestImage image = TestImage.busybox();
        Files.write(data.resolve("layout.tar"), image.layout());
        Files.write(data.resolve("saved.tar.gz"), TestImage.gzip(image.saved()));
        String layout = data.resolve("layout.tar").toUri().toString();
        String saved = data.resolve("saved.tar.gz").toUri().toString();
        assertThat(objections(container(List.of(layout), null, Map.of()))).containsExactly("image-not-allowed");

        reopen(Map.of("archives", true));
        assertThat(outOf(container(List.of(layout), Digests.of(image.manifest()), Map.of())))
                .isEqualTo("by itself\n");
        assertThat(outOf(container(List.of(saved), Digests.of(image.configuration()), Map.of())))
                .isEqualTo("by itself\n");
        Work wrong = work(container(List.of(layout), "sha256:" + "0".repeat(64), Map.of()));
        assertThatThrownBy(() -> platform.prepare(wrong, said::add)).hasMessageContaining("and not sha256:000");
        assertThat(objections(container(List.of("file:///etc/passwd"), null, Map.of())))
                .containsExactly("image-not-allowed");
    }

    @Test
    void saysThatItDoesNotReadSingularitysFormat() throws Exception {
        reopen(Map.of("archives", true));
        byte[] head = new byte[64];
        System.arraycopy("SIF_MAGIC".getBytes(), 0, head, 32, 9);
        String location = Files.write(data.resolve("a.sif"), head).toUri().toString();
        Work work =
                work(new Executable.SingularityContainer(KindRef.of(Kind.SINGULARITY_CONTAINER), Label.NONE, location));
        assertThatThrownBy(() -> platform.prepare(work, said::add)).hasMessageContaining("Singularity's own format");
    }

    @Test
    void refusesWhatIsNotAllowed() {
        assertThat(objections(container(List.of("registry.example.org/x:1"), null, Map.of())))
                .containsExactly("image-not-allowed");
        Executable.DockerContainer plain = shell("true");
        assertThat(objections(new Executable.DockerContainer(
                        plain.kind(), plain.label(), plain.image(), true, List.of(), null, Map.of(), List.of())))
                .containsExactly("privileged-not-possible");
        assertThat(objections(new Executable.DockerContainer(
                        plain.kind(),
                        plain.label(),
                        plain.image(),
                        false,
                        List.of(),
                        null,
                        Map.of(),
                        List.of(new Executable.Port(true, 80, "HTTP", null)))))
                .containsExactly("ports-not-possible");
        assertThat(objections(plain)).isEmpty();
        assertThat(platform.describe().unenforced()).anyMatch(text -> text.startsWith("Ports of containers"));
    }

    // Environment and volumes

    @Test
    void variablesAreWhatTheyAreAndTouchNothingButTheRun() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "A", "hello; $(id) `id` $PATH\n../ 'q' \"", "B", "'quoted'", "LD_PRELOAD", "/work/evil.so", "E", ""));
        String text = outOf(container(
                List.of(image("busybox:1")), null, environment, "sh", "-c", "echo \"[$A][$B][$LD_PRELOAD][$E]\""));
        assertThat(text).isEqualTo("[hello; $(id) `id` $PATH\n../ 'q' \"]['quoted'][/work/evil.so][]\n");
    }

    private static DataRequest stars(Path data) {
        return new DataRequest(
                KindRef.of(Kind.SIMPLE_DATA),
                Label.named("stars"),
                null,
                data.resolve("stars.csv").toUri().toString(),
                Map.of());
    }

    private static Volume volume(String path, Volume.Mode mode) {
        return new Volume(KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, path, mode, "stars");
    }

    @Test
    void showsDataAtPlacesThatTheImageHasNot() throws Exception {
        Work work = work(
                shell("cat /data/in/stars.csv; cat /srv/deep/stars.csv /srv/note; echo x >> /data/in/stars.csv ||"
                        + " echo no; touch /data/x || echo neither; ls /srv"),
                List.of(stars(data)),
                List.of(
                        volume("/data/in/stars.csv", Volume.Mode.READONLY),
                        volume("/srv/deep/stars.csv", Volume.Mode.READONLY)));
        run(work);
        assertThat(out(work)).isEqualTo("Sirius,-1.46\nSirius,-1.46\nfrom the image\nno\nneither\ndeep\nnote\n");
    }

    @Test
    void mountsNothingWhereTheImageHasALinkOrAFile() throws Exception {
        CharliecloudPlatformTest.registry()
                .push(
                        "test/links",
                        "1",
                        TestImage.busybox()
                                .layer(new TarMaker().symbolic("data", "/work").bytes()));
        for (String place : List.of("/data/x", "/srv/note/x")) {
            Work work = work(
                    container(List.of(image("links:1")), null, Map.of(), "true"),
                    List.of(stars(data)),
                    List.of(volume(place, Volume.Mode.READONLY)));
            assertThatThrownBy(() -> platform.prepare(work, said::add)).hasMessageContaining("a file or a link there");
        }
    }

    // Escapes

    @Test
    void theImageCannotBeWritten() throws Exception {
        assertThat(outOf(shell("touch /new || echo a; touch /bin/new || echo b; rm /srv/note || echo c;"
                        + " mount -o remount,rw / || echo d; unshare -U -r -m sh -c"
                        + " 'mount -o remount,rw,bind / && touch /bin/new' || echo e; umount /work || echo f")))
                .isEqualTo("a\nb\nc\nd\ne\nf\n");
        assertThat(outOf(shell("ls /bin/new /new || echo none"))).isEqualTo("none\n");
    }

    @Test
    void nothingOfTheHostIsSeen() throws Exception {
        Path secret = Files.writeString(root.resolve("secret"), "hidden");
        assertThat(outOf(shell("cat " + secret + " || echo a; ls /proc/1/root/ || echo b; ls /home /usr /var || echo"
                        + " c; ls /run/image || echo d; ls / ; ps | grep -c 'keeper[.]py';"
                        + " mknod /work/disk b 8 0 || echo e; ls /dev/sda /dev/vda || echo f;"
                        + " ls /sys; grep -v lo: /proc/net/dev | grep -c : || true")))
                .isEqualTo("a\nb\nc\nd\nbin\ndev\netc\nproc\nsrv\nsys\ntmp\nwork\n0\ne\nf\n0\n");
    }

    @Test
    void aGrantedNetworkIsTheHosts() throws Exception {
        platform.close();
        platform = UnpackedEngine.open(
                Runner.CHARLIECLOUD,
                CharliecloudPlatformTest.common(Map.of("network", true)),
                CharliecloudPlatformTest.own(Runner.CHARLIECLOUD, Map.of()),
                folders);
        String address = "http://" + CharliecloudPlatformTest.registry().host() + "/token";
        Executable executable = shell("wget -q -O - " + address + " || echo none; cat /etc/hosts > hosts");
        Work granted = new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                List.of(),
                List.of(),
                List.of(),
                true);
        run(granted);
        assertThat(out(granted)).isEqualTo("{\"token\":\"for-everybody\"}");
        assertThat(folders.of(granted.session()).work().resolve("hosts"))
                .hasSameTextualContentAs(Path.of("/etc/hosts"));
        assertThat(outOf(executable)).isEqualTo("none\n");
    }

    @Test
    void itHasNoRightsAndGetsNone() throws Exception {
        assertThat(outOf(shell("grep -E 'CapEff|CapPrm|NoNewPrivs' /proc/self/status | tr -d '\\t'")))
                .isEqualTo("CapPrm:0000000000000000\nCapEff:0000000000000000\nNoNewPrivs:1\n");
    }

    @Test
    void linksInTheWorkFolderLeadNowhere() throws Exception {
        Work work = work(shell("ln -s /etc/shadow s; ln -s / r; ln -s /proc/1/environ e; echo 1 > ok"));
        run(work);
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .singleElement()
                .satisfies(result -> assertThat(result.name()).isEqualTo("ok"));
        platform.forget(work.session());
    }

    @Test
    void sessionsDoNotSeeEachOthersFolders() throws Exception {
        Work one = work(shell("echo mine > f; sleep 1000"));
        platform.prepare(one, said::add);
        platform.start(one);
        assertThat(outOf(shell("ls " + folders.of(one.session()).work() + " || echo a; ls /work")))
                .isEqualTo("a\n");
        platform.cancel(one.session());
    }
}
