package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.Section;

class UnpackedSettingsTest {
    private static UnpackedSettings of(Map<String, ?> values) {
        Section section = new Section("charliecloud", values);
        UnpackedSettings settings = UnpackedSettings.of(section, Runner.CHARLIECLOUD.program());
        section.done();
        return settings;
    }

    @Test
    void allowsNothingUntilItIsTold() {
        UnpackedSettings settings = of(Map.of());
        assertThat(settings.program()).isEqualTo(Path.of("/usr/bin/ch-run"));
        assertThat(settings.images()).isEmpty();
        assertThat(settings.archives()).isFalse();
        assertThat(settings.image()).isEmpty();
    }

    @Test
    void asksRegistriesOfThisNetworkOnlyWhereTheyAreNamed() {
        UnpackedSettings settings = of(Map.of("images", List.of("127.0.0.1:5000/a/*", "registry.example.org/b")));
        assertThat(settings.http().allowsNow(URI.create("http://127.0.0.1:5000/v2/")))
                .isTrue();
        assertThat(settings.http().allowsNow(URI.create("http://127.0.0.1:5001/v2/")))
                .isFalse();
        assertThat(settings.http().allowsNow(URI.create("https://127.0.0.1/v2/")))
                .isFalse();
        assertThat(settings.http().allowsNow(URI.create("https://registry.example.org/v2/")))
                .isTrue();
    }

    @Test
    void tellsAllFaultsAtOnce() {
        assertThatThrownBy(() -> of(Map.of(
                        "program",
                        "ch-run",
                        "image",
                        "Not An Image",
                        "insecure",
                        List.of("a b"),
                        "pull",
                        "always",
                        "colour",
                        "red")))
                .hasMessageContainingAll(
                        "charliecloud.program: must be an absolute path",
                        "charliecloud.image: Not An Image is no image's name",
                        "charliecloud.images: a b is no host",
                        "charliecloud.pull",
                        "charliecloud.colour: is not known here");
    }
}
