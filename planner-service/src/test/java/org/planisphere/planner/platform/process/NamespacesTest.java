package org.planisphere.planner.platform.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.planisphere.planner.platform.Section;

/** The contract without bubblewrap, in namespaces the engine makes itself. */
class NamespacesTest extends ProcessPlatformTest {
    @Override
    ProcessSettings host() {
        return ProcessSettings.of(new Section("process", Map.of("sandbox", "namespaces")));
    }

    @BeforeEach
    void needsNamespaces() {
        assumeTrue(
                platform().describe().unenforced().stream().noneMatch(text -> text.startsWith("Runs see")),
                "this host does not let us make namespaces: only root can");
    }
}
