package org.planisphere.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCheckTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int check(String... args) {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return PolicyCheck.run(List.of(args), out, out);
    }

    @Test
    void thePoliciesThatAreShownHaveNoFaults() {
        assertThat(check("../docs/examples/policy/observatory.yaml")).isZero();
        assertThat(check("../demo/policy.yaml")).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("version demo-1, no faults, sha256:");
    }

    @Test
    void everyFaultIsToldWithItsPathAndLine(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("p.yaml"), "version: '2'\ngrants: [{id: A, price: x}]\n");
        assertThat(check(file.toString())).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .hasSizeGreaterThanOrEqualTo(3)
                .anyMatch(line -> line.contains("grants[0].price") && line.contains("line 2"));
    }

    @Test
    void whatIsNoFileIsSaid() {
        assertThat(check("/nonsense/policy.yaml")).isEqualTo(2);
        assertThat(check()).isEqualTo(2);
        assertThat(check("--help")).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("cannot be read", "Usage: planisphere policy check");
    }
}
