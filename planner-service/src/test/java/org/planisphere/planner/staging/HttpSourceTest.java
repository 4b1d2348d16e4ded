package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

class HttpSourceTest extends SourceContract {
    private static final byte[] WHOLE = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);

    private TinyServer server;
    private TinyServer.Answerer behaviour;
    private Depot depot = Depot.plain();

    @BeforeEach
    void begin() throws IOException {
        server = new TinyServer((request, out) -> behaviour.answer(request, out));
    }

    @AfterEach
    void end() throws IOException {
        depot.close();
        server.close();
    }

    @Override
    protected Source source() {
        return source(1 << 20, Duration.ofSeconds(20));
    }

    private Source source(long largest, Duration time) {
        return new HttpSource(new GuardedHttp(HttpRules.of(List.of(server.authority()), largest, time)), depot);
    }

    @Override
    protected Address at(byte[] content) {
        behaviour = (request, out) ->
                TinyServer.send(out, "200 OK", "", request.method().equals("HEAD") ? content : content);
        return Address.of(server.url("/file"));
    }

    @Override
    protected Address nothing() {
        behaviour = (request, out) -> TinyServer.send(out, "404 Not Found", "", new byte[0]);
        return Address.of(server.url("/missing"));
    }

    private Staged fetch() throws IOException {
        return source().fetch(Address.of(server.url("/file")), target.resolve("file"), room(1 << 20));
    }

    /** Breaks off in the middle of the first answer, then gives what it is asked for. */
    private TinyServer.Answerer breaking(String tag, String tagThen, boolean ranges) {
        return (request, out) -> {
            if (server.seen().size() == 1) {
                TinyServer.head(out, "200 OK", "ETag: " + tag + "\r\nContent-Length: " + WHOLE.length + "\r\n");
                out.write(WHOLE, 0, 40_000);
            } else if (ranges && request.header("if-range").equals(tagThen)) {
                int from = Integer.parseInt(request.header("range").replaceAll("\\D", ""));
                byte[] rest = Arrays.copyOfRange(WHOLE, from, WHOLE.length);
                String range = "Content-Range: bytes " + from + "-" + (WHOLE.length - 1) + "/" + WHOLE.length + "\r\n";
                TinyServer.send(out, "206 Partial Content", "ETag: " + tagThen + "\r\n" + range, rest);
            } else {
                TinyServer.send(out, "200 OK", "ETag: " + tagThen + "\r\n", WHOLE);
            }
        };
    }

    @Test
    void goesOnWhereItBrokeOffWhenItIsStillTheSame() throws IOException {
        behaviour = breaking("\"a\"", "\"a\"", true);
        assertThat(fetch()).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(server.seen().get(1).header("range")).isEqualTo("bytes=40000-");
        assertThat(target.resolve("file")).hasBinaryContent(WHOLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"b\"", "W/\"a\""})
    void beginsAgainWhenItIsNoLongerTheSame(String then) throws IOException {
        behaviour = breaking("\"a\"", then, true);
        assertThat(fetch()).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(target.resolve("file")).hasBinaryContent(WHOLE);
    }

    @Test
    void beginsAgainWhereTagsAreWeak() throws IOException {
        behaviour = breaking("W/\"a\"", "W/\"a\"", true);
        assertThat(fetch()).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(server.seen().get(1).header("range")).isEmpty();
    }

    @Test
    void refusesAPartThatIsNotTheOneItAskedFor() {
        behaviour = (request, out) -> {
            if (server.seen().size() == 1) {
                breaking("\"a\"", "\"a\"", true).answer(request, out);
            } else {
                TinyServer.send(out, "206 Partial Content", "Content-Range: bytes 0-9/10\r\n", new byte[10]);
            }
        };
        assertThatThrownBy(this::fetch).hasMessageContaining("another part");
    }

    @Test
    void givesUpWhatBreaksOffAgainAndAgain() {
        behaviour = (request, out) -> {
            TinyServer.head(out, "200 OK", "Content-Length: 100000\r\n");
            out.write(WHOLE, 0, 10);
        };
        assertThatThrownBy(this::fetch).hasMessageContaining("ended early");
        assertThat(server.seen()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"401 Unauthorized", "403 Forbidden", "404 Not Found", "500 Internal Server Error"})
    void tellsWhatTheServerAnswered(String status) {
        behaviour = (request, out) -> TinyServer.send(out, status, "", "secret words".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(this::fetch)
                .hasMessageContaining(status.substring(0, 3))
                .hasMessageNotContaining("secret");
        assertThat(server.seen()).hasSize(1);
    }

    @Test
    void endsWhatHasNoEnd() {
        behaviour = (request, out) -> {
            TinyServer.head(out, "200 OK", "");
            endlessly(out);
        };
        assertThatThrownBy(() -> source(1 << 20, Duration.ofSeconds(20))
                        .fetch(Address.of(server.url("/file")), target.resolve("file"), room(200_000)))
                .isInstanceOf(Transfer.TooLarge.class);
        assertThat(target.resolve("file"))
                .satisfies(file -> assertThat(file.toFile().length()).isLessThanOrEqualTo(200_000));
    }

    private static void endlessly(OutputStream out) throws IOException {
        while (true) {
            out.write(WHOLE);
        }
    }

    @Test
    void doesNotWaitForEverForWhoIsSlow() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        behaviour = (request, out) -> {
            TinyServer.head(out, "200 OK", "Content-Length: 100000\r\n");
            out.write(WHOLE, 0, 10);
            out.flush();
            try {
                over.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            assertThatThrownBy(() -> source(1 << 20, Duration.ofMillis(300))
                            .fetch(Address.of(server.url("/file")), target.resolve("file"), room(1 << 20)))
                    .hasMessageContaining("too long");
        } finally {
            over.countDown();
        }
    }

    @Test
    void followsNoRedirectToWhereItMayNotGo() throws IOException {
        try (TinyServer inside = new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", WHOLE))) {
            behaviour = (request, out) -> TinyServer.send(
                    out, "302 Found", "Location: " + inside.url("/latest/meta-data") + "\r\n", new byte[0]);
            assertThatThrownBy(this::fetch).isInstanceOf(GuardedHttp.Forbidden.class);
            assertThat(inside.seen()).isEmpty();
        }
    }

    @Test
    void believesTheServersOwnChecksum() {
        behaviour = (request, out) -> TinyServer.send(
                out,
                "200 OK",
                "Repr-Digest: sha-256=:" + Base64.getEncoder().encodeToString(new byte[32]) + ":\r\n",
                WHOLE);
        assertThatThrownBy(this::fetch).hasMessageContaining("checksum");
    }

    @Test
    void showsNoSignatureOfAnAddress() {
        assertThat(Address.of("https://a.org/b?X-Amz-Signature=123").shown()).doesNotContain("123");
        assertThat(Address.of("https://anna:secret@a.org/b").shown()).doesNotContain("secret");
    }

    @Test
    void usesAgainWhatTheServerSaysIsUnchanged() throws IOException {
        depot = Depot.in(
                target.resolve("depot"),
                List.of(),
                Fetching.of(Cache.in(target.resolve("depot/cache"), 1 << 20)),
                Duration.ofMillis(500),
                4,
                Map.of());
        behaviour = (request, out) -> {
            if (request.header("if-none-match").equals("\"a\"")) {
                TinyServer.send(out, "304 Not Modified", "", new byte[0]);
            } else {
                TinyServer.send(out, "200 OK", "ETag: \"a\"\r\n", WHOLE);
            }
        };
        Transfer first = room(1 << 20);
        Transfer second = room(1 << 20);
        Address address = Address.of(server.url("/file"));
        source().fetch(address, target.resolve("one"), first);
        // Another planner on the same folder finds it too.
        depot = Depot.in(
                target.resolve("depot"),
                List.of(),
                Fetching.of(Cache.in(target.resolve("depot/cache"), 1 << 20)),
                Duration.ofMillis(500),
                4,
                Map.of());
        Staged staged = source().fetch(address, target.resolve("two"), second);
        assertThat(staged).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(target.resolve("two")).hasBinaryContent(WHOLE);
        assertThat(first.moved()).isEqualTo(WHOLE.length);
        assertThat(second.moved()).isZero();
    }

    @Test
    void givesNobodyWhatTheServerDoesNotGiveHim() throws IOException {
        depot = Depot.in(
                target.resolve("depot"),
                List.of(),
                Fetching.of(Cache.in(target.resolve("depot/cache"), 1 << 20)),
                Duration.ofMillis(500),
                4,
                Map.of());
        behaviour = (request, out) -> TinyServer.send(out, "200 OK", "ETag: \"a\"\r\n", WHOLE);
        fetch();
        behaviour = (request, out) -> TinyServer.send(out, "403 Forbidden", "", new byte[0]);
        assertThatThrownBy(() -> source().fetch(Address.of(server.url("/file")), target.resolve("two"), room(1 << 20)))
                .hasMessageContaining("403");
    }

    @Test
    void keepsNoMoreThanItMay() throws IOException {
        depot = Depot.in(
                target.resolve("depot"),
                List.of(),
                Fetching.of(Cache.in(target.resolve("depot/cache"), 5 * WHOLE.length)),
                Duration.ofMillis(500),
                4,
                Map.of());
        behaviour = (request, out) -> TinyServer.send(
                out,
                "200 OK",
                "ETag: \"" + request.target() + "\"\r\n",
                (request.target() + new String(WHOLE, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 8; i++) {
            source().fetch(Address.of(server.url("/" + i)), target.resolve("f" + i), room(1 << 20));
        }
        assertThat(depot.cache().size()).isBetween(3L * WHOLE.length, 5L * WHOLE.length);
        try (var files = java.nio.file.Files.list(target.resolve("depot/cache"))) {
            assertThat(files.count()).isEqualTo(5);
        }
    }

    /** From now on what is as large as this is fetched in parts of 12,500 bytes, four at once. */
    private void inParts() throws IOException {
        depot = Depot.in(
                target.resolve("depot"),
                List.of(),
                new Fetching(Cache.NONE, WHOLE.length, 4),
                Duration.ofMillis(500),
                4,
                Map.of());
    }

    private static void whole(OutputStream out, String tag, byte[] content) throws IOException {
        TinyServer.send(out, "200 OK", "Accept-Ranges: bytes\r\nETag: " + tag + "\r\n", content);
    }

    /** The range that was asked for, or as many bytes of it. */
    private static void part(TinyServer.Request request, OutputStream out, int most) throws IOException {
        String[] range = request.header("range").substring("bytes=".length()).split("-");
        int from = Integer.parseInt(range[0]);
        int to = Integer.parseInt(range[1]) + 1;
        TinyServer.head(
                out,
                "206 Partial Content",
                "ETag: \"a\"\r\nContent-Length: " + (to - from) + "\r\nContent-Range: bytes " + from + "-" + (to - 1)
                        + "/" + WHOLE.length + "\r\n");
        out.write(WHOLE, from, Math.min(most, to - from));
    }

    @Test
    void fetchesOneLargeThingInPartsAtTheSameTime() throws IOException {
        inParts();
        CountDownLatch together = new CountDownLatch(4);
        behaviour = (request, out) -> {
            if (request.header("range").isEmpty()) {
                whole(out, "\"a\"", WHOLE);
                return;
            }
            together.countDown();
            try {
                if (!together.await(60, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            part(request, out, WHOLE.length);
        };
        Transfer transfer = room(1 << 20);
        Staged staged = source(1 << 20, Duration.ofSeconds(90))
                .fetch(Address.of(server.url("/file")), target.resolve("file"), transfer);
        assertThat(staged).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(target.resolve("file")).hasBinaryContent(WHOLE);
        assertThat(transfer.moved()).isEqualTo(WHOLE.length);
        assertThat(server.seen()).hasSize(9);
        assertThat(server.seen().stream().skip(1))
                .allSatisfy(request -> assertThat(request.header("if-range")).isEqualTo("\"a\""))
                .extracting(request -> request.header("range"))
                .doesNotHaveDuplicates();
    }

    @Test
    void goesOnWithThePartThatBrokeOffWhereItEnded() throws IOException {
        inParts();
        behaviour = (request, out) -> {
            if (request.header("range").isEmpty()) {
                whole(out, "\"a\"", WHOLE);
            } else {
                part(request, out, request.header("range").equals("bytes=25000-37499") ? 5000 : WHOLE.length);
            }
        };
        assertThat(fetch()).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(server.seen()).extracting(request -> request.header("range")).contains("bytes=30000-37499");
        assertThat(server.seen()).hasSize(10);
        assertThat(target.resolve("file")).hasBinaryContent(WHOLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "403 Forbidden", "416 Range Not Satisfiable", "206 Partial Content"})
    void fetchesInOneWhatIsNotGivenInParts(String status) throws IOException {
        inParts();
        behaviour = (request, out) -> {
            if (request.header("range").isEmpty()) {
                whole(out, "\"a\"", WHOLE);
            } else {
                // Not what was asked for.
                TinyServer.send(out, status, "Content-Range: bytes 0-9/10\r\n", new byte[10]);
            }
        };
        Transfer transfer = room(WHOLE.length);
        Staged staged = source().fetch(Address.of(server.url("/file")), target.resolve("file"), transfer);
        assertThat(staged).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(target.resolve("file")).hasBinaryContent(WHOLE);
    }

    @Test
    void mixesNothingWhenItChangesBetweenItsParts() throws IOException {
        inParts();
        byte[] later = "abcdefghij".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        AtomicInteger asked = new AtomicInteger();
        behaviour = (request, out) -> {
            if (asked.getAndIncrement() < 4) {
                if (request.header("range").isEmpty()) {
                    whole(out, "\"a\"", WHOLE);
                } else {
                    part(request, out, WHOLE.length);
                }
            } else {
                whole(out, "\"b\"", later);
            }
        };
        // There is room for it once: what was given up gives its room back.
        Staged staged = source().fetch(Address.of(server.url("/file")), target.resolve("file"), room(later.length));
        assertThat(staged).isEqualTo(new Staged(later.length, Sha256.hex(later)));
        assertThat(target.resolve("file")).hasBinaryContent(later);
    }

    @Test
    void sumsUpTheWholeAndNotItsParts() throws IOException {
        inParts();
        behaviour = (request, out) -> {
            if (request.header("range").isEmpty()) {
                TinyServer.send(
                        out,
                        "200 OK",
                        "Accept-Ranges: bytes\r\nETag: \"a\"\r\nRepr-Digest: sha-256=:"
                                + Base64.getEncoder().encodeToString(new byte[32]) + ":\r\n",
                        WHOLE);
            } else {
                part(request, out, WHOLE.length);
            }
        };
        assertThatThrownBy(this::fetch).hasMessageContaining("checksum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ETag: \"a\"",
                "Accept-Ranges: bytes",
                "Accept-Ranges: none\r\nETag: \"a\"",
                "Accept-Ranges: bytes\r\nETag: W/\"a\""
            })
    void asksForNoPartsWhereTheyAreNotOffered(String headers) throws IOException {
        inParts();
        behaviour = (request, out) -> TinyServer.send(out, "200 OK", headers + "\r\n", WHOLE);
        assertThat(fetch()).isEqualTo(new Staged(WHOLE.length, Sha256.hex(WHOLE)));
        assertThat(server.seen()).hasSize(1);
    }
}
