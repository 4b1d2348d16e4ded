package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

class StagingTest {
    @TempDir
    Path folder;

    private Path root;
    private Staging staging;

    @BeforeEach
    void make() throws Exception {
        root = Files.createDirectories(folder.resolve("data"));
        Files.writeString(root.resolve("stars.csv"), "Sirius,-1.46\n");
        Files.createDirectories(root.resolve("set/inner"));
        Files.writeString(root.resolve("set/a"), "a");
        Files.writeString(root.resolve("set/inner/b"), "bb");
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("up"), folder);
        Files.createSymbolicLink(root.resolve("set/inside"), folder.resolve("secret"));
        staging = new Staging(List.of(root), new GuardedHttp(HttpRules.NONE));
    }

    @Test
    void copiesAFileWithinItsRootsAndTellsItsSum() throws Exception {
        Path target = folder.resolve("target");
        Staged staged = staging.fetch(root.resolve("stars.csv").toUri().toString(), target, 1000);
        assertThat(target).hasContent("Sirius,-1.46");
        assertThat(staged.size()).isEqualTo(13);

        assertThat(staged.sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void copiesAFolderWithoutItsLinks() throws Exception {
        Path target = folder.resolve("target");
        assertThat(staging.fetch(root.resolve("set").toUri().toString(), target, 1000)
                        .size())
                .isEqualTo(3);
        assertThat(target.resolve("inner/b")).hasContent("bb");
        assertThat(target.resolve("inside")).doesNotExist();
    }

    @Test
    void refusesWhatIsLargerThanItsRoom() {
        assertThatThrownBy(() -> staging.fetch(root.resolve("stars.csv").toUri().toString(), folder.resolve("t"), 5))
                .isInstanceOf(Staging.NotFetched.class);
    }

    @Test
    void refusesWhatIsOutsideHoweverItIsSpelled() {
        for (String location : List.of(
                "file:" + folder + "/secret",
                "file:" + root + "/link",
                "file:" + root + "/up/secret",
                "file:" + root + "/../secret",
                "file:" + root + "/%2e%2e/secret",
                "file:///etc/passwd",
                "file://host" + root + "/stars.csv",
                "file:relative",
                "file:" + root + "/no-such",
                "file:" + root + "/a%00b",
                "http://example.org/x",
                "ftp://example.org/x",
                "not a url",
                "")) {
            assertThat(staging.examine(location)).as(location).isPresent();
            assertThatThrownBy(() -> staging.fetch(location, folder.resolve("t"), 1000))
                    .as(location)
                    .isInstanceOf(Staging.NotFetched.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "https://x.org/a/stars.csv?x=1,stars.csv",
                "https://x.org/,fallback",
                "https://x.org/..,fallback",
                "file:///data/.hidden,hidden",
                "https://x.org/a%2F..%2Fb,b",
                "https://x.org/a%20b;$(x).py,a_b___x_.py",
                "https://x.org/-rf,rf",
                "https://x.org/dir/,dir"
            })
    void givesSafeNames(String location, String name) {
        assertThat(Staging.nameFor(location, "fallback")).isEqualTo(name);
    }
}
