package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

/** Git's own server behind HTTP. */
@Timeout(120)
class GitSourceTest {
    private static final Path BACKEND = Path.of("/usr/lib/git-core/git-http-backend");

    @TempDir
    Path root;

    private HttpServer server;
    private String address;
    private String commit;

    @BeforeEach
    void up() throws Exception {
        assumeTrue(Files.isExecutable(BACKEND), BACKEND + " is missing (Debian: git)");
        Path repository = Files.createDirectories(root.resolve("stars.git"));
        git(repository, "init", "--quiet", "--initial-branch=main");
        Files.writeString(repository.resolve("main.py"), "print('Vega')\n");
        Files.createSymbolicLink(repository.resolve("out"), Path.of("/etc/passwd"));
        Files.write(
                repository.resolve("large"),
                new java.util.Random(1)
                        .ints(1 << 18)
                        .collect(
                                ByteArrayOutputStream::new,
                                (out, n) -> out.write(n),
                                (a, b) -> a.writeBytes(b.toByteArray()))
                        .toByteArray());
        git(repository, "add", ".");
        git(repository, "commit", "--quiet", "-m", "one");
        commit = git(repository, "rev-parse", "HEAD");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::serve);
        server.createContext("/away/", call -> {
            call.getResponseHeaders()
                    .set(
                            "Location",
                            "/stars.git" + call.getRequestURI().toString().substring("/away".length()));
            call.sendResponseHeaders(302, -1);
            call.close();
        });
        server.start();
        address = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void down() {
        if (server != null) {
            server.stop(0);
        }
    }

    private static String git(Path folder, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(words));
        Process git = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
        return said.strip();
    }

    private void serve(HttpExchange call) throws IOException {
        byte[] body = call.getRequestBody().readAllBytes();
        ProcessBuilder builder = new ProcessBuilder(BACKEND.toString());
        String query = call.getRequestURI().getRawQuery();
        Map<String, String> environment = builder.environment();
        environment.put("GIT_PROJECT_ROOT", root.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("PATH_INFO", call.getRequestURI().getPath());
        environment.put("QUERY_STRING", query == null ? "" : query);
        environment.put("REQUEST_METHOD", call.getRequestMethod());
        environment.put("CONTENT_LENGTH", Integer.toString(body.length));
        String type = call.getRequestHeaders().getFirst("Content-Type");
        environment.put("CONTENT_TYPE", type == null ? "" : type);
        String coding = call.getRequestHeaders().getFirst("Content-Encoding");
        environment.put("HTTP_CONTENT_ENCODING", coding == null ? "" : coding);
        String protocol = call.getRequestHeaders().getFirst("Git-Protocol");
        environment.put("GIT_PROTOCOL", protocol == null ? "" : protocol);
        Process backend = builder.start();
        try (OutputStream out = backend.getOutputStream()) {
            out.write(body);
        }
        byte[] answer = backend.getInputStream().readAllBytes();
        int end = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
        int status = 200;
        for (String line : new String(answer, 0, Math.max(0, end), StandardCharsets.ISO_8859_1).split("\r\n")) {
            int colon = line.indexOf(':');
            if (line.startsWith("Status:")) {
                status = Integer.parseInt(line.substring(7).strip().substring(0, 3));
            } else if (colon > 0) {
                call.getResponseHeaders()
                        .set(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        int length = answer.length - end - 4;
        call.sendResponseHeaders(status, length == 0 ? -1 : length);
        call.getResponseBody().write(answer, end + 4, length);
        call.close();
    }

    private static GitSource source(List<String> hosts) {
        return new GitSource(
                new FileSource(List.of()), new GuardedHttp(HttpRules.of(hosts, 1 << 30, Duration.ofSeconds(60))));
    }

    private Staged fetch(String path, String reference, long room, List<String> told) throws IOException {
        Address asked = Address.ofRepository(address + path, reference);
        return source(List.of(address.substring(7)))
                .fetch(asked, root.resolve("target"), new Transfer(room, at -> Map.of(), told::add));
    }

    @Test
    void theFilesOfOneCommitAreThereAndNothingElse() throws Exception {
        List<String> told = new ArrayList<>();
        assertThat(fetch("/stars.git", commit, 10 << 20, told).size()).isGreaterThan(1 << 18);
        assertThat(told).containsExactly("The repository is at commit " + commit);
        try (Stream<Path> files = Files.list(root.resolve("target"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("main.py", "out", "large");
        }
        assertThat(root.resolve("target/main.py")).hasContent("print('Vega')");
        assertThat(Files.isSymbolicLink(root.resolve("target/out")))
                .as("no link")
                .isFalse();
    }

    @Test
    void noRedirectIsFollowed() {
        assertThatThrownBy(() -> fetch("/away", "main", 10 << 20, new ArrayList<>()))
                .hasMessageContaining("git could not fetch it");
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        assertThatThrownBy(() -> fetch("/stars.git", "main", 100_000, new ArrayList<>()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger");
        assertThat(root.resolve("target")).doesNotExist();
    }

    @Test
    void aHostThatIsNotAllowedIsNotAsked() {
        Address asked = Address.ofRepository(address + "/stars.git", null);
        assertThat(source(List.of()).examine(asked)).isPresent();
        assertThat(source(List.of(address.substring(7))).examine(asked)).isEmpty();
        assertThat(source(List.of(address.substring(7)))
                        .examine(Address.ofRepository(address.replace("//", "//a:b@") + "/x", null)))
                .isPresent();
        assertThat(source(List.of(address.substring(7))).takes(Address.of("git://127.0.0.1/x")))
                .as("no plain address means a repository")
                .isFalse();
    }
}
