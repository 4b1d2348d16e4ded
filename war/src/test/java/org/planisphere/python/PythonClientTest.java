package org.planisphere.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The Python client by itself, and against a small planner of its tests' own that does what a real one never does. */
class PythonClientTest {
    @Test
    void theClientsOwnTestsPass() throws Exception {
        assumeTrue(PythonTests.possible(), "python3 is missing, or older than 3.9");
        PythonTests.Outcome outcome = PythonTests.discover("test_*.py", Map.of());
        assertThat(outcome.status()).as(outcome.said()).isZero();
        assertThat(outcome.said()).contains("OK").doesNotContain("Ran 0 tests");
    }
}
