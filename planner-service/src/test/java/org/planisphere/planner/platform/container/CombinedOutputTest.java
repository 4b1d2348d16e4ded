package org.planisphere.planner.platform.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CombinedOutputTest {
    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void linesOfServicesDoNotMix() throws Exception {
        Path file = folder.resolve("out");
        try (CombinedOutput out = new CombinedOutput(file, 1000)) {
            CombinedOutput.Reader web = out.reader("web");
            CombinedOutput.Reader sky = out.reader("sky");
            web.write(bytes("o"));
            sky.write(bytes("a\nb"));
            web.write(bytes("ne\ntwo\n"));
            out.end("sky");
            out.end("web");
        }
        assertThat(Files.readString(file)).isEqualTo("sky | a\nweb | one\nweb | two\nsky | b\n");
    }

    @Test
    void aLaterReaderTakesOver() throws Exception {
        Path file = folder.resolve("out");
        try (CombinedOutput out = new CombinedOutput(file, 1000)) {
            CombinedOutput.Reader first = out.reader("web");
            first.write(bytes("one\nt"));
            CombinedOutput.Reader second = out.reader("web");
            assertThat(first.write(bytes("wo\n"))).isFalse();
            assertThat(first.last()).isFalse();
            assertThat(second.write(bytes("one\ntwo\n"))).isTrue();
        }
        assertThat(Files.readString(file)).isEqualTo("web | one\nweb | two\n");
    }

    @Test
    void isBounded() throws Exception {
        Path file = folder.resolve("out");
        try (CombinedOutput out = new CombinedOutput(file, 20)) {
            CombinedOutput.Reader reader = out.reader("web");
            assertThat(reader.write(bytes("0123456789\n"))).isTrue();
            assertThat(reader.write(bytes("0123456789\n"))).isFalse();
            assertThat(reader.last()).isTrue();
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(20);
    }

    /** Whenever the planner is killed, also in the midst of writing a line, the file ends as if it had not been. */
    @Property(tries = 100)
    void nothingIsMissingOrTwiceAfterACrash(
            @ForAll @Size(max = 8) List<@IntRange(max = 40_000) Integer> lengths,
            @ForAll @IntRange(max = 100_000) int crash,
            @ForAll @IntRange(max = 60) int torn)
            throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int length : lengths) {
            all.writeBytes("x".repeat(length).getBytes(StandardCharsets.UTF_8));
            all.write('\n');
        }
        byte[] printed = all.toByteArray();
        Path whole = Files.createTempFile("combined", "");
        Path broken = Files.createTempFile("combined", "");
        try {
            try (CombinedOutput out = new CombinedOutput(whole, 1 << 30)) {
                out.reader("a").write(printed);
            }
            try (CombinedOutput out = new CombinedOutput(broken, 1 << 30)) {
                out.reader("a").write(java.util.Arrays.copyOf(printed, Math.min(crash, printed.length)));
            }
            byte[] left = Files.readAllBytes(broken);
            Files.write(broken, java.util.Arrays.copyOf(left, Math.max(0, left.length - torn)));
            try (CombinedOutput out = new CombinedOutput(broken, 1 << 30)) {
                out.reader("a").write(printed);
            }
            assertThat(broken).hasSameBinaryContentAs(whole);
        } finally {
            Files.delete(whole);
            Files.delete(broken);
        }
    }
}
