package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.platform.image.ImageName;

class RegistryTest {
    @TempDir
    Path home;

    private TinyRegistry server;
    private Registry registry;
    private final TestImage image = new TestImage()
            .layer(new TarMaker().file("a", "1").bytes())
            .architecture("amd64")
            .with("Cmd", List.of("/a"));

    @BeforeEach
    void begin() throws IOException {
        server = new TinyRegistry();
        registry = registry(server.host());
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static Registry registry(String allowed) {
        HttpRules rules = HttpRules.of(List.of(allowed), 1 << 20, Duration.ofSeconds(20));
        return new Registry(new GuardedHttp(rules), List.of(allowed));
    }

    private Parts find(String rest) throws IOException {
        return registry.find(ImageName.of(server.host() + "/" + rest).orElseThrow(), "amd64", "linux");
    }

    @Test
    void findsAnImageByTagAndByDigest() throws Exception {
        String digest = server.push("x/y", "1", image);
        assertThat(find("x/y:1").digest()).isEqualTo(digest);
        Parts parts = find("x/y@" + digest);
        assertThat(parts.layers()).isEqualTo(1);
        assertThat(Digests.of(parts.layer(0, home.resolve("layer"))))
                .isEqualTo(Digests.of(image.packed().get(0)));
        assertThat(Parts.object(parts.configuration().get("config"))).containsEntry("Cmd", List.of("/a"));
    }

    @Test
    void takesTheOneOfAListThatIsForTheMachine() throws Exception {
        String digest = server.push("x/y", "one", image);
        Map<String, Object> other = Map.of("architecture", "arm64", "os", "linux");
        Map<String, Object> mine = Map.of("architecture", "amd64", "os", "linux");
        byte[] list = TestImage.json(Map.of(
                "schemaVersion",
                2,
                "manifests",
                List.of(
                        Map.of("digest", "sha256:" + "0".repeat(64), "platform", other),
                        Map.of("digest", digest, "platform", mine))));
        server.lie("/v2/x/y/manifests/all", list);
        assertThat(find("x/y:all").digest()).isEqualTo(digest);
        assertThatThrownBy(() ->
                        registry.find(ImageName.of(server.host() + "/x/y:all").orElseThrow(), "riscv64", "linux"))
                .hasMessageContaining("nothing for linux/riscv64");
    }

    @Test
    void getsATokenWhereTheRegistryWantsOneFromEverybody() throws Exception {
        String digest = server.push("x/y", "1", image);
        server.wantToken();
        assertThat(find("x/y:1").digest()).isEqualTo(digest);
        assertThat(server.asked()).containsOnlyOnce("/token");
    }

    @Test
    void refusesWhatIsNotWhatItsDigestSays() throws Exception {
        String digest = server.push("x/y", "1", image);
        server.lie("/v2/x/y/manifests/" + digest, "{}".getBytes());
        assertThatThrownBy(() -> find("x/y@" + digest)).hasMessageContaining("is not " + digest);
    }

    @Test
    void refusesALayerThatIsNotWhatItsDigestSays() throws Exception {
        server.push("x/y", "1", image);
        byte[] layer = image.packed().get(0).clone();
        layer[layer.length - 1] ^= 1;
        server.lie("/v2/x/y/blobs/" + Digests.of(image.packed().get(0)), layer);
        Parts parts = find("x/y:1");
        assertThatThrownBy(() -> parts.layer(0, home.resolve("layer"))).hasMessageContaining("what came is not");
    }

    @Test
    void refusesALayerThatIsLargerThanItWasSaidToBe() throws Exception {
        server.push("x/y", "1", image);
        server.lie("/v2/x/y/blobs/" + Digests.of(image.packed().get(0)), new byte[1 << 20]);
        Parts parts = find("x/y:1");
        assertThatThrownBy(() -> parts.layer(0, home.resolve("layer"))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAConfigurationThatIsNotWhatItsDigestSays() {
        server.push("x/y", "1", image);
        server.lie("/v2/x/y/blobs/" + Digests.of(image.configuration()), "{}".getBytes());
        assertThatThrownBy(() -> find("x/y:1")).hasMessageContaining("what came is not");
    }

    @Test
    void refusesDigestsThatWouldBePaths() {
        server.lie(
                "/v2/x/y/manifests/1",
                TestImage.json(Map.of("config", Map.of("digest", "sha256:../../../etc/passwd"), "layers", List.of())));
        assertThatThrownBy(() -> find("x/y:1")).hasMessageContaining("a digest that is not known here");
    }

    @Test
    void saysThatThereIsNoSuchImage() {
        assertThatThrownBy(() -> find("x/none:1")).hasMessage("the registry has no such image");
    }

    @Test
    void saysThatAnAnswerIsNoDocument() {
        server.lie("/v2/x/y/manifests/1", "<html>".getBytes());
        assertThatThrownBy(() -> find("x/y:1")).hasMessageContaining("no document");
    }

    @Test
    void asksNobodyThatItMayNot() {
        registry = registry("registry.example.org:5000");
        assertThatThrownBy(() -> find("x/y:1")).isInstanceOf(GuardedHttp.Forbidden.class);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void aTokenIsNotFetchedFromWhereItMayNotAsk() throws Exception {
        try (TinyRegistry other = new TinyRegistry()) {
            server.close();
            server = new TinyRegistry();
            registry = registry(server.host());
            server.challenge("Bearer realm=\"http://" + other.host() + "/token\"");
            assertThatThrownBy(() -> find("x/y:1")).isInstanceOf(GuardedHttp.Forbidden.class);
            assertThat(other.asked()).isEmpty();
        }
    }
}
