package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.wire.Executable;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.ResultItem;
import org.planisphere.wire.codec.Format;

@Timeout(60)
class PlannerClientTest {
    private static final String YES = """
            {"kind":"https://example.org/kinds/offerset","result":"YES","offers":[
             {"kind":"https://example.org/kinds/session","phase":"OFFERED","meta":{"uuid":"u1","url":"/planner/sessions/u1"}}]}""";

    private TestServer server;
    private PlannerClient planner;

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        planner = PlannerClient.at(server.base()).withTimeout(Duration.ofSeconds(10));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static ExecutionRequest request() {
        ExecutionRequest request = new ExecutionRequest();
        request.executable = new Executable();
        request.executable.kind = "https://www.purl.org/planisphere/kinds/executable/process";
        request.executable.command = List.of("true");
        return request;
    }

    @Nested
    class Asking {
        @Test
        void takesTheOffersFromTheBodyOfThe303() {
            server.on("POST /requests", (call, seen) -> {
                call.getResponseHeaders().set("Location", "/planner/offersets/1");
                TestServer.send(call, 303, "application/json", YES);
            });

            OfferSetResponse answer = planner.ask(request());

            assertThat(answer.result).isEqualTo("YES");
            assertThat(planner.urlOf(answer.offers.get(0))).isEqualTo(server.at("/sessions/u1"));
            assertThat(server.seen).hasSize(1);
            assertThat(server.seen.get(0).header("Content-Type")).isEqualTo("application/json");
            assertThat(server.seen.get(0).body()).contains("\"command\":[\"true\"]");
        }

        @Test
        void followsA303WithoutBody() {
            server.on("POST /requests", (call, seen) -> {
                        call.getResponseHeaders().set("Location", "offersets/1");
                        TestServer.send(call, 303, "", "");
                    })
                    .json("GET /offersets/1", 200, YES);

            assertThat(planner.ask(request()).result).isEqualTo("YES");
            assertThat(server.seen).extracting(TestServer.Seen::method).containsExactly("POST", "GET");
            assertThat(server.seen.get(1).header("Content-Type")).isEmpty();
        }

        @Test
        void doesNotGoInCircles() {
            server.on("POST /requests", (call, seen) -> {
                        call.getResponseHeaders().set("Location", "/planner/again");
                        TestServer.send(call, 303, "", "");
                    })
                    .on("GET /again", (call, seen) -> {
                        call.getResponseHeaders().set("Location", "/planner/again");
                        TestServer.send(call, 303, "", "");
                    });

            assertThatThrownBy(() -> planner.ask(request()))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("again and again");
        }

        @Test
        void showsTheTokenToNobodyElse() throws Exception {
            try (TestServer other = new TestServer()) {
                other.json("GET /offersets/1", 200, YES);
                server.on("POST /requests", (call, seen) -> {
                    call.getResponseHeaders()
                            .set("Location", other.at("/offersets/1").toString());
                    TestServer.send(call, 303, "", "");
                });

                planner.withToken("secret").ask(request());

                assertThat(server.seen.get(0).header("Authorization")).isEqualTo("Bearer secret");
                assertThat(other.seen.get(0).header("Authorization")).isEmpty();
            }
        }

        @Test
        void speaksXmlAndYaml() {
            server.on(
                    "POST /requests",
                    (call, seen) -> TestServer.send(
                            call, 200, "application/xml", "<offers-response><result>NO</result></offers-response>"));

            assertThat(planner.withFormat(Format.XML).ask(request()).result).isEqualTo("NO");
            assertThat(server.seen.get(0).body()).contains("<offers-request");
            assertThat(server.seen.get(0).header("Accept")).startsWith("application/xml");

            server.on(
                    "POST /requests",
                    (call, seen) -> TestServer.send(call, 200, "application/yaml", "result: \"NO\"\n"));
            assertThat(planner.withFormat(Format.YAML).ask(request()).result).isEqualTo("NO");
        }

        @Test
        void tellsEveryFaultOfTheDocument() { // RFC 9457
            server.on("POST /requests", (call, seen) -> TestServer.send(call, 400, "application/problem+json", """
                    {"type":"https://example.org/problems/invalid","title":"Invalid document","status":400,
                     "detail":"2 faults","errors":[{"pointer":"/compute/cores/min","detail":"negative"},{"pointer":"","detail":"no kind"}]}"""));

            PlannerProblem problem = catchThrowableOfType(PlannerProblem.class, () -> planner.ask(request()));

            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.type()).isEqualTo("https://example.org/problems/invalid");
            assertThat(problem.detail()).contains("2 faults");
            assertThat(problem.errors()).extracting(error -> error.pointer).containsExactly("/compute/cores/min", "");
            assertThat(problem).hasMessage("Invalid document: 2 faults");
        }

        @Test
        void readsProblemsInXmlAndMakesOneOfWhatIsNone() {
            server.on(
                    "POST /requests",
                    (call, seen) -> TestServer.send(
                            call,
                            409,
                            "application/problem+xml",
                            "<problem xmlns=\"urn:ietf:rfc:7807\"><title>Too late</title></problem>"));
            assertThatThrownBy(() -> planner.ask(request())).hasMessage("Too late");

            server.on(
                    "POST /requests",
                    (call, seen) -> TestServer.send(call, 502, "text/html", "<h1>Bad\u0007 gateway</h1>"));
            assertThatThrownBy(() -> planner.ask(request()))
                    .isInstanceOf(PlannerProblem.class)
                    .hasMessage("HTTP 502");
        }

        @Test
        void waitsAsLongAsTheServerAsks() {
            AtomicInteger calls = new AtomicInteger();
            server.on("POST /requests", (call, seen) -> {
                if (calls.incrementAndGet() == 1) {
                    call.getResponseHeaders().set("Retry-After", "1");
                    TestServer.send(call, 429, "application/problem+json", "{\"title\":\"Too many\"}");
                } else {
                    TestServer.send(call, 200, "application/json", YES);
                }
            });
            Instant before = Instant.now();

            planner.ask(request());

            assertThat(Duration.between(before, Instant.now())).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
            assertThat(server.seen)
                    .extracting(seen -> seen.header("Idempotency-Key"))
                    .hasSize(2);
            assertThat(server.seen.get(0).header("Idempotency-Key"))
                    .isEqualTo(server.seen.get(1).header("Idempotency-Key"));
        }

        @Test
        void doesNotWaitBeyondItsDeadline() {
            server.on("POST /requests", (call, seen) -> {
                call.getResponseHeaders().set("Retry-After", "3600");
                TestServer.send(call, 503, "application/problem+json", "{\"title\":\"Later\"}");
            });

            PlannerProblem problem = catchThrowableOfType(PlannerProblem.class, () -> planner.ask(request()));

            assertThat(problem.retryAfter()).contains(Duration.ofHours(1));
            assertThat(server.seen).hasSize(1);
        }
    }

    @Nested
    class Faults {
        @Test
        void saysThatNobodyIsThere() throws Exception {
            int free;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                free = socket.getLocalPort();
            }
            PlannerClient nobody = PlannerClient.at(URI.create("http://127.0.0.1:" + free + "/planner"))
                    .withRepeats(1);

            assertThatThrownBy(() -> nobody.ask(request()))
                    .isInstanceOf(NotReachable.class)
                    .hasMessageContaining("refuses the connection");
        }

        @Test
        void givesUpAtItsDeadline() {
            server.on("POST /requests", (call, seen) -> hang());
            Instant before = Instant.now();

            assertThatThrownBy(() -> planner.withTimeout(Duration.ofMillis(300)).ask(request()))
                    .isInstanceOf(NotReachable.class)
                    .hasMessageContaining("did not answer within 300 ms");
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }

        @Test
        void givesUpOnABodyThatNeverEnds() {
            server.on("POST /requests", (call, seen) -> {
                call.getResponseHeaders().set("Content-Type", "application/json");
                call.sendResponseHeaders(200, 0);
                call.getResponseBody().write('{');
                call.getResponseBody().flush();
                hang();
            });

            assertThatThrownBy(() -> planner.withTimeout(Duration.ofMillis(300)).ask(request()))
                    .isInstanceOf(NotReachable.class);
        }

        @Test
        void takesNoMoreThanItCanHold() { // 10 GB answer
            AtomicInteger sent = new AtomicInteger();
            server.on("POST /requests", (call, seen) -> {
                call.getResponseHeaders().set("Content-Type", "application/json");
                call.sendResponseHeaders(200, 10_000_000_000L);
                byte[] blank = new byte[1 << 20];
                java.util.Arrays.fill(blank, (byte) ' ');
                for (int i = 0; i < 10_000; i++) {
                    call.getResponseBody().write(blank);
                    sent.incrementAndGet();
                }
            });

            assertThatThrownBy(() -> planner.ask(request()))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("more than is taken");
            assertThat(sent.get()).isLessThan(64);
        }

        @Test
        void saysWhatIsWrongWithAnAnswer() {
            server.json("POST /requests", 200, "{\"result\": ");
            assertThatThrownBy(() -> planner.ask(request()))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("malformed OfferSetResponse");

            server.on("POST /requests", (call, seen) -> TestServer.send(call, 200, "text/html", "<p>Welcome</p>"));
            assertThatThrownBy(() -> planner.ask(request()))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("text/html");
        }

        @Test
        void sendsAgainWithTheSameKeyWhenTheConnectionIsCut() throws Exception {
            List<String> keys = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
            try (RawServer raw = new RawServer((number, head, out) -> {
                keys.add(head.replaceFirst("(?s).*(?i:idempotency-key): ([^\r]*).*", "$1"));
                if (number < 2) {
                    out.write("HTTP/1.1 200 OK\r\nContent-Le".getBytes(StandardCharsets.US_ASCII));
                } else {
                    out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + YES.length()
                                    + "\r\nConnection: close\r\n\r\n" + YES)
                            .getBytes(StandardCharsets.UTF_8));
                }
            })) {
                assertThat(PlannerClient.at(raw.base()).ask(request()).result).isEqualTo("YES");
            }
            assertThat(keys).hasSize(3).allMatch(key -> key.equals(keys.get(0)));
            assertThat(UUID.fromString(keys.get(0))).isNotNull();
        }

        @Test
        void stopsSendingAgainAtSomePoint() throws Exception {
            try (RawServer raw = new RawServer((number, head, out) -> {})) {
                PlannerClient cut = PlannerClient.at(raw.base()).withRepeats(2);
                assertThatThrownBy(() -> cut.ask(request()))
                        .isInstanceOf(NotReachable.class)
                        .hasMessageContaining("broke the connection");
                assertThat(raw.connections.get()).isEqualTo(3);
            }
        }

        @Test
        void failsFuturesWithTheSameExceptions() {
            server.on(
                    "POST /direct",
                    (call, seen) ->
                            TestServer.send(call, 400, "application/problem+json", "{\"title\":\"Cannot be met\"}"));

            CompletableFuture<ExecutionSession> answer = planner.directAsync(request());

            assertThatThrownBy(answer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(PlannerProblem.class);
        }
    }

    @Nested
    class Sessions {
        @Test
        void acceptsRejectsAndCancelsByUpdates() {
            server.json("POST /sessions/u1", 200, "{\"phase\":\"ACCEPTED\"}");

            assertThat(planner.accept(server.at("/sessions/u1")).phase).isEqualTo("ACCEPTED");
            planner.reject(server.at("/sessions/u1"));
            planner.cancel(server.at("/sessions/u1"));

            assertThat(server.seen)
                    .extracting(TestServer.Seen::body)
                    .allMatch(body -> body.contains("\"kind\":\"uri:enum-value-update\""))
                    .allMatch(body -> body.contains("\"path\":\"phase\""))
                    .satisfiesExactly(
                            body -> assertThat(body).contains("ACCEPTED"),
                            body -> assertThat(body).contains("REJECTED"),
                            body -> assertThat(body).contains("CANCELLED"));
        }

        @Test
        void listsPageByPage() {
            server.on("GET /sessions", (call, seen) -> {
                boolean second = seen.target().contains("after=2");
                TestServer.send(
                        call,
                        200,
                        "application/json",
                        second
                                ? "{\"items\":[{\"phase\":\"FAILED\"}]}"
                                : "{\"items\":[{\"phase\":\"RUNNING\"},{\"phase\":\"COMPLETED\"}],\"next\":\"/planner/sessions?after=2\"}");
            });
            Filter filter = new Filter(List.of("RUNNING"), Instant.parse("2026-11-21T00:00:00Z"), null, 2);

            assertThat(planner.sessions(filter))
                    .extracting(session -> session.phase)
                    .containsExactly("RUNNING", "COMPLETED", "FAILED");
            assertThat(server.seen.get(0).target())
                    .isEqualTo("/sessions?phase=RUNNING&since=2026-11-21T00:00:00Z&limit=2");
        }

        @Test
        void doesNotListInCircles() {
            server.json("GET /offersets", 200, "{\"items\":[],\"next\":\"/planner/offersets?limit=100\"}");

            assertThatThrownBy(() -> planner.offerSets(Filter.ALL).stream().count())
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("a second time");
        }

        @Test
        void findsThePlannerOfASession() {
            assertThat(PlannerClient.of(URI.create("https://host/a/planner/sessions/1"))
                            .base())
                    .hasToString("https://host/a/planner");
            assertThatThrownBy(() -> PlannerClient.of(URI.create("https://host/elsewhere")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PlannerClient.at(URI.create("file:///etc/passwd")))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void readsCapabilitiesWithoutLeavingTheDocument() {
            server.on("GET /capabilities", (call, seen) -> TestServer.send(call, 200, "text/xml", """
                    <c:capabilities xmlns:c="http://www.ivoa.net/xml/VOSICapabilities/v1.0">
                      <capability standardID="ivo://ivoa.net/std/ExecutionBroker"><interface><accessURL use="base">/planner</accessURL></interface></capability>
                    </c:capabilities>"""));
            assertThat(planner.capabilities())
                    .containsExactly(new Capability("ivo://ivoa.net/std/ExecutionBroker", List.of(server.base())));

            server.on(
                    "GET /capabilities",
                    (call, seen) -> TestServer.send(
                            call,
                            200,
                            "text/xml",
                            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"));
            assertThatThrownBy(planner::capabilities).isInstanceOf(BadAnswer.class);
        }
    }

    @Nested
    class Outputs {
        @Test
        void readsOnlyWhatIsNew() {
            server.on("GET /sessions/u1/stdout", (call, seen) -> {
                assertThat(seen.header("Range")).isEqualTo("bytes=5-14");
                call.getResponseHeaders().set("Content-Range", "bytes 5-7/8");
                TestServer.send(call, 206, "text/plain", "new");
            });

            Chunk chunk = planner.output(server.at("/sessions/u1"), Output.STDOUT, 5, 10);

            assertThat(chunk.text()).isEqualTo("new");
            assertThat(chunk.next()).isEqualTo(8);
        }

        @Test
        void takesNothingNewForEmptyAndAWholeAnswerForWhatItIs() {
            server.on(
                    "GET /sessions/u1/stdout",
                    (call, seen) -> TestServer.send(call, 416, "application/problem+json", "{\"title\":\"Range\"}"));
            assertThat(planner.output(server.at("/sessions/u1"), Output.STDOUT, 5, 10)
                            .bytes())
                    .isEmpty();

            server.on("GET /sessions/u1/stderr", (call, seen) -> TestServer.send(call, 200, "text/plain", "01234new"));
            assertThat(planner.output(server.at("/sessions/u1"), Output.STDERR, 5, 10)
                            .text())
                    .isEqualTo("new");
        }

        @Test
        void refusesAnotherPartThanAsked() {
            server.on("GET /sessions/u1/stdout", (call, seen) -> {
                call.getResponseHeaders().set("Content-Range", "bytes 0-2/8");
                TestServer.send(call, 206, "text/plain", "old");
            });

            assertThatThrownBy(() -> planner.output(server.at("/sessions/u1"), Output.STDOUT, 5, 10))
                    .isInstanceOf(BadAnswer.class);
        }
    }

    @Nested
    class Downloads {
        @TempDir
        Path folder;

        private final byte[] stars = "Sirius Canopus Arcturus".getBytes(StandardCharsets.UTF_8);

        private ResultItem item(String name, long size, String sha256) {
            ResultItem item = new ResultItem();
            item.name = name;
            item.size = size;
            item.sha256 = sha256;
            item.url = "/planner/sessions/u1/results/stars.txt";
            return item;
        }

        private String digest() throws Exception {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stars));
        }

        private void serve(byte[] bytes) {
            server.on("GET /sessions/u1/results/stars.txt", (call, seen) -> {
                call.sendResponseHeaders(200, bytes.length);
                call.getResponseBody().write(bytes);
                call.close();
            });
        }

        @Test
        void writesWhatIsWholeAndRight() throws Exception {
            serve(stars);

            Path file = planner.download(item("sky/stars.txt", stars.length, digest()), folder);

            assertThat(file).isEqualTo(folder.resolve("sky/stars.txt")).hasBinaryContent(stars);
            assertThat(folder.resolve("sky").toFile().list()).containsExactly("stars.txt");
        }

        @Test
        void writesNothingThatIsNotAsListed() throws Exception {
            serve(stars);
            String right = digest();

            assertThatThrownBy(() -> planner.download(item("stars.txt", stars.length, "0".repeat(64)), folder))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("SHA-256");
            assertThatThrownBy(() -> planner.download(item("stars.txt", 3, right), folder))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("more than");
            assertThatThrownBy(() -> planner.download(item("stars.txt", 300, right), folder))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("bytes, listed are 300");
            assertThat(folder).isEmptyDirectory();
        }

        @Test
        void staysInItsFolder(@TempDir Path elsewhere) throws Exception {
            serve(stars);
            String right = digest();
            for (String name : List.of("../stars.txt", "/etc/stars.txt", "a/../../stars.txt", "", ".", "a\nb")) {
                assertThatThrownBy(() -> planner.download(item(name, stars.length, right), folder))
                        .as(name)
                        .isInstanceOf(BadAnswer.class)
                        .hasMessageContaining("no name for a file");
            }
            Files.createSymbolicLink(folder.resolve("link"), elsewhere);
            assertThatThrownBy(() -> planner.download(item("link/stars.txt", stars.length, right), folder))
                    .isInstanceOf(BadAnswer.class)
                    .hasMessageContaining("leads out");
            assertThat(elsewhere).isEmptyDirectory();
        }

        @Test
        void goesOnWhereItWasCut() throws Exception {
            try (RawServer raw = new RawServer((number, head, out) -> {
                String length = "Content-Length: " + (stars.length - number * 7) + "\r\n";
                String status = number == 0 ? "200 OK" : "206 Partial Content";
                if (number > 0) {
                    assertThat(head).containsIgnoringCase("range: bytes=" + number * 7 + "-");
                }
                out.write(("HTTP/1.1 " + status + "\r\n" + length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(stars, number * 7, Math.min(7, stars.length - number * 7));
            })) {
                ResultItem item = item("stars.txt", stars.length, digest());
                item.url = raw.base() + "/x";

                assertThat(planner.download(item, folder)).hasBinaryContent(stars);
                assertThat(raw.connections.get()).isEqualTo(4);
            }
        }

        @Test
        void tellsTheProblemOfAMissingResult() throws Exception {
            ResultItem item = item("stars.txt", stars.length, digest());
            assertThatThrownBy(() -> planner.download(item, folder)).isInstanceOf(PlannerProblem.class);
        }
    }

    private static void hang() {
        try {
            Thread.sleep(30_000);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** A server that answers a connection with bytes and cuts it. */
    static final class RawServer implements AutoCloseable {
        interface Script {
            void answer(int number, String head, OutputStream out) throws Exception;
        }

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final AtomicInteger connections = new AtomicInteger();

        RawServer(Script script) throws Exception {
            Thread thread = new Thread(() -> {
                while (!socket.isClosed()) {
                    try (Socket client = socket.accept()) {
                        int number = connections.getAndIncrement();
                        String head = head(client.getInputStream());
                        script.answer(number, head, client.getOutputStream());
                        client.getOutputStream().flush();
                    } catch (Exception next) {
                        // the next connection
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        URI base() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/planner");
        }

        private static String head(InputStream in) throws Exception {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.append((char) next);
            }
            String length = head.toString().replaceFirst("(?s).*(?i:content-length): ([0-9]+).*", "$1");
            if (length.matches("[0-9]+")) {
                in.readNBytes(Integer.parseInt(length));
            }
            return head.toString();
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}
