package org.planisphere.planner;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.settings.Settings;

/** Places as an operator writes them. */
class DepotsTest {
    @TempDir
    Path folder;

    private void open(String places, String mode) throws Exception {
        Path vault = Files.writeString(folder.resolve("vault"), "dav.user=a\ndav.password=b\ns.access=c\ns.secret=d\n");
        Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString(mode));
        Settings settings =
                Settings.ofYaml("data.dir: " + folder + "\nstaging:\n  vault: " + vault + "\n  places:\n" + places);
        Depots.open(settings).close();
    }

    private static final String GOOD =
            "  - {name: d, kind: webdav, endpoint: \"https://dav.example.org/x/\", credentials: dav,"
                    + " write: true}\n"
                    + "  - {name: s, kind: s3, endpoint: \"https://s3.example.org\", credentials: s, buckets: [a-b, c-d/e/]}\n"
                    + "  - {name: f, kind: ftp, endpoint: \"ftp://ftp.example.org/pub\", write: true}\n"
                    + "  - {name: w, kind: web, endpoint: \"https://s3.example.org\"}\n"
                    + "  - {name: v, kind: vospace, endpoint: \"https://v.example.org/vospace\", authority: v.example.org~vospace}\n";

    @Test
    void takesPlacesOfEveryKind() {
        assertThatCode(() -> open(GOOD, "rw-------")).doesNotThrowAnyException();
    }

    @Test
    void startsWithNoVaultThatOthersMayRead() {
        assertThatThrownBy(() -> open(GOOD, "rw-r-----")).hasMessageContaining("0600");
    }

    @Test
    void tellsWhatIsWrongAndWhere() {
        assertThatThrownBy(() -> open(
                        "  - {name: d, kind: webdav, endpoint: \"ftp://x.example.org\", credentials: none}\n",
                        "rw-------"))
                .hasMessageContaining("endpoint")
                .hasMessageContaining("credentials");
        assertThatThrownBy(() -> open(
                        "  - {name: s, kind: s3, endpoint: \"https://u:p@s3.example.org\", style: odd}\n", "rw-------"))
                .hasMessageContaining("endpoint")
                .hasMessageContaining("style")
                .hasMessageContaining("buckets");
        assertThatThrownBy(() -> open("  - {name: x, kind: gopher, endpoint: \"gopher://x\"}\n", "rw-------"))
                .hasMessageContaining("kind");
        assertThatThrownBy(() -> open(
                        "  - {name: r, kind: rucio, endpoint: \"https://r.example.org\", write: true, colour: red}\n",
                        "rw-------"))
                .hasMessageContaining("write")
                .hasMessageContaining("colour");
    }
}
