package org.planisphere.planner.platform.unpacked;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.planisphere.planner.staging.TarReader;
import org.planisphere.planner.staging.WorkFolder;

/**
 * Lays the layers of an image one over the other in a folder that nobody else can change meanwhile. Links are made as they
 * are and followed only inside of that folder, as the run will; devices are left out; nobody's rights but the ordinary ones
 * are kept, and no owner. What comes out is counted, so that nothing explodes. Not thread safe.
 */
final class Layers {
    private static final int MOST = 1_000_000;
    private static final int LINKS = 40;
    private static final int FOLDER = 4096;
    private static final String GONE = ".wh.";
    private static final String ALL_GONE = ".wh..wh..opq";

    private final Path root;
    private final Map<Path, Integer> modes = new LinkedHashMap<>();
    private long room;
    private int count;
    private long size;

    /**
     * @param root an empty folder
     * @param room bytes of all files and folders together
     */
    Layers(Path root, long room) {
        this.root = root;
        this.room = room;
    }

    /** Bytes of what was unpacked so far. */
    long size() {
        return size;
    }

    /**
     * Lays a layer over those before.
     *
     * @param layer a tar, also by gzip
     * @throws IOException with words for whoever named the image, when it cannot be unpacked
     */
    void add(Path layer) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(layer)) {
            first = in.readNBytes(4);
        }
        if (first.length == 4 && (first[0] & 0xff) == 0x28 && (first[1] & 0xff) == 0xb5) {
            throw new IOException("one of its layers is packed by zstd, which is not unpacked here");
        }
        boolean packed = first.length >= 2 && (first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(layer), 1 << 16);
                InputStream plain = packed ? new GZIPInputStream(in, 1 << 16) : in) {
            TarReader tar = new TarReader(plain);
            for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
                add(next.get(), tar);
            }
        } catch (ZipException | EOFException e) {
            throw new IOException("one of its layers is damaged", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("one of its layers has a name that cannot be used", e);
        }
    }

    private void add(TarReader.Entry entry, TarReader tar) throws IOException {
        Deque<String> parts = parts(entry.name());
        if (parts.isEmpty()) {
            return;
        }
        String name = parts.removeLast();
        if (name.equals("..")) {
            throw new IOException("one of its layers has a name that cannot be used");
        }
        Path folder = folder(parts);
        if (name.equals(ALL_GONE)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
                for (Path child : children) {
                    remove(child);
                }
            }
            return;
        }
        if (name.startsWith(GONE)) {
            String gone = name.substring(GONE.length());
            if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
                throw new IOException("one of its layers has a name that cannot be used");
            }
            remove(folder.resolve(gone));
            return;
        }
        if (entry.type() == TarReader.Type.OTHER) {
            return;
        }
        take(FOLDER);
        if (++count > MOST) {
            throw new IOException("it has too many files");
        }
        Path place = folder.resolve(name);
        boolean was = Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
        if (!(was && entry.type() == TarReader.Type.FOLDER)) {
            remove(place);
        }
        switch (entry.type()) {
            case FOLDER -> {
                if (!was) {
                    Files.createDirectory(place);
                }
                modes.put(place, entry.mode());
            }
            case FILE -> {
                write(place, tar);
                permit(place, entry.mode());
            }
            case SYMBOLIC_LINK -> Files.createSymbolicLink(place, Path.of(entry.link()));
            default -> {
                Deque<String> to = parts(entry.link());
                if (to.isEmpty()) {
                    throw new IOException("one of its layers has a name that cannot be used");
                }
                String last = to.removeLast();
                Path original = folder(to).resolve(last);
                if (last.equals("..")
                        || Files.isDirectory(original, LinkOption.NOFOLLOW_LINKS)
                        || !Files.exists(original, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException("one of its layers names a file twice that is not there");
                }
                Files.createLink(place, original);
            }
        }
    }

    private static Deque<String> parts(String path) throws IOException {
        if (path.length() > 4096) {
            throw new IOException("one of its layers has a name that cannot be used");
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.length() > 255 || part.indexOf('\0') >= 0) {
                throw new IOException("one of its layers has a name that cannot be used");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return parts;
    }

    /** The folder of that name, as a run in the image would find it; made where it is not there. */
    private Path folder(Deque<String> parts) throws IOException {
        Deque<String> left = new ArrayDeque<>(parts);
        Path at = root;
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.removeFirst();
            if (part.equals("..")) {
                at = at.equals(root) ? root : Objects.requireNonNull(at.getParent());
                continue;
            }
            Path next = at.resolve(part);
            if (Files.isSymbolicLink(next)) {
                if (++links > LINKS) {
                    throw new IOException("its links go round in a circle");
                }
                String to = Files.readSymbolicLink(next).toString();
                Deque<String> detour = parts(to);
                while (!detour.isEmpty()) {
                    left.addFirst(detour.removeLast());
                }
                at = to.startsWith("/") ? root : at;
            } else {
                if (!Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
                    remove(next);
                    take(FOLDER);
                    Files.createDirectory(next);
                    modes.put(next, 0755);
                }
                at = next;
            }
        }
        return at;
    }

    private void remove(Path place) throws IOException {
        if (place.equals(root)) {
            throw new IOException("one of its layers has a name that cannot be used");
        }
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                modes.keySet().removeIf(known -> known.startsWith(place));
            }
            WorkFolder.delete(place);
        }
    }

    private void write(Path place, TarReader tar) throws IOException {
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                take(n);
                out.write(buffer, 0, n);
            }
        }
    }

    private void take(long bytes) throws IOException {
        size += bytes;
        room -= bytes;
        if (room < 0) {
            throw new IOException("it is larger than the room for images here");
        }
    }

    /**
     * Gives the folders their rights, and makes what every run needs: places for what is shown to it.
     *
     * @throws IOException with words for whoever named the image, when it has something else there
     */
    void finish() throws IOException {
        for (String name : new String[] {"dev", "proc", "sys", "tmp", "work", "etc"}) {
            Path place = root.resolve(name);
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException("its /" + name + " is no folder");
                }
                Files.createDirectory(place);
                modes.put(place, 0755);
            }
        }
        for (String name : new String[] {"passwd", "group", "hosts", "resolv.conf"}) {
            Path place = root.resolve("etc").resolve(name);
            if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
                remove(place);
                Files.createFile(place);
                permit(place, 0644);
            }
        }
        for (Map.Entry<Path, Integer> folder : modes.entrySet()) {
            // Whoever unpacked it must be able to remove it.
            permit(folder.getKey(), folder.getValue() | 0700);
        }
        permit(root, 0755);
    }

    private static void permit(Path place, int mode) throws IOException {
        Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] order = PosixFilePermission.values();
        for (int i = 0; i < order.length; i++) {
            if ((mode >> (order.length - 1 - i) & 1) == 1) {
                all.add(order[i]);
            }
        }
        Files.setPosixFilePermissions(place, all);
    }
}
