package org.planisphere.planner.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.Kind;

class PlatformSettingsTest {
    private static PlatformSettings read(Map<String, Object> tree) {
        Section item = new Section("platforms[0]", tree);
        PlatformSettings settings = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
        item.done();
        return settings;
    }

    @Test
    void anIdIsEnough() {
        PlatformSettings settings = read(Map.of("id", "alpha"));
        assertThat(settings.name()).isEqualTo("alpha");
        assertThat(settings.capacity().cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(settings.capacity().memory()).isGreaterThan(100);
        assertThat(settings.network()).isFalse();
        assertThat(settings.kinds()).isEmpty();
    }

    @Test
    void readsEverything() {
        PlatformSettings settings = read(Map.ofEntries(
                Map.entry("id", "alpha"),
                Map.entry("name", "Alpha"),
                Map.entry("capacity", Map.of("cores", 8, "memory", 16, "storage", "1TiB", "sessions", 5)),
                Map.entry(
                        "shapes",
                        List.of(Map.of("name", "small", "cores", 1, "memory", "512MiB", "storage", 2, "factor", 1.5))),
                Map.entry("prices", Map.of("coreHour", 0.02, "currency", "CHF")),
                Map.entry("kinds", List.of("process", "python-program")),
                Map.entry("files", List.of("/data")),
                Map.entry("http", Map.of("allow", List.of("*.example.org"), "maxbytes", "1GiB", "timeout", "90s")),
                Map.entry("longest", "2h"),
                Map.entry("usual", "PT10M"),
                Map.entry("network", true),
                Map.entry("limits", Map.of("processes", 32, "grace", "500ms")),
                Map.entry("metrics", Map.of("https://example.org/score", 7.5))));
        assertThat(settings.capacity()).isEqualTo(new Amounts(8, 16 << 10, 1 << 20, 0, 5));
        assertThat(settings.shapes()).containsExactly(new Shape("small", new Amounts(1, 512, 2048, 0, 1), 1.5));
        assertThat(settings.kinds()).containsExactlyInAnyOrder(Kind.PROCESS, Kind.PYTHON_PROGRAM);
        assertThat(settings.roots()).containsExactly(Path.of("/data"));
        assertThat(settings.http().largest()).isEqualTo(1L << 30);
        assertThat(settings.longest()).isEqualTo(Duration.ofHours(2));
        assertThat(settings.limits().grace()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.limits().files()).isEqualTo(PlatformSettings.Limits.USUAL.files());
        assertThat(settings.metrics()).containsEntry("https://example.org/score", 7.5);
    }

    @Test
    void namesEveryFaultWithItsPath() {
        assertThatThrownBy(() -> read(Map.ofEntries(
                        Map.entry("id", "Not Good"),
                        Map.entry("capacity", Map.of("cores", 0, "memory", "lots", "disk", 1)),
                        Map.entry("shapes", List.of(Map.of("cores", 1), "x")),
                        Map.entry("kinds", List.of("spaceship")),
                        Map.entry("usual", "soon"),
                        Map.entry("network", "perhaps"),
                        Map.entry("http", Map.of("allow", List.of("http://x"))),
                        Map.entry("colour", "red"))))
                .hasMessageContaining("platforms[0].id: ")
                .hasMessageContaining("platforms[0].capacity.cores: must be a whole number from 1")
                .hasMessageContaining("platforms[0].capacity.memory: must be a size")
                .hasMessageContaining("platforms[0].capacity.disk: is not known here")
                .hasMessageContaining("platforms[0].shapes[0].name: is missing")
                .hasMessageContaining("platforms[0].shapes[1]: must be a map")
                .hasMessageContaining("platforms[0].kinds: spaceship")
                .hasMessageContaining("platforms[0].usual: ")
                .hasMessageContaining("platforms[0].network: ")
                .hasMessageContaining("platforms[0].http.allow: http://x")
                .hasMessageContaining("platforms[0].colour: is not known here");
    }

    @Test
    void refusesAShapeLargerThanThePlatform() {
        assertThatThrownBy(() -> read(Map.of(
                        "id", "a",
                        "capacity", Map.of("cores", 1),
                        "shapes", List.of(Map.of("name", "big", "cores", 2)))))
                .hasMessageContaining("platforms[0].shapes[0]: is larger");
    }
}
