package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivesTest {
    @TempDir
    Path folder;

    private long unpack(byte[] archive, long room) throws IOException {
        Path file = Files.write(folder.resolve("archive"), archive);
        return Archives.unpack(file, folder.resolve("out"), new Transfer(room, at -> Map.of(), said -> {}));
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                if (!name.endsWith("/")) {
                    zip.write(name.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return bytes.toByteArray();
    }

    /** What a real tar makes of a folder. */
    private byte[] tar(String... options) throws Exception {
        Path from = Files.createDirectories(folder.resolve("from/inner"));
        Files.writeString(from.resolve("b"), "bb");
        Files.writeString(from.resolve("x".repeat(150)), "long");
        Files.writeString(folder.resolve("from/é a"), "a");
        Path archive = folder.resolve("made.tar");
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("tar"));
        command.addAll(java.util.List.of(options));
        command.addAll(java.util.List.of(
                "-cf", archive.toString(), "-C", folder.resolve("from").toString(), "."));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return Files.readAllBytes(archive);
    }

    /** One header of a tar, and a file in it. */
    private static byte[] header(String name, char type, String link, byte[] content) {
        byte[] block = new byte[512 + (content.length + 511) / 512 * 512 + 1024];
        put(block, 0, name);
        put(block, 100, "0000644\0");
        put(block, 124, String.format("%011o\0", content.length));
        put(block, 136, "00000000000\0");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar\00000");
        put(block, 148, "        ");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += block[i] & 0xff;
        }
        put(block, 148, String.format("%06o\0 ", sum));
        System.arraycopy(content, 0, block, 512, content.length);
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    @Test
    void unpacksAZip() throws IOException {
        assertThat(unpack(zip("a", "dir/", "dir/b", "deep/er/c"), 1000)).isEqualTo(1 + 5 + 9);
        assertThat(folder.resolve("out/dir/b")).hasContent("dir/b");
        assertThat(folder.resolve("out/deep/er/c")).hasContent("deep/er/c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar"})
    void unpacksWhatTarMakes(String format) throws Exception {
        if (format.equals("ustar")) {
            // Its names are shorter than that.
            unpack(header("dir/a", '0', "", new byte[] {65}), 1000);
            assertThat(folder.resolve("out/dir/a")).hasContent("A");
            return;
        }
        unpack(tar("--format=" + format), 1000);
        assertThat(folder.resolve("out/inner/b")).hasContent("bb");
        assertThat(folder.resolve("out/inner/" + "x".repeat(150))).hasContent("long");
        assertThat(folder.resolve("out/é a")).hasContent("a");
    }

    @Test
    void unpacksWhatIsPackedByGzip() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(tar());
        }
        unpack(bytes.toByteArray(), 1000);
        assertThat(folder.resolve("out/inner/b")).hasContent("bb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/x", "a//b", "a\\..\\x", "a\nb"})
    void refusesNamesThatLeadElsewhere(String name) throws IOException {
        assertThatThrownBy(() -> unpack(zip("ok", name), 1000)).hasMessageContaining("cannot be used");
        WorkFolder.delete(folder.resolve("out"));
        assertThatThrownBy(() -> unpack(header(name, '0', "", new byte[1]), 1000))
                .hasMessageContaining("cannot be used");
        assertThat(folder.getParent().resolve("x")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', 'S'})
    void refusesLinksAndDevices(char type) {
        assertThatThrownBy(() -> unpack(header("a", type, "/etc/passwd", new byte[0]), 1000))
                .hasMessageContaining("links or devices");
    }

    @Test
    void stopsWhatExplodes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("bomb"));
            for (int i = 0; i < 64; i++) {
                zip.write(new byte[1 << 20]);
            }
        }
        assertThat(bytes.size()).isLessThan(100_000);
        assertThatThrownBy(() -> unpack(bytes.toByteArray(), 1 << 20)).isInstanceOf(Transfer.TooLarge.class);
        assertThat(Files.size(folder.resolve("out/bomb"))).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void refusesANameThatIsThereTwice() {
        byte[] one = header("a", '0', "", new byte[] {1});
        byte[] two = new byte[1024 + one.length];
        System.arraycopy(one, 0, two, 0, 1024);
        System.arraycopy(one, 0, two, 1024, one.length);
        assertThatThrownBy(() -> unpack(two, 1000)).hasMessageContaining("twice");
    }

    @Test
    void refusesWhatIsDamagedOrNoArchive() throws Exception {
        byte[] tar = tar();
        byte[] zip = zip("a", "b");
        for (byte[] bad : new byte[][] {
            "<html>no</html>".getBytes(StandardCharsets.UTF_8),
            new byte[0],
            new byte[2000],
            java.util.Arrays.copyOf(zip, 20),
            java.util.Arrays.copyOf(header("a", '0', "", new byte[600]), 700)
        }) {
            assertThatThrownBy(() -> unpack(bad, 10_000)).isInstanceOf(IOException.class);
            WorkFolder.delete(folder.resolve("out"));
        }
        tar[5] ^= 1;
        assertThatThrownBy(() -> unpack(tar, 10_000)).hasMessageContaining("archive");
    }

    @Test
    void namesTheFolderByTheArchive() {
        assertThat(Archives.folderFor("set.tar.gz")).isEqualTo("set");
        assertThat(Archives.folderFor("a/set.zip")).isEqualTo("a/set");
        assertThat(Archives.folderFor("set")).isEqualTo("set");
        assertThat(Archives.folderFor("a/.zip")).isEqualTo("a/.zip.d");
    }
}
