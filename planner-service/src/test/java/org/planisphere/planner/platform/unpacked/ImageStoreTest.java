package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);
    private static final String C = "sha256:" + "c".repeat(64);

    @TempDir
    Path home;

    private final UUID session = UUID.randomUUID();
    private ImageStore store;

    @BeforeEach
    void open() {
        store = new ImageStore(home.resolve("images"), 100, other -> other.equals(session));
    }

    private ImageStore.Image make(String digest, UUID user, long size) throws IOException {
        return store.make(digest, user, false, Map.of("digest", digest), root -> {
            Files.writeString(root.resolve("x"), digest);
            return size;
        });
    }

    @Test
    void hasWhatWasMadeAndMakesItOnce() throws Exception {
        make(A, session, 10);
        assertThat(store.make(A, session, false, Map.of(), root -> 10).root().resolve("x"))
                .hasContent(A);
        assertThat(store.use(A, session)).isPresent();
        assertThat(store.use(B, session)).isEmpty();
    }

    @Test
    void leavesNothingOfWhatFailed() {
        assertThatThrownBy(() -> store.make(A, session, false, Map.of(), root -> {
                    Files.writeString(root.resolve("x"), "half");
                    throw new IOException("cut");
                }))
                .hasMessage("cut");
        assertThat(store.has(A)).isFalse();
        assertThat(home.resolve("images")).isEmptyDirectory();
    }

    @Test
    void removesWhatWasUsedLongestAgoAndNobodyUses() throws Exception {
        make(A, session, 60);
        make(B, UUID.randomUUID(), 60);
        assertThat(store.has(A)).as("in use, though there is no room").isTrue();
        assertThat(store.has(B)).isTrue();
        store.leave(session);
        make(C, session, 30);
        assertThat(store.has(A)).isFalse();
        assertThat(store.has(C)).isTrue();
    }

    @Test
    void forgetsAtItsStartWhatADeadPlannerLeft() throws Exception {
        UUID gone = UUID.randomUUID();
        make(A, gone, 60);
        make(B, session, 30);
        Path stale = Files.createDirectory(home.resolve("images/half-1"));
        Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        Path fresh = Files.createDirectory(home.resolve("images/half-2"));
        open();
        assertThat(stale).doesNotExist();
        assertThat(fresh).exists();
        make(C, session, 30);
        assertThat(store.has(A)).isFalse();
        assertThat(store.has(B)).isTrue();
    }

    @Test
    void aNameMeansWhatItMeantLastUntilThatIsGone() throws Exception {
        make(A, session, 60);
        store.name("x/y:1", A);
        assertThat(store.named("x/y:1")).contains(A);
        store.leave(session);
        make(B, session, 60);
        assertThat(store.named("x/y:1")).isEmpty();
        assertThat(store.named("z")).isEmpty();
    }
}
