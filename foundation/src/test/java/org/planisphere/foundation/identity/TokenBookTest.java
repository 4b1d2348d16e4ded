package org.planisphere.foundation.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.settings.SettingsException;

class TokenBookTest {
    @TempDir
    Path folder;

    private Path file;
    private int written;

    @BeforeEach
    void book() {
        file = folder.resolve("tokens.yaml");
    }

    /** Each text a second later than the one before, whatever the clock of the file system counts in. */
    private void write(String text) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(written++)));
    }

    private static String entry(String name, String roles) {
        return "- {name: %s, sha256: %s, groups: [astro], roles: [%s]}\n"
                .formatted(name, TokenBook.sha256(name + "-token"), roles);
    }

    @Test
    void knowsCallersByTheirTokens() throws IOException {
        write(entry("anna", "operator"));
        TokenBook book = new TokenBook(file);
        assertThat(book.caller("anna-token")).get().extracting(Caller::id).isEqualTo("local|anna");
        assertThat(book.caller("bert-token")).isEmpty();
        write(entry("bert", ""));
        assertThat(book.caller("anna-token")).isEmpty();
        assertThat(book.caller("bert-token")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- {name: anna, sha256: anna-token}",
                "- {name: anna, sha256: 4e07, roles: []}",
                "- {name: anna",
                "anna: operator",
                "- {name: anna, sha256: 4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce, roles: [king]}",
                "- null",
            })
    void faultsStopTheStartOrChangeNothing(String faulty) throws IOException {
        write(entry("bert", ""));
        TokenBook book = new TokenBook(file);
        write(faulty);
        assertThat(book.caller("bert-token")).isPresent();
        assertThatThrownBy(() -> new TokenBook(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("identity.tokens")
                .hasMessageContaining("tokens.yaml")
                .hasMessageNotContaining("anna-token");
        write(entry("anna", ""));
        assertThat(book.caller("anna-token")).isPresent();
    }

    @Test
    void aFileThatIsNotThereIsAListOfNobody() throws IOException {
        TokenBook book = new TokenBook(file);
        assertThat(book.caller("anna-token")).isEmpty();
        write(entry("anna", ""));
        assertThat(book.caller("anna-token")).isPresent();
        Files.delete(file);
        assertThat(book.caller("anna-token")).isEmpty();
    }
}
