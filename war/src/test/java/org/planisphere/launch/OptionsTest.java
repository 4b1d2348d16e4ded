package org.planisphere.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void optionsBecomeSettings() {
        Options options = Options.read(
                List.of("--port", "1234", "--data=d", "--config", "c.yaml", "--set", "node.name=a=b", "--listen=::1"));
        assertThat(options.config()).isEqualTo(Path.of("c.yaml"));
        assertThat(options.overrides())
                .containsEntry("listen.port", "1234")
                .containsEntry("data.dir", "d")
                .containsEntry("node.name", "a=b")
                .containsEntry("listen.address", "::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prt", "up", "--port", "--set x", "--set =x", "-p 1"})
    void whatIsNoOptionIsRefusedWithTheUsage(String line) {
        assertThatThrownBy(() -> Options.read(List.of(line.split(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Usage: planisphere up");
    }
}
