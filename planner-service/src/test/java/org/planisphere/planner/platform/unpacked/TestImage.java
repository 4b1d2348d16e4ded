package org.planisphere.planner.platform.unpacked;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.planisphere.planner.platform.image.ImageRules;
import org.planisphere.planner.staging.JsonFile;

/** An image of the tests' own, in the parts that registries and archives hold. */
final class TestImage {
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final List<String> APPLETS = List.of(
            "sh",
            "echo",
            "sleep",
            "head",
            "tr",
            "cat",
            "setsid",
            "ls",
            "env",
            "id",
            "mount",
            "umount",
            "touch",
            "ps",
            "wget",
            "kill",
            "true",
            "mkdir",
            "mknod",
            "chmod",
            "readlink",
            "ln",
            "grep",
            "unshare",
            "rm",
            "pwd");
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static byte[] busybox;

    private final Map<String, Object> config = new LinkedHashMap<>();
    private final List<byte[]> layers = new ArrayList<>();
    private final List<String> sums = new ArrayList<>();
    private String architecture = ImageRules.architecture(System.getProperty("os.arch"));

    /** One with busybox; the test is skipped where there is none. */
    static TestImage busybox() {
        assumeTrue(Files.isExecutable(BUSYBOX), "busybox is not installed (Debian: apt install busybox-static)");
        TestImage image = new TestImage().layer(tar());
        image.config.put("Env", List.of("PATH=/bin", "FROM_IMAGE=yes"));
        image.config.put("Cmd", List.of("sh", "-c", "echo by itself"));
        return image;
    }

    private static synchronized byte[] tar() {
        if (busybox == null) {
            try {
                TarMaker tar = new TarMaker().folder("bin").file("bin/busybox", Files.readAllBytes(BUSYBOX), 0755);
                APPLETS.forEach(name -> tar.symbolic("bin/" + name, "busybox"));
                busybox = tar.folder("srv").file("srv/note", "from the image\n").bytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return busybox;
    }

    TestImage layer(byte[] tar) {
        layers.add(tar);
        sums.add(Digests.of(tar));
        return this;
    }

    TestImage with(String key, Object value) {
        config.put(key, value);
        return this;
    }

    TestImage architecture(String other) {
        architecture = other;
        return this;
    }

    byte[] configuration() {
        return json(Map.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                config,
                "rootfs",
                Map.of("type", "layers", "diff_ids", sums)));
    }

    /** The layers as a registry has them. */
    List<byte[]> packed() {
        return layers.stream().map(TestImage::gzip).toList();
    }

    byte[] manifest() {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (byte[] layer : packed()) {
            parts.add(described("application/vnd.oci.image.layer.v1.tar+gzip", layer));
        }
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST);
        manifest.put("config", described("application/vnd.oci.image.config.v1+json", configuration()));
        manifest.put("layers", parts);
        return json(manifest);
    }

    static Map<String, Object> described(String type, byte[] content) {
        return Map.of("mediaType", type, "digest", Digests.of(content), "size", content.length);
    }

    /** The OCI's layout as one tar. */
    byte[] layout() {
        byte[] manifest = manifest();
        TarMaker tar = new TarMaker()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(), 0644)
                .file(
                        "index.json",
                        json(Map.of("schemaVersion", 2, "manifests", List.of(described(MANIFEST, manifest)))),
                        0644);
        blob(tar, manifest);
        blob(tar, configuration());
        packed().forEach(layer -> blob(tar, layer));
        return tar.bytes();
    }

    private static void blob(TarMaker tar, byte[] content) {
        tar.file("blobs/sha256/" + Digests.of(content).substring(7), content, 0644);
    }

    /** As {@code docker save} and {@code podman save} write it, with the links of the latter. */
    byte[] saved() {
        String name = Digests.of(configuration()).substring(7) + ".json";
        TarMaker tar = new TarMaker().file(name, configuration(), 0644);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            names.add("layer-" + i + ".tar");
            tar.file("layer-" + i + ".tar", layers.get(i), 0644).symbolic("old-" + i, "layer-" + i + ".tar");
        }
        String manifest = new String(json(Map.of("Config", name, "Layers", names)), StandardCharsets.UTF_8);
        return tar.file("manifest.json", ("[" + manifest + "]").getBytes(StandardCharsets.UTF_8), 0644)
                .bytes();
    }

    static byte[] json(Map<String, ?> document) {
        try {
            return JsonFile.line(document).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
