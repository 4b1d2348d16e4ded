package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.staging.WorkFolder.ResultLimits;

class WorkFolderTest {
    private static final ResultLimits LIMITS = new ResultLimits(100, 1 << 20);

    @TempDir
    Path root;

    private WorkFolder folder;

    @BeforeEach
    void make() throws Exception {
        folder = new WorkFolders(root.resolve("work")).of(UUID.randomUUID());
        folder.create();
    }

    private Path put(String name, String content) throws Exception {
        Path path = folder.work().resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }

    @Test
    void listsWhatWasLeftWithoutInputs() throws Exception {
        put("input.csv", "1,2");
        put("changed.csv", "1,2");
        assertThat(folder.noteInputs(Map.of())).isEqualTo(6);
        put("changed.csv", "3,4");
        put("out/plot.svg", "<svg/>");
        put("out/cat.vot", "<VOTABLE/>");

        List<ResultFile> results = folder.collect(LIMITS);

        assertThat(results).extracting(ResultFile::name).containsExactly("changed.csv", "out/cat.vot", "out/plot.svg");
        assertThat(results)
                .extracting(ResultFile::mediaType)
                .containsExactly("text/csv", "application/x-votable+xml", "image/svg+xml");
        assertThat(folder.results()).isEqualTo(results);
    }

    @Test
    void anInputRewrittenWithTheSameContentIsNoResultAndOneWithForgedTimesIs() throws Exception {
        Path same = put("same", "abc");
        Path forged = put("forged", "abc");
        FileTime time = Files.getLastModifiedTime(forged);
        folder.noteInputs(Map.of());
        Files.delete(same);
        put("same", "abc");
        Files.writeString(forged, "abd");
        Files.setLastModifiedTime(forged, time);
        assertThat(folder.collect(LIMITS)).extracting(ResultFile::name).containsExactly("forged");
    }

    @Test
    void followsNoLinkAndPassesOverWhatIsNoFile() throws Exception {
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.work().resolve("link"), secret);
        Files.createSymbolicLink(folder.work().resolve("linked"), root);
        Process fifo =
                new ProcessBuilder("mkfifo", folder.work().resolve("pipe").toString()).start();
        assertThat(fifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        put("plain", "x");
        assertThat(folder.collect(LIMITS)).extracting(ResultFile::name).containsExactly("plain");
        for (String name :
                List.of("link", "linked/secret", "pipe", "../secret", "/etc/passwd", "", "plain/", "./plain")) {
            assertThatThrownBy(() -> folder.open(name)).as(name).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void aFolderSwappedForALinkLeadsNowhere() throws Exception {
        put("d/file", "x");
        folder.collect(LIMITS);
        WorkFolder.delete(folder.work().resolve("d"));
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "secret");
        Files.createSymbolicLink(folder.work().resolve("d"), elsewhere);
        assertThatThrownBy(() -> folder.open("d/file")).isInstanceOf(java.io.IOException.class);
        assertThatThrownBy(() -> folder.zip(new ByteArrayOutputStream())).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void oddNamesAreOnlyNames() throws Exception {
        List<String> names =
                new ArrayList<>(List.of("; rm -rf $(x) `y`", "a\nb", "..hidden", "-rf", "a%2Fb", "\"quoted\"", "a\\b"));
        if (String.valueOf(System.getProperty("sun.jnu.encoding")).equalsIgnoreCase("UTF-8")) {
            names.add("é ü");
        }
        for (String name : names) {
            put(name, "content of " + name);
        }
        assertThat(folder.collect(LIMITS)).extracting(ResultFile::name).containsExactlyInAnyOrderElementsOf(names);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        folder.zip(out);
        List<String> zipped = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                zipped.add(entry.getName());
                assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("content of " + entry.getName());
            }
        }
        assertThat(zipped).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void theSameResultsGiveTheSameArchive() throws Exception {
        put("b", "2");
        put("a", "1");
        folder.collect(LIMITS);
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        folder.zip(one);
        folder.zip(two);
        assertThat(one.toByteArray()).isEqualTo(two.toByteArray());
    }

    @Test
    void refusesMoreThanItMayKeep() throws Exception {
        put("a", "12345");
        put("b", "12345");
        assertThatThrownBy(() -> folder.collect(new ResultLimits(1, 100)))
                .isInstanceOf(WorkFolder.TooManyResults.class);
        assertThatThrownBy(() -> folder.collect(new ResultLimits(10, 9))).isInstanceOf(WorkFolder.TooManyResults.class);
        assertThat(folder.collected()).isFalse();
    }

    @Test
    void isRemovedWholeThoughAFolderWasClosed() throws Exception {
        Path outside = Files.createDirectories(root.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "x");
        put("closed/file", "x");
        Files.createSymbolicLink(folder.work().resolve("closed/link"), outside);
        Files.setPosixFilePermissions(
                folder.work().resolve("closed"), java.nio.file.attribute.PosixFilePermissions.fromString("---------"));
        folder.delete();
        assertThat(folder.exists()).isFalse();
        assertThat(outside.resolve("kept")).exists();
    }
}
