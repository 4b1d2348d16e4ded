package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.wire.ExecutionRequest;

/** Bytes that mean harm are refused quickly and cheaply (promises: in 10 ms and 1 MB). */
class HostileBytesTest {
    private static final long MOST_NANOS = 10_000_000;
    private static final long MOST_BYTES = 1 << 20;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static Arguments of(String name, Format format, byte[] bytes) {
        return Arguments.of(name, format, bytes);
    }

    private static Arguments of(String name, Format format, String text) {
        return Arguments.of(name, format, utf8(text));
    }

    static Stream<Arguments> hostile() {
        String laughs = "<!DOCTYPE z [<!ENTITY a \"ha\">"
                + "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
                + "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]><offers-request><executable><location>&d;"
                + "</location></executable></offers-request>";
        String json = "{\"executable\":{\"kind\":\"k\",\"location\":\"";
        return Stream.of(
                of("nothing", Format.JSON, ""),
                of("nothing", Format.XML, ""),
                of("nothing", Format.YAML, ""),
                of("blanks", Format.JSON, " \n"),
                of("null", Format.JSON, "null"),
                of("a list", Format.JSON, "[]"),
                of("a number", Format.JSON, "1"),
                of("truncated", Format.JSON, json),
                of("truncated in a name", Format.JSON, "{\"exec"),
                of("truncated", Format.XML, "<offers-request><executable"),
                of("truncated", Format.YAML, "executable: {kind: \"k"),
                of("two documents", Format.JSON, "{}{}"),
                of("two documents", Format.YAML, "executable: {}\n---\nexecutable: {}\n"),
                of("two roots", Format.XML, "<offers-request/><offers-request/>"),
                of("not UTF-8", Format.JSON, join(utf8(json), bytes(0xC3, 0x28, '"', '}', '}'))),
                of("overlong UTF-8", Format.JSON, join(utf8(json), bytes(0xC0, 0xAF, '"', '}', '}'))),
                of("not UTF-8", Format.YAML, join(utf8("executable: {location: "), bytes(0xFF, '}'))),
                of("not UTF-8", Format.XML, join(utf8("<offers-request>"), bytes(0xC3, 0x28))),
                of("UTF-16", Format.JSON, "{}".getBytes(StandardCharsets.UTF_16)),
                of("UTF-32", Format.JSON, bytes(0, 0, 0, '{', 0, 0, 0, '}')),
                of("byte order mark", Format.JSON, "\uFEFF{}"),
                of("byte order mark", Format.YAML, "\uFEFFexecutable: {}"),
                of("zero bytes", Format.JSON, new byte[1000]),
                of("zero bytes", Format.XML, new byte[1000]),
                of("zero bytes", Format.YAML, new byte[1000]),
                of("deep lists", Format.JSON, "[".repeat(10_000)),
                of("deep unknown lists", Format.JSON, "{\"x\":" + "[".repeat(10_000)),
                of("deep objects", Format.JSON, "{\"executable\":".repeat(10_000)),
                of("deep lists", Format.YAML, "[".repeat(10_000)),
                of("deep objects", Format.YAML, "{a: ".repeat(10_000)),
                of("deep blocks", Format.YAML, "- ".repeat(10_000)),
                of("deep keys", Format.YAML, "? ".repeat(10_000)),
                of("deep elements", Format.XML, "<offers-request>" + "<a>".repeat(10_000)),
                of("many attributes", Format.XML, "<offers-request " + attributes(10_000) + "/>"),
                of("billion laughs", Format.XML, laughs),
                of(
                        "external entity",
                        Format.XML,
                        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><offers-request><executable>"
                                + "<location>&e;</location></executable></offers-request>"),
                of(
                        "external type",
                        Format.XML,
                        "<!DOCTYPE offers-request SYSTEM \"http://127.0.0.1:1/x.dtd\"><offers-request/>"),
                of("empty type", Format.XML, "<!DOCTYPE offers-request><offers-request/>"),
                of(
                        "unknown entity",
                        Format.XML,
                        "<offers-request><executable><location>&e;</location></executable></offers-request>"),
                of(
                        "external include",
                        Format.XML,
                        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"),
                of("bad character", Format.XML, "<offers-request>\u0001</offers-request>"),
                of("unbound prefix", Format.XML, "<a:offers-request/>"),
                of(
                        "bomb",
                        Format.YAML,
                        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n"),
                of("anchor", Format.YAML, "executable: &a {kind: k}\n"),
                of("anchored text", Format.YAML, "executable:\n  location: &a x\n"),
                of("anchored key", Format.YAML, "&a executable: {}\n"),
                of("alias", Format.YAML, "executable:\n  location: *a\n"),
                of("merge", Format.YAML, "executable:\n  <<: {kind: k}\n"),
                of(
                        "script engine",
                        Format.YAML,
                        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://"
                                + "127.0.0.1:1/\"]]]]"),
                of("tagged value", Format.YAML, "executable:\n  location: !!java.net.URL [\"http://127.0.0.1:1/\"]\n"),
                of("tagged text", Format.YAML, "executable:\n  location: !!binary aGFoYQ==\n"),
                of("tagged object", Format.YAML, "executable: !x {kind: k}\n"),
                of("tagged key", Format.YAML, "!!str executable: {}\n"),
                of("same name twice", Format.JSON, "{\"executable\":{},\"executable\":{}}"),
                of("same unknown name twice", Format.JSON, "{\"x\":{\"y\":1,\"y\":2}}"),
                of("same name twice", Format.YAML, "executable: {}\nexecutable: {}\n"),
                of("same element twice", Format.XML, "<offers-request><compute/><compute/></offers-request>"),
                of("same attribute twice", Format.XML, "<offers-request><compute kind='a' kind='b'/></offers-request>"),
                of("huge exponent", Format.JSON, "{\"costs\":[{\"max\":1e999999}]}"),
                of("huge exponent", Format.YAML, "costs: [{max: 1.0e+999999}]"),
                of(
                        "huge exponent",
                        Format.XML,
                        "<offers-request><costs><cost><max>1e999999</max></cost></costs>" + "</offers-request>"),
                of("huge whole exponent", Format.JSON, "{\"compute\":{\"cores\":{\"min\":1e999999999}}}"),
                of("long number", Format.JSON, "{\"compute\":{\"cores\":{\"min\":" + "9".repeat(100_000) + "}}}"),
                of("long number", Format.YAML, "compute: {cores: {min: " + "9".repeat(100_000) + "}}"),
                of("NaN", Format.JSON, "{\"costs\":[{\"max\":NaN}]}"),
                of("comment", Format.JSON, "{/* */}"),
                of("single quotes", Format.JSON, "{'a':1}"),
                of("trailing comma", Format.JSON, "{\"a\":1,}"),
                of("leading zero", Format.JSON, "{\"compute\":{\"cores\":{\"min\":007}}}"),
                of("control character in a text", Format.JSON, "{\"a\":\"\u0001\"}"),
                of("no script", Format.YAML, "%YAML 9.9\n---\na: b\n%TAG ! tag:x\n"));
    }

    private static String attributes(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(" a").append(i).append("=''");
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("hostile")
    void isRefusedQuicklyAndCheaply(String name, Format format, byte[] document) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long leastNanos = Long.MAX_VALUE;
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 40; round++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long nanos = threads.getCurrentThreadCpuTime();
            Throwable thrown = catchThrowable(() -> Codecs.read(document, format, ExecutionRequest.class));
            leastNanos = Math.min(leastNanos, threads.getCurrentThreadCpuTime() - nanos);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - bytes);
            assertThat(thrown).isInstanceOf(MalformedDocument.class);
            assertThat(((MalformedDocument) thrown).faults())
                    .isNotEmpty()
                    .allSatisfy(fault -> assertThat(fault.detail())
                            .hasSizeLessThan(400)
                            .doesNotContain("com.fasterxml", "org.yaml", "java.", "Exception", "root:"));
        }
        assertThat(leastNanos).isLessThan(MOST_NANOS);
        assertThat(leastBytes).isLessThan(MOST_BYTES);
    }

    /** Repeats one piece for ever and counts what was taken. */
    private static final class Endless extends InputStream {
        private final byte[] piece;
        private long taken;

        Endless(String piece) {
            this.piece = utf8(piece);
        }

        @Override
        public int read() {
            return piece[(int) (taken++ % piece.length)];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            for (int i = 0; i < length; i++) {
                buffer[offset + i] = (byte) read();
            }
            return length;
        }
    }

    @Test
    void anEndlessStreamIsReadToTheLimitOnly() {
        Endless endless = new Endless("[1,");
        assertThatThrownBy(() -> Codecs.read(endless, Format.JSON, ExecutionRequest.class, 1 << 16))
                .isInstanceOfSatisfying(
                        DocumentTooLarge.class,
                        tooLarge -> assertThat(tooLarge.limit()).isEqualTo(1 << 16));
        assertThat(endless.taken).isLessThanOrEqualTo((1 << 16) + 1);
    }

    @Test
    void aStreamOfFiftyMegabytesIsRefusedAfterFour() {
        Endless endless = new Endless(" ");
        assertThatThrownBy(() -> Codecs.read(endless, Format.XML, ExecutionRequest.class))
                .isInstanceOf(DocumentTooLarge.class);
        assertThat(endless.taken).isLessThanOrEqualTo((4 << 20) + 1);
    }

    @Test
    void aDocumentOfTheLimitIsTaken() throws Exception {
        byte[] document = utf8("{}" + " ".repeat(98));
        assertThat(Codecs.read(document, Format.JSON, ExecutionRequest.class, 100))
                .isNotNull();
        assertThatThrownBy(() -> Codecs.read(document, Format.JSON, ExecutionRequest.class, 99))
                .isInstanceOf(DocumentTooLarge.class);
    }

    static Stream<Arguments> crowded() {
        return Stream.of(
                of("small parts", Format.JSON, "{\"x\":[" + "1,".repeat(2_000_000) + "1]}"),
                of("small parts", Format.YAML, "x: [" + "1,".repeat(2_000_000) + "1]"),
                of("small elements", Format.XML, "<offers-request>" + "<a/>".repeat(1_000_000) + "</offers-request>"),
                of("comments", Format.XML, "<offers-request>" + "<!---->".repeat(500_000) + "</offers-request>"),
                of("long text", Format.JSON, "{\"executable\":{\"location\":\"" + "x".repeat(2_000_000) + "\"}}"),
                of(
                        "long text",
                        Format.XML,
                        "<offers-request><executable><location>" + "x".repeat(2_000_000)
                                + "</location></executable></offers-request>"),
                of("long name", Format.JSON, "{\"" + "x".repeat(2_000_000) + "\":1}"),
                of("many names", Format.JSON, names(250_000)),
                of("long key", Format.YAML, "x".repeat(2_000_000) + ": 1"));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void aHundredLevelsAreTakenAndNoMore(Format format) throws Exception {
        assertThat(Codecs.read(nested(format, 100), format, ExecutionRequest.class))
                .isNotNull();
        assertThatThrownBy(() -> Codecs.read(nested(format, 101), format, ExecutionRequest.class))
                .isInstanceOfSatisfying(
                        MalformedDocument.class,
                        malformed ->
                                assertThat(malformed.faults().get(0).detail()).isEqualTo("Nested deeper than 100."));
    }

    private static byte[] nested(Format format, int depth) {
        int inner = depth - 1;
        return utf8(
                switch (format) {
                    case JSON -> "{\"x\":" + "[".repeat(inner) + "]".repeat(inner) + "}";
                    case YAML -> "x: " + "[".repeat(inner) + "]".repeat(inner);
                    case XML -> "<offers-request>" + "<a>".repeat(inner) + "</a>".repeat(inner) + "</offers-request>";
                });
    }

    private static String names(int count) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append("\"a").append(i).append("\":1,");
        }
        return text.append("\"b\":1}").toString();
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("crowded")
    void aDocumentOfTooManyOrTooLongPartsIsRefused(String name, Format format, byte[] document) {
        assertThatThrownBy(() -> Codecs.read(document, format, ExecutionRequest.class))
                .isInstanceOf(MalformedDocument.class);
    }
}
