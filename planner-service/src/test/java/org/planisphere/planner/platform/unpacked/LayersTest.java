package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
    @TempDir
    Path home;

    private Path root;
    private Path outside;

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectories(home.resolve("deep/down/root"));
        outside = Files.writeString(home.resolve("outside"), "mine");
    }

    private Layers unpack(TarMaker... layers) throws IOException {
        return unpack(64 << 20, layers);
    }

    private Layers unpack(long room, TarMaker... all) throws IOException {
        Layers layers = new Layers(root, room);
        for (TarMaker layer : all) {
            layers.add(Files.write(home.resolve("layer.tar"), layer.bytes()));
        }
        layers.finish();
        return layers;
    }

    @Test
    void laysLayersOverEachOther() throws Exception {
        unpack(
                new TarMaker()
                        .folder("a")
                        .file("a/old", "1")
                        .file("a/kept", "2")
                        .file("b", "3"),
                new TarMaker().file("a/.wh.old", "").file("b", "4").hard("c", "b"));
        assertThat(root.resolve("a/old")).doesNotExist();
        assertThat(root.resolve("a/kept")).hasContent("2");
        assertThat(root.resolve("b")).hasContent("4");
        assertThat(root.resolve("c")).hasContent("4");
    }

    @Test
    void anOpaqueFolderHidesWhatWasBelow() throws Exception {
        unpack(
                new TarMaker().folder("a").file("a/old", "1"),
                new TarMaker().folder("a").file("a/.wh..wh..opq", "").file("a/new", "2"));
        assertThat(root.resolve("a")).isDirectoryNotContaining("glob:**/old");
        assertThat(root.resolve("a/new")).hasContent("2");
    }

    @Test
    void whatReplacesALinkedFileLeavesTheOtherNameAlone() throws Exception {
        unpack(new TarMaker().file("a", "1").hard("b", "a"), new TarMaker().file("b", "2"));
        assertThat(root.resolve("a")).hasContent("1");
        assertThat(root.resolve("b")).hasContent("2");
    }

    @Test
    void followsLinksInsideOfTheImageOnly() throws Exception {
        unpack(new TarMaker()
                .folder("usr")
                .folder("usr/lib")
                .symbolic("lib", "usr/lib")
                .file("lib/x", "1")
                .symbolic("up", "../../../../../../..")
                .file("up/y", "2")
                .symbolic("etc2", "/etc")
                .file("etc2/z", "3"));
        assertThat(root.resolve("usr/lib/x")).hasContent("1");
        assertThat(root.resolve("y")).hasContent("2");
        assertThat(root.resolve("etc/z")).hasContent("3");
        assertThat(home.resolve("y")).doesNotExist();
    }

    @Test
    void neverWritesOutside() throws Exception {
        unpack(new TarMaker()
                .file("../../../outside", "theirs")
                .file("/abs", "1")
                .symbolic("l", outside.toString())
                .file("l", "replaced")
                .file("../../.wh.outside", ""));
        assertThat(outside).hasContent("mine");
        assertThat(root.resolve("outside")).doesNotExist();
        assertThat(root.resolve("abs")).hasContent("1");
        assertThat(root.resolve("l")).hasContent("replaced");
    }

    @Test
    void aSecondNameNeverLeadsOutside() {
        assertThatThrownBy(() -> unpack(new TarMaker().hard("h", "../../../outside")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(new TarMaker().hard("h", outside.toString())))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(new TarMaker().file("x/..", "1"))).isInstanceOf(IOException.class);
    }

    @Test
    void removesNothingButWhatIsInTheImage() throws Exception {
        assertThatThrownBy(() -> unpack(new TarMaker().file(".wh...", ""))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(new TarMaker().file(".wh..", ""))).isInstanceOf(IOException.class);
        assertThat(outside).exists();
        assertThat(root).exists();
    }

    @Test
    void leavesOutDevicesAndOthersRights() throws Exception {
        unpack(new TarMaker().device("null").file("su", new byte[1], 04755).folder("t", 01777));
        assertThat(root.resolve("null")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("su"))))
                .isEqualTo("rwxr-xr-x");
        assertThat((Integer) Files.getAttribute(root.resolve("su"), "unix:mode") & 07000)
                .isZero();
    }

    @Test
    void canBeRemovedWhateverItsFoldersSay() throws Exception {
        unpack(new TarMaker().folder("shut", 0).file("shut/x", "1"));
        assertThat(root.resolve("shut/x")).exists();
    }

    @Test
    void doesNotExplode() {
        assertThatThrownBy(() -> unpack(1 << 20, new TarMaker().file("big", new byte[2 << 20], 0644)))
                .hasMessageContaining("larger than the room");
        TarMaker many = new TarMaker();
        for (int i = 0; i < 300; i++) {
            many.folder("f" + i);
        }
        assertThatThrownBy(() -> unpack(1 << 20, many)).hasMessageContaining("larger than the room");
    }

    @Test
    void linksThatGoRoundInACircleEnd() {
        assertThatThrownBy(() -> unpack(
                        new TarMaker().symbolic("a", "b").symbolic("b", "a").file("a/x", "1")))
                .hasMessageContaining("circle");
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatThrownBy(() -> {
                    byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0};
                    new Layers(root, 1 << 20).add(Files.write(home.resolve("z"), zstd));
                })
                .hasMessageContaining("zstd");
        assertThatThrownBy(() -> new Layers(root, 1 << 20)
                        .add(Files.write(home.resolve("n"), new byte[600])
                                .getParent()
                                .resolve("none")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
                    byte[] cut = new TarMaker().file("a", new byte[4000], 0644).bytes();
                    new Layers(root, 1 << 20).add(Files.write(home.resolve("c"), java.util.Arrays.copyOf(cut, 2000)));
                })
                .hasMessageContaining("damaged");
    }

    @Test
    void hasThePlacesThatEveryRunNeeds() throws Exception {
        unpack(new TarMaker().file("x", "1").folder("etc").symbolic("etc/passwd", "/elsewhere"));
        for (String name : new String[] {"dev", "proc", "sys", "tmp", "work", "etc"}) {
            assertThat(root.resolve(name)).isDirectory();
        }
        assertThat(Files.isRegularFile(root.resolve("etc/passwd"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void refusesAnImageWithALinkWhereThePlacesAre() {
        assertThatThrownBy(() -> unpack(new TarMaker().symbolic("work", "/etc")))
                .hasMessageContaining("/work is no folder");
    }
}
