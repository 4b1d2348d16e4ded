package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.SourceContract;
import org.planisphere.planner.staging.TinyServer;

/** A stand-in for Rucio, and for storage, on this machine: no Rucio can run here. */
class RucioPlaceTest extends SourceContract {
    @TempDir
    Path folder;

    private TinyServer rucio;
    private TinyServer storage;
    private final Map<String, byte[]> files = new HashMap<>();
    private String answer = "";

    @BeforeEach
    void begin() throws IOException {
        rucio = new TinyServer((request, out) -> {
            String asked = new String(request.body(), StandardCharsets.UTF_8);
            boolean in = request.header("x-rucio-auth-token").equals("rucio-secret");
            boolean known = asked.contains("\"scope\":\"testing\"") && !asked.contains("missing");
            String status = !in ? "401 Unauthorized" : known ? "200 OK" : "404 Not Found";
            TinyServer.send(
                    out,
                    request.target().equals("/rucio/replicas/list")
                                    && request.method().equals("POST")
                            ? status
                            : "405 Not Allowed",
                    "Content-Type: application/x-json-stream\r\n",
                    in && known ? answer.getBytes(StandardCharsets.UTF_8) : new byte[0]);
        });
        storage = new TinyServer((request, out) -> {
            byte[] content = files.get(request.target());
            boolean in = request.header("authorization").equals("Bearer storage-secret");
            TinyServer.send(
                    out,
                    !in ? "403 Forbidden" : content == null ? "404 Not Found" : "200 OK",
                    "",
                    content == null || !in ? new byte[0] : content);
        });
    }

    @AfterEach
    void end() throws IOException {
        rucio.close();
        storage.close();
    }

    private RucioPlace place(String secrets) throws IOException {
        Path vault = Files.writeString(Files.createTempFile(folder, "vault", ""), secrets);
        Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rw-------"));
        return new RucioPlace(
                new Place(
                        "lake",
                        URI.create(rucio.url("/rucio")),
                        List.of(storage.authority()),
                        "lake",
                        false,
                        1 << 20,
                        Duration.ofSeconds(20)),
                new Vault(vault),
                Fetching.PLAIN);
    }

    @Override
    protected Source source() throws IOException {
        return place("lake.token=rucio-secret\nlake.storage=storage-secret\n");
    }

    private static Address did(String name, String type) {
        return new Address(
                "rucio",
                "rucio:testing:" + name,
                Map.of("rucio", Map.of("scope", "testing", "object", name, "type", type)),
                Optional.empty());
    }

    private String row(String name, long bytes, String sum, String... replicas) {
        StringBuilder pfns = new StringBuilder();
        for (int i = 0; i < replicas.length; i++) {
            pfns.append(i == 0 ? "" : ",")
                    .append("\"" + replicas[i] + "\":{\"rse\":\"R" + i + "\",\"priority\":" + (i + 1) + "}");
        }
        return "{\"scope\":\"testing\",\"name\":\"" + name + "\",\"bytes\":" + bytes + sum + ",\"pfns\":{" + pfns
                + "}}\n";
    }

    @Override
    protected Address at(byte[] content) {
        files.put("/here", content);
        answer = row(
                "f",
                content.length,
                "",
                "root://elsewhere.example.org//f",
                "davs://elsewhere.example.org/f",
                storage.url("/here"));
        return did("f", "FILE");
    }

    @Override
    protected Address nothing() {
        return did("missing", "FILE");
    }

    @Test
    void takesTheReplicaThatIsThereAndShowsEachServerItsOwnSecretOnly() throws IOException {
        files.put("/second", new byte[] {1, 2});
        answer = row("f", 2, "", storage.url("/lost"), storage.url("/second"));
        assertThat(source().fetch(did("f", "FILE"), target.resolve("f"), room(10))
                        .size())
                .isEqualTo(2);
        assertThat(told).singleElement().asString().contains("404").doesNotContain("secret");
        assertThat(storage.seen())
                .noneMatch(request -> request.headers().toString().contains("rucio-secret"));
        assertThat(rucio.seen())
                .noneMatch(request -> request.headers().toString().contains("storage-secret"));
    }

    @Test
    void aDatasetIsAFolderOfItsFiles() throws IOException {
        files.put("/a", new byte[] {1});
        files.put("/b", new byte[] {2, 2});
        answer = row("a", 1, "", storage.url("/a")) + row("in/b", 2, "", storage.url("/b"));
        assertThat(source().measure(did("set", "DATASET"))).hasValue(3);
        assertThat(source().fetch(did("set", "DATASET"), target.resolve("set"), room(10))
                        .size())
                .isEqualTo(3);
        assertThat(target.resolve("set/in/b")).hasBinaryContent(new byte[] {2, 2});
    }

    @Test
    void whatDoesNotSumUpAsRucioSaysIsNotUsed() {
        files.put("/a", new byte[] {1});
        answer = row("a", 1, ",\"adler32\":\"deadbeef\"", storage.url("/a"));
        assertThatThrownBy(() -> source().fetch(did("a", "FILE"), target.resolve("a"), room(10)))
                .hasMessageContaining("checksum");
        assertThat(target.resolve("a")).doesNotExist();
    }

    @Test
    void namesLeadNowhereElse() {
        files.put("/a", new byte[] {1});
        answer = row("../a", 1, "", storage.url("/a"));
        assertThatThrownBy(() -> source().fetch(did("set", "DATASET"), target.resolve("set"), room(10)))
                .hasMessageContaining("cannot be used");
        answer = row("a", 1, "", "http://127.0.0.2/a", "file:///etc/passwd");
        assertThatThrownBy(() -> source().fetch(did("a", "FILE"), target.resolve("a"), room(10)))
                .hasMessageContaining("no replica");
    }

    @Test
    void dataOfTheSkaoWithoutReplicasAreAskedForByTheirName() throws IOException {
        files.put("/s", new byte[] {7});
        answer = row("s", 1, "", storage.url("/s"));
        Address skao = new Address(
                "skao",
                "skao:testing:s",
                Map.of("skao", Map.of("namespace", "testing", "objectname", "s")),
                Optional.empty());
        assertThat(source().takes(skao)).isTrue();
        assertThat(source().fetch(skao, target.resolve("s"), room(10)).size()).isEqualTo(1);
        Address named = new Address(
                "skao",
                "skao:testing:s",
                Map.of("skao", Map.of("objectname", "s", "replicas", List.of(Map.of("dataurl", "https://x/s")))),
                Optional.empty());
        assertThat(source().takes(named)).isFalse();
    }

    @Test
    void aTokenThatIsNotGoodAndAnswersThatAreNoneAreTold() {
        files.put("/a", new byte[] {1});
        answer = row("a", 1, "", storage.url("/a"));
        assertThatThrownBy(() -> place("lake.token=other-secret\n").measure(did("a", "FILE")))
                .hasMessageContaining("401")
                .hasMessageNotContaining("other");
        answer = "<html>\n";
        assertThatThrownBy(() -> source().measure(did("a", "FILE"))).hasMessageContaining("JSON");
        answer = "";
        assertThatThrownBy(() -> source().measure(did("a", "FILE"))).hasMessageContaining("no files");
    }

    @Test
    void anotherServersDataAreNotItsAffair() throws IOException {
        Address elsewhere = new Address(
                "rucio",
                "rucio:testing:a",
                Map.of("rucio", Map.of("endpoint", "https://other.example.org", "scope", "testing", "object", "a")),
                Optional.empty());
        assertThat(source().takes(elsewhere)).isFalse();
        Address here = new Address(
                "rucio",
                "rucio:testing:a",
                Map.of("rucio", Map.of("endpoint", rucio.url("/rucio/"), "scope", "testing", "object", "a")),
                Optional.empty());
        assertThat(source().takes(here)).isTrue();
    }
}
