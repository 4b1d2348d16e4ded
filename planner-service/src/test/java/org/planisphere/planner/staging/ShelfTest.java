package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage that outlives runs goes into work folders and comes back, whatever runs do with it. */
class ShelfTest {
    private static final WorkFolder.ResultLimits LIMITS = new WorkFolder.ResultLimits(100, 1 << 20);

    @TempDir
    Path root;

    private final UUID id = UUID.randomUUID();
    private WorkFolders folders;

    @BeforeEach
    void open() {
        folders = new WorkFolders(root);
    }

    private WorkFolder begun(boolean made) throws IOException {
        WorkFolder folder = folders.of(UUID.randomUUID());
        folder.create();
        folder.lend(List.of(new Shelf.Lent(id, "kept", "in/kept", made, 100)));
        return folder;
    }

    @Test
    void isTheSameForTheNextRunAndNoResult() throws IOException {
        WorkFolder first = begun(true);
        Files.writeString(first.work().resolve("in/kept/a.txt"), "a");
        Files.writeString(first.work().resolve("out.txt"), "out");
        assertThat(first.collect(LIMITS)).extracting(ResultFile::name).containsExactly("out.txt");
        assertThat(folders.shelf().size(id)).hasValue(1);
        WorkFolder second = begun(false);
        second.noteInputs(Map.of());
        assertThat(second.work().resolve("in/kept/a.txt")).hasContent("a");
        assertThat(folders.shelf().size(id)).isEmpty();
        assertThat(second.file("inputs.json")).doesNotExist();
        assertThat(second.collect(LIMITS)).isEmpty();
    }

    @Test
    void survivesAWorkFolderThatIsRemoved() throws IOException {
        WorkFolder folder = begun(true);
        Files.writeString(folder.work().resolve("in/kept/a.txt"), "a");
        folder.delete();
        assertThat(folder.path()).doesNotExist();
        assertThat(folders.shelf().size(id)).hasValue(1);
        // A planner that died on the way begins again, and so does one that ended.
        folder.create();
        folder.lend(List.of(new Shelf.Lent(id, "kept", "in/kept", true, 100)));
        assertThat(folder.work().resolve("in/kept/a.txt")).hasContent("a");
    }

    @Test
    void comesBackOnceAndIsNotTakenFromWhoHasItNext() throws IOException {
        WorkFolder first = begun(true);
        first.collect(LIMITS);
        WorkFolder second = begun(false);
        Files.writeString(second.work().resolve("in/kept/b.txt"), "b");
        first.delete();
        second.collect(LIMITS);
        assertThat(folders.shelf().size(id)).hasValue(1);
    }

    @Test
    void isEmptyWhereTheRunPutALinkInItsPlace() throws IOException {
        Path others = Files.createDirectories(root.resolve("others/kept"));
        Files.writeString(others.resolve("secret"), "secret");
        WorkFolder folder = begun(true);
        WorkFolder.delete(folder.work().resolve("in"));
        Files.createSymbolicLink(folder.work().resolve("in"), others.getParent());
        folder.collect(LIMITS);
        assertThat(others.resolve("secret")).hasContent("secret");
        assertThat(folders.shelf().size(id)).hasValue(0);
    }

    @Test
    void isNotMadeAgainWhenItHasGone() throws IOException {
        WorkFolder folder = folders.of(UUID.randomUUID());
        folder.create();
        assertThatThrownBy(() -> folder.lend(List.of(new Shelf.Lent(id, "kept", "kept", false, 100))))
                .isInstanceOf(Staging.NotFetched.class)
                .hasMessageContaining("the storage kept is not there any more");
    }

    @Test
    void mayNotHoldMoreThanItsSize() throws IOException {
        WorkFolder folder = begun(true);
        Files.write(folder.work().resolve("in/kept/a"), new byte[101]);
        assertThatThrownBy(() -> folder.collect(LIMITS))
                .isInstanceOf(WorkFolder.TooManyResults.class)
                .hasMessageContaining("the storage kept holds more");
        // Asked again, it is refused again; and nothing of it is lost.
        assertThatThrownBy(() -> folder.collect(LIMITS)).isInstanceOf(WorkFolder.TooManyResults.class);
        assertThat(folders.shelf().size(id)).hasValue(101);
    }
}
