package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.platform.image.ImageName;

/** What our reader of registries gets from a real one. */
class DockerRegistryTest {
    private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path home;

    private final HttpClient client = HttpClient.newHttpClient();
    private Process server;
    private String host;

    @BeforeEach
    void begin() throws IOException {
        Path program = Path.of("/usr/bin/docker-registry");
        assumeTrue(
                Files.isExecutable(program), "docker-registry is not installed (Debian: apt install docker-registry)");
        Path conf = Files.writeString(home.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:0"}
                """.formatted(home.resolve("registry")));
        Path log = home.resolve("registry.log");
        server = new ProcessBuilder(program.toString(), "serve", conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        AtomicReference<String> found = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            Matcher matcher = LISTENS.matcher(Files.readString(log));
            if (matcher.find()) {
                found.set(matcher.group(1));
            }
            return found.get() != null;
        });
        host = found.get();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer;
    }

    private void put(byte[] blob) throws IOException, InterruptedException {
        String location = send(HttpRequest.newBuilder(URI.create("http://" + host + "/v2/x/y/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String at = location + (location.contains("?") ? "&" : "?") + "digest=" + Digests.of(blob);
        send(HttpRequest.newBuilder(URI.create("http://" + host).resolve(at))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(blob)));
    }

    @Test
    void givesAnImageByTagAndByItsDigest() throws Exception {
        TestImage image = new TestImage()
                .layer(new TarMaker().file("a", "1").bytes())
                .architecture("amd64")
                .with("Cmd", List.of("/a"));
        for (byte[] layer : image.packed()) {
            put(layer);
        }
        put(image.configuration());
        String digest = send(HttpRequest.newBuilder(URI.create("http://" + host + "/v2/x/y/manifests/1"))
                        .header("Content-Type", TestImage.MANIFEST)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(image.manifest())))
                .headers()
                .firstValue("Docker-Content-Digest")
                .orElseThrow();
        Registry registry = new Registry(
                new GuardedHttp(HttpRules.of(List.of(host), 1 << 20, Duration.ofSeconds(60))), List.of(host));

        Parts byTag = registry.find(ImageName.of(host + "/x/y:1").orElseThrow(), "amd64", "linux");
        Parts byDigest = registry.find(ImageName.of(host + "/x/y@" + digest).orElseThrow(), "amd64", "linux");

        assertThat(List.of(byTag.digest(), byDigest.digest())).containsExactly(digest, digest);
        Path root = Files.createDirectory(home.resolve("root"));
        Layers layers = new Layers(root, 1 << 20);
        layers.add(byTag.layer(0, home.resolve("layer")));
        layers.finish();
        assertThat(root.resolve("a")).hasContent("1");
    }
}
