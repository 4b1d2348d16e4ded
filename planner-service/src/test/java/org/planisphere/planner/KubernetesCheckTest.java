package org.planisphere.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.platform.kubernetes.ApiServer;
import org.planisphere.planner.platform.kubernetes.Rbac;

/** {@code platform check} of a cluster, played by the client library's test server with the manifest's rights. */
@Timeout(120)
class KubernetesCheckTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int check(String kubeconfig) throws IOException {
        Path file = Files.writeString(folder.resolve("node.yaml"), """
            platforms:
              - id: pods
                engine: kubernetes
                capacity: {storage: 10GiB}
                kubernetes: {kubeconfig: %s, volume: {host: %s}, images: ["localhost/*"]}
            """.formatted(kubeconfig, folder));
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return PlatformCheck.run(
                List.of(file.toString()), Map.of("PLANISPHERE_DATA_DIR", folder.toString()), print, print);
    }

    @Test
    void tellsWhatAClusterRunsAndMakesNoJob() throws IOException {
        try (ApiServer server = new ApiServer(Rbac.ofTheDocumentation())) {
            server.node("one", "4", "8Gi");
            assertThat(check(server.kubeconfig(folder).toString()))
                    .as(out.toString(StandardCharsets.UTF_8))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .startsWith("pods (pods) works.")
                    .contains("docker-container", "4 cores")
                    .containsPattern("(?m)^  not enforced +\\S");
            assertThat(server.calls()).noneMatch(call -> call.startsWith("POST /apis/batch"));
        }
    }

    @Test
    void saysWhatItMayNot() throws IOException {
        try (ApiServer server = new ApiServer(Rbac.nothing())) {
            assertThat(check(server.kubeconfig(folder).toString())).isEqualTo(1);
            assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("platforms[0] does not work here: ");
        }
    }
}
