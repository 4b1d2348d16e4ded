package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a planner says of itself in registries. */
class ExtensionTest {
    private static final String PLATFORM =
            "platforms: [{id: roomy, capacity: {cores: 8, memory: 16GiB, storage: 10GiB},"
                    + " shapes: [{name: small, cores: 1, memory: 2GiB}]}]\n";

    @Test
    void kindsFormatsAndShapesAreToldWhenTheOperatorSaysSo() throws Exception {
        try (DoorServer planner = new DoorServer(PLATFORM + "planner.registry.extension: true\n")) {
            assertThat(planner.send("GET", "/capabilities", null, null).body())
                    .contains("xmlns:ebr=\"https://www.purl.org/planisphere/registry/v1.0\"")
                    .contains("xsi:type=\"ebr:ExecutionBroker\"")
                    .contains(
                            "<executableKind>https://www.purl.org/planisphere/kinds/executable/process</executableKind>")
                    .contains("<format>application/yaml</format>")
                    .containsPattern(
                            "<shape cores=\"1\" memory=\"2048\" storage=\"[0-9]+\" accelerators=\"[0-9]+\">small<");
        }
    }

    @Test
    void nothingBeyondVoresourceIsToldOtherwise() throws Exception {
        try (DoorServer planner = new DoorServer(PLATFORM)) {
            assertThat(planner.send("GET", "/capabilities", null, null).body())
                    .contains("<capability standardID=")
                    .doesNotContain("ebr", "executableKind");
        }
    }
}
