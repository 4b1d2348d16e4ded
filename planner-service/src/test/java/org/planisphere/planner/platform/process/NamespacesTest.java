package org.planisphere.planner.platform.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.planisphere.planner.platform.PlatformSettings;

/** The contract without bubblewrap, in namespaces the engine makes itself. */
class NamespacesTest extends ProcessPlatformTest {
    @Override
    PlatformSettings host(PlatformSettings settings) {
        return settings.withHost("auto", "namespaces", "auto");
    }

    @BeforeEach
    void needsNamespaces() {
        assumeTrue(
                platform().describe().unenforced().stream().noneMatch(text -> text.startsWith("Runs see")),
                "this host does not let us make namespaces: only root can");
    }
}
