package org.planisphere.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedHttpTest {
    private HttpServer server;
    private int port;
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        port = server.getAddress().getPort();
        answer("/stars", 200, "Sirius\n");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, int status, String body, String... headers) {
        server.createContext(path, exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static HttpRules rules(String... hosts) {
        return HttpRules.of(List.of(hosts), 1 << 20, Duration.ofSeconds(5));
    }

    private GuardedHttp loopback() {
        return new GuardedHttp(rules("127.0.0.1:" + port));
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String get(GuardedHttp http, URI location) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        http.get(location, Map.of(), Long.MAX_VALUE, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static GuardedHttp resolving(HttpRules rules, Resolver resolver) {
        return new GuardedHttp(rules, resolver, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    @Test
    void fetchesFromAHostThatIsNamed() throws IOException {
        assertThat(get(loopback(), at("/stars?x=1"))).isEqualTo("Sirius\n");
        assertThat(asked).containsExactly("127.0.0.1:" + port + "/stars?x=1");
    }

    @Test
    void postsADocumentAndFollowsNoRedirect() throws IOException {
        List<String> posted = new ArrayList<>();
        server.createContext("/form", exchange -> {
            posted.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        answer("/moved", 307, "", "Location", "/form");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] document = "a=b".getBytes(StandardCharsets.UTF_8);
        loopback().post(at("/form"), Map.of(), "application/x-www-form-urlencoded", document, 10, out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ok");
        assertThatThrownBy(() -> loopback().post(at("/moved"), Map.of(), "text/plain", document, 10, out))
                .isInstanceOf(GuardedHttp.Status.class);
        assertThatThrownBy(() -> new GuardedHttp(rules("example.org"))
                        .post(at("/form"), Map.of(), "text/plain", document, 10, out))
                .isInstanceOf(GuardedHttp.Forbidden.class);
        assertThat(posted).containsExactly("POST application/x-www-form-urlencoded a=b");
    }

    @Test
    void followsRedirectsAndReadsChunks() throws IOException {
        answer("/moved", 302, "", "Location", "/chunks");
        server.createContext("/chunks", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 10; i++) {
                    out.write("Vega ".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        });
        assertThat(get(loopback(), at("/moved"))).isEqualTo("Vega ".repeat(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://localhost/",
                "http://10.1.2.3/",
                "http://169.254.169.254/latest/meta-data",
                "http://192.168.0.1/",
                "http://172.20.0.1/",
                "http://100.64.0.1/",
                "http://0.0.0.0/",
                "http://[::1]/",
                "http://[fe80::1]/",
                "http://[fd00::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:10.0.0.1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[2002:7f00:1::]/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://[ff02::1]/",
                "http://[::]/",
                "http://[2001:db8::1]/",
                "http://198.18.0.1/"
            })
    void refusesWhatIsNotPublicThoughEverythingPublicIsAllowed(String location) {
        assertThatThrownBy(() -> get(new GuardedHttp(rules("*")), URI.create(location)))
                .isInstanceOf(GuardedHttp.Forbidden.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.org/",
                "file:///etc/passwd",
                "http://user:pw@example.org/",
                "http:///x",
                "mailto:a@b",
                "http://other.org/",
                "http://example.org:81/",
                "http://evilexample.org/",
                "http://example.org.evil.net/"
            })
    void refusesWhatIsNotOnTheList(String location) {
        GuardedHttp http = resolving(rules("example.org", "*.stars.net"), host -> {
            throw new AssertionError("nothing is resolved");
        });
        assertThatThrownBy(() -> get(http, URI.create(location))).isInstanceOf(GuardedHttp.Forbidden.class);
    }

    @Test
    void knowsPatternsOfHosts() {
        HttpRules rules = rules("example.org", "*.stars.net", "data.org:8443", "[::1]:80");
        assertThat(rules.allows(URI.create("https://EXAMPLE.org./x"))).isTrue();
        assertThat(rules.allows(URI.create("https://a.b.stars.net/"))).isTrue();
        assertThat(rules.allows(URI.create("https://stars.net/"))).isFalse();
        assertThat(rules.allows(URI.create("https://data.org:8443/"))).isTrue();
        assertThat(rules.allows(URI.create("https://data.org/"))).isFalse();
        assertThat(rules.allows(URI.create("http://[::1]/"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://x", "a b", "*x.org", "x.org:0", "x.org:99999", "x.org/path", "-x"})
    void refusesEntriesThatAreNoPattern(String entry) {
        assertThatThrownBy(() -> rules(entry)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRedirectToThisMachineIsRefused() {
        answer("/out", 302, "", "Location", "http://169.254.169.254/latest/meta-data");
        answer("/in", 302, "", "Location", "http://localhost:" + port + "/stars");
        answer("/file", 302, "", "Location", "file:///etc/passwd");
        for (String path : List.of("/out", "/in", "/file")) {
            assertThatThrownBy(() -> get(loopback(), at(path))).isInstanceOf(GuardedHttp.Forbidden.class);
        }
        assertThat(asked).hasSize(3);
    }

    @Test
    void endlessRedirectsEnd() {
        answer("/round", 302, "", "Location", "/round");
        assertThatThrownBy(() -> get(loopback(), at("/round"))).hasMessageContaining("more than 5");
        assertThat(asked).hasSize(6);
    }

    @Test
    void aNameThatMeansAnotherMachineAMomentLaterGainsNothing() {
        AtomicInteger times = new AtomicInteger();
        GuardedHttp http = resolving(rules("*.rebinding.org:" + port), host -> {
            // First an address nobody answers at, then this machine.
            byte[] address = times.getAndIncrement() == 0 ? new byte[] {127, 0, 0, 1} : new byte[] {8, 8, 8, 8};
            return List.of(InetAddress.getByAddress(host, address));
        });
        URI location = URI.create("http://a.rebinding.org:" + port + "/stars");
        assertThatThrownBy(() -> get(http, location)).isInstanceOf(GuardedHttp.Forbidden.class);
        assertThat(times).hasValue(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void connectsToTheAddressThatWasJudgedUnderTheNameThatWasAsked() throws IOException {
        AtomicInteger times = new AtomicInteger();
        GuardedHttp http = resolving(rules("stars.test:" + port), host -> {
            times.incrementAndGet();
            return List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
        });
        assertThat(get(http, URI.create("http://stars.test:" + port + "/stars")))
                .isEqualTo("Sirius\n");
        assertThat(times).hasValue(1);
        assertThat(asked).containsExactly("stars.test:" + port + "/stars");
    }

    @Test
    void ofSeveralAddressesOnlyPublicOnesAreUsed() {
        GuardedHttp http = resolving(
                HttpRules.of(List.of("*.mixed.org:" + port), 1 << 20, Duration.ofMillis(300)),
                host -> List.of(
                        InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}),
                        InetAddress.getByAddress(host, new byte[] {(byte) 192, (byte) 168, 1, 1})));
        assertThatThrownBy(() -> get(http, URI.create("http://a.mixed.org:" + port + "/stars")))
                .isInstanceOf(GuardedHttp.Forbidden.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void aBodyLargerThanAllowedIsCutOff() {
        answer("/big", 200, "x".repeat(2 << 20));
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(new byte[65536]);
                }
            }
        });
        assertThatThrownBy(() -> get(loopback(), at("/big"))).hasMessageContaining("larger than");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> loopback().get(at("/endless"), Map.of(), 100_000, out))
                .hasMessageContaining("larger than");
        assertThat(out.size()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void aSlowBodyIsCutOff() throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread trickle = new Thread(() -> {
                try (Socket socket = slow.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (!Thread.interrupted()) {
                        socket.getOutputStream().write('x');
                        socket.getOutputStream().flush();
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException e) {
                    // The other side hung up.
                }
            });
            trickle.start();
            HttpRules rules =
                    HttpRules.of(List.of("127.0.0.1:" + slow.getLocalPort()), 1 << 20, Duration.ofMillis(400));
            assertThatThrownBy(() ->
                            get(new GuardedHttp(rules), URI.create("http://127.0.0.1:" + slow.getLocalPort() + "/")))
                    .hasMessageContaining("too long");
            trickle.interrupt();
            trickle.join(5000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nbad header\r\n\r\nx"
            })
    void anAnswerThatIsNoHttpIsRefused(String bytes) throws Exception {
        try (ServerSocket odd = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = odd.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The other side hung up.
                }
            });
            thread.start();
            GuardedHttp http = new GuardedHttp(rules("127.0.0.1:" + odd.getLocalPort()));
            assertThatThrownBy(() -> get(http, URI.create("http://127.0.0.1:" + odd.getLocalPort() + "/")))
                    .isInstanceOf(IOException.class);
            thread.join(5000);
        }
    }

    @Test
    void otherStatusesAreToldByTheirNumber() {
        answer("/gone", 410, "gone");
        assertThatThrownBy(() -> get(loopback(), at("/gone")))
                .isInstanceOfSatisfying(
                        GuardedHttp.Status.class,
                        status -> assertThat(status.code()).isEqualTo(410));
    }
}
