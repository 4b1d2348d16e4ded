package org.planisphere.planner;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

class PlatformsTest {
    private final Set<String> ids = new HashSet<>();

    private void read(int place, Map<String, Object> tree) {
        Platforms.read(new Section("platforms[" + place + "]", tree), PlatformSettings.Defaults.USUAL, ids);
    }

    @Test
    void refusesAnEngineThatDoesNotExist() {
        assertThatThrownBy(() -> read(0, Map.of("id", "a", "engine", "warp")))
                .hasMessageContaining("platforms[0].engine: must be one of ")
                .hasMessageContaining("process");
    }

    @Test
    void refusesAnIdUsedTwice() {
        read(0, Map.of("id", "a"));
        assertThatThrownBy(() -> read(1, Map.of("id", "a"))).hasMessage("platforms[1].id: a is used twice");
    }

    @Test
    void namesFaultsOfTheCommonSettingsAndOfTheEnginesOwnTogether() {
        assertThatThrownBy(() -> read(
                        0,
                        Map.of(
                                "id", "a",
                                "usual", "soon",
                                "process", Map.of("user", "0", "sandbox", "perhaps", "colour", "red"))))
                .message()
                .hasLineCount(4)
                .contains("platforms[0].usual: must be a duration")
                .contains("platforms[0].process.user: must be auto, a user's name or a number above 0")
                .contains("platforms[0].process.sandbox: must be one of auto, namespaces, off")
                .contains("platforms[0].process.colour: is not known here");
    }

    @Test
    void refusesTheSectionOfAnotherEngine() {
        assertThatThrownBy(() -> read(0, Map.of("id", "a", "slurm", Map.of("partition", "main"))))
                .hasMessage("platforms[0].slurm: is not known here");
    }
}
