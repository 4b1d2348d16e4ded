package org.planisphere.foundation.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.settings.SettingsException;

class StandingBookTest {
    private static final Standing SETTLED = new Standing(Set.of("iam|/ops"), Set.of(), Set.of("iam|mallory"));

    @TempDir
    private Path folder;

    private static boolean suspended(StandingBook book, String id) {
        return book.get().of(new Caller(id, "x", Set.of(), Set.of())) instanceof Recognition.Suspended;
    }

    /** Looked at by hand only. */
    private static StandingBook book(Path file) {
        return new StandingBook(SETTLED, Optional.of(file), Duration.ofDays(1));
    }

    @Test
    void addsToWhatTheSettingsSayAndFollowsTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("list.yaml"), "- iam|anna\n");
        List<String> told = new ArrayList<>();
        try (StandingBook book = book(file)) {
            book.onChange((suspended, restored) -> told.add(suspended + " " + restored));
            assertThat(suspended(book, "iam|anna")).isTrue();
            assertThat(suspended(book, "iam|mallory")).isTrue();
            assertThat(suspended(book, "iam|bert")).isFalse();

            Files.writeString(file, "- iam|bert\n- 'iam|mallory'\n");
            book.refresh();
            assertThat(suspended(book, "iam|anna")).isFalse();
            assertThat(suspended(book, "iam|bert")).isTrue();

            Files.writeString(file, "[]\n");
            book.refresh();
            assertThat(suspended(book, "iam|bert")).isFalse();
            assertThat(suspended(book, "iam|mallory")).as("by the settings").isTrue();
            assertThat(told).hasSize(2);
            assertThat(told.get(0))
                    .startsWith("[iam|")
                    .contains("bert", "mallory")
                    .endsWith(" [iam|anna]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"- {a: b}", "just text", "- anna", "- [a|b]", "- 'iam|an\u0007na'", "{", "- null", ""})
    void aListWithFaultsLetsNobodyInAndStopsAStart(String broken) throws IOException {
        Path file = Files.writeString(folder.resolve("list.yaml"), "- iam|anna\n");
        try (StandingBook book = book(file)) {
            Files.writeString(file, broken);
            book.refresh();
            assertThat(suspended(book, "iam|anna")).isTrue();
            Files.delete(file);
            book.refresh();
            assertThat(suspended(book, "iam|anna")).isTrue();
        }
        Files.writeString(file, broken);
        assertThatThrownBy(() -> book(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("identity.suspensions");
    }

    @Test
    void aListThatIsNotThereStopsAStart() {
        assertThatThrownBy(() -> book(folder.resolve("none.yaml"))).isInstanceOf(SettingsException.class);
    }
}
