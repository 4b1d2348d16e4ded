package org.planisphere.planner.platform.unpacked;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.Archives;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.Transfer;

/**
 * An image in an archive: what {@code podman save} and {@code docker save} write, or the OCI's layout as one tar. All parts
 * are checked against the digests that name them.
 *
 * @param sums what the layers must sum up to, by their place; of a layer as it is unpacked where {@code unpacked}
 */
record ArchiveImage(
        Path folder,
        String digest,
        Map<String, Object> configuration,
        List<String> places,
        List<String> sums,
        boolean unpacked)
        implements Parts {
    private static final long DOCUMENT = 4L << 20;

    ArchiveImage {
        places = List.copyOf(places);
        sums = List.copyOf(sums);
    }

    /**
     * Reads the archive.
     *
     * @param folder made, for what is in it
     * @param room bytes of what is in it
     * @throws IOException with words for whoever named it, when it is no image for such a machine
     */
    static Parts open(Path archive, Path folder, long room, String architecture, String os) throws IOException {
        Archives.unpackFiles(archive, folder, new Transfer(room, at -> Map.of(), said -> {}));
        if (Files.exists(folder.resolve("index.json"), LinkOption.NOFOLLOW_LINKS)) {
            return layout(folder, architecture, os);
        }
        if (Files.exists(folder.resolve("manifest.json"), LinkOption.NOFOLLOW_LINKS)) {
            return saved(folder);
        }
        throw new IOException("there is no image in it");
    }

    private static Parts layout(Path folder, String architecture, String os) throws IOException {
        Map<String, Object> index = document(folder.resolve("index.json"), null);
        List<Map<String, Object>> all = Parts.objects(index.get("manifests"));
        if (all.isEmpty()) {
            throw new IOException("there is no image in it");
        }
        String digest =
                all.size() == 1 ? Parts.digest(all.get(0).get("digest")) : Registry.choose(index, architecture, os);
        Map<String, Object> manifest = document(blob(folder, digest), digest);
        if (manifest.containsKey("manifests")) {
            digest = Registry.choose(manifest, architecture, os);
            manifest = document(blob(folder, digest), digest);
        }
        String configuration = Parts.digest(Parts.object(manifest.get("config")).get("digest"));
        List<String> sums = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (Map<String, Object> layer : Parts.objects(manifest.get("layers"))) {
            String sum = Parts.digest(layer.get("digest"));
            sums.add(sum);
            places.add("blobs/sha256/" + sum.substring(7));
        }
        return new ArchiveImage(
                folder, digest, document(blob(folder, configuration), configuration), places, sums, false);
    }

    private static Parts saved(Path folder) throws IOException {
        // A list, which our reader of objects takes inside of one.
        String text = Files.readString(limited(folder.resolve("manifest.json")), StandardCharsets.UTF_8);
        List<Map<String, Object>> all =
                Parts.objects(parse("{\"all\":" + text + "}").get("all"));
        if (all.size() != 1) {
            throw new IOException("there is not one image in it");
        }
        String place = String.valueOf(all.get(0).get("Config"));
        Path file = limited(inside(folder, place));
        String digest = Digests.of(file);
        if (place.matches("[0-9a-f]{64}\\.json") && !place.equals(digest.substring(7) + ".json")) {
            throw new IOException("its configuration is not what its name says");
        }
        Map<String, Object> configuration = document(file, digest);
        List<String> places = Parts.texts(all.get(0).get("Layers"));
        List<String> sums =
                Parts.texts(Parts.object(configuration.get("rootfs")).get("diff_ids"));
        if (places.size() != sums.size()) {
            throw new IOException("it does not say what its layers must be");
        }
        return new ArchiveImage(folder, digest, configuration, places, sums, true);
    }

    private static Path blob(Path folder, String digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(digest.substring(7));
    }

    /** A place in the archive; what was unpacked has no links. */
    private static Path inside(Path folder, String place) throws IOException {
        if (!place.matches("[A-Za-z0-9._/-]{1,300}")) {
            throw new IOException("it names a part that is not in it");
        }
        Path at = folder.resolve(place).normalize();
        if (!at.startsWith(folder) || !Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it names a part that is not in it");
        }
        return at;
    }

    private static Path limited(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > DOCUMENT) {
            throw new IOException("it names a part that is not in it");
        }
        return file;
    }

    private static Map<String, Object> document(Path file, @Nullable String digest) throws IOException {
        if (digest != null && !Digests.of(limited(file)).equals(digest)) {
            throw new IOException("a part of it is not " + digest);
        }
        return parse(Files.readString(limited(file), StandardCharsets.UTF_8));
    }

    private static Map<String, Object> parse(String text) throws IOException {
        try {
            return JsonFile.parse(text);
        } catch (IOException e) {
            throw new IOException("a part of it is no document", e);
        }
    }

    @Override
    public int layers() {
        return places.size();
    }

    @Override
    public Path layer(int number, Path into) throws IOException {
        Path layer = inside(folder, places.get(number));
        String sum = Digests.of(layer);
        if (unpacked && !sum.equals(sums.get(number))) {
            // Some pack them again.
            try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(layer)))) {
                sum = Digests.of(in);
            } catch (ZipException e) {
                throw new IOException("one of its layers is not " + sums.get(number), e);
            }
        }
        if (!sum.equals(sums.get(number))) {
            throw new IOException("one of its layers is not " + sums.get(number));
        }
        return layer;
    }

    @Override
    public long size() {
        return 0;
    }
}
