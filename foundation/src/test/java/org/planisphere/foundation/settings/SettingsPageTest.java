package org.planisphere.foundation.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    @Test
    void theDocumentedTableIsTheCode() throws Exception {
        Path page = Path.of("../docs/settings.md");
        assertThat(Files.isRegularFile(page) ? Files.readString(page) : "")
                .as("docs/settings.md; write it anew with: java -cp planner-service/target/classes "
                        + "org.planisphere.foundation.settings.SettingsPage docs/settings.md")
                .isEqualTo(SettingsPage.markdown());
    }

    @Test
    void everyNameCanBeTyped() {
        assertThat(Keys.all()).allSatisfy(s -> assertThat(s.key()).matches("[a-z]+(\\.[a-z]+)+"));
    }
}
