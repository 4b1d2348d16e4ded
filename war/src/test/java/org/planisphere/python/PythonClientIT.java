package org.planisphere.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.TokenBook;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.server.PlanisphereServer;

/** The Python client, its page and the recipes against a real node, as a user would type them. */
class PythonClientIT {
    private static final String PUBLISHER = "token-of-paula-0123456789abcdef";

    @Test
    void thePagesAreTrueAtARealNode() throws Exception {
        assumeTrue(PythonTests.possible(), "python3 is missing, or older than 3.9");
        Path folder = PlanisphereServer.folder("python");
        Path tokens = Files.writeString(
                folder.resolve("tokens.yaml"),
                "- {name: paula, sha256: " + TokenBook.sha256(PUBLISHER) + ", roles: [publisher]}\n");
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                platforms:
                  - id: bench
                    engine: process
                    capacity: {cores: 100, memory: 1TiB, storage: 1TiB}
                """);
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        try (PlanisphereServer server = PlanisphereServer.deploy(Map.of(
                "data.dir",
                Files.createTempDirectory(folder, "data").toString(),
                "identity.tokens",
                tokens.toString(),
                "planner.caller.anonymous.cores",
                "100",
                "planner.caller.anonymous.memory",
                "1TiB"))) {
            PythonTests.Outcome outcome = PythonTests.discover(
                    "it_*.py",
                    Map.of("PLANISPHERE_TEST_NODE", server.url().toString(), "PLANISPHERE_TEST_PUBLISHER", PUBLISHER));
            assertThat(outcome.status()).as(outcome.said()).isZero();
            assertThat(outcome.said()).contains("OK").doesNotContain("Ran 0 tests");
            System.out.print(outcome.said().replaceAll("(?m)^(?!.*skipped).*\\R?", ""));
        } finally {
            System.clearProperty(Settings.FILE_PROPERTY);
        }
    }
}
