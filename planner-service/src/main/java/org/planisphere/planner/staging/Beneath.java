package org.planisphere.planner.staging;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Walks and opens what lies below a folder without ever leaving it: every step is taken from an open folder
 * ({@code openat}), no link is followed, whatever somebody renames meanwhile.
 */
final class Beneath {
    private static final LinkOption[] NO_LINKS = {LinkOption.NOFOLLOW_LINKS};
    private static final int DEEPEST = 64;

    private Beneath() {}

    /** Told of every regular file. */
    interface Visitor {
        void file(Entry entry) throws IOException;
    }

    /** A regular file, seen from the open folder it lies in. */
    record Entry(String name, BasicFileAttributes attributes, SecureDirectoryStream<Path> folder, Path leaf) {
        SeekableByteChannel open() throws IOException {
            return folder.newByteChannel(leaf, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        }
    }

    /** Visits regular files; links, devices, pipes, sockets and names that are no text are passed over. */
    static void walk(Path root, Visitor visitor) throws IOException {
        try (SecureDirectoryStream<Path> folder = secure(root)) {
            walk(folder, "", 0, visitor);
        }
    }

    private static void walk(SecureDirectoryStream<Path> folder, String prefix, int depth, Visitor visitor)
            throws IOException {
        List<Path> leaves = new ArrayList<>();
        for (Path entry : folder) {
            leaves.add(entry.getFileName());
        }
        leaves.sort(java.util.Comparator.comparing(Path::toString));
        for (Path leaf : leaves) {
            String name = leaf.toString();
            if (name.indexOf('\uFFFD') >= 0 || !Path.of(name).equals(leaf)) {
                continue;
            }
            BasicFileAttributes attributes;
            try {
                attributes = folder.getFileAttributeView(leaf, BasicFileAttributeView.class, NO_LINKS)
                        .readAttributes();
            } catch (NoSuchFileException gone) {
                continue;
            }
            if (attributes.isDirectory()) {
                if (depth >= DEEPEST) {
                    throw new FileSystemException(prefix + name, null, "folders are nested too deeply");
                }
                try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(leaf, NO_LINKS)) {
                    walk(inner, prefix + name + "/", depth + 1, visitor);
                }
            } else if (attributes.isRegularFile()) {
                visitor.file(new Entry(prefix + name, attributes, folder, leaf));
            }
        }
    }

    /** Opens a regular file below the root by the name that {@link #walk} gave it. */
    static SeekableByteChannel open(Path root, String name) throws IOException {
        String[] parts = name.split("/", -1);
        if (parts.length > DEEPEST + 1) {
            throw new NoSuchFileException(name);
        }
        for (String part : parts) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
                throw new NoSuchFileException(name);
            }
        }
        SecureDirectoryStream<Path> folder = secure(root);
        try {
            for (int i = 0; i < parts.length - 1; i++) {
                SecureDirectoryStream<Path> inner = folder.newDirectoryStream(Path.of(parts[i]), NO_LINKS);
                folder.close();
                folder = inner;
            }
            Path leaf = Path.of(parts[parts.length - 1]);
            if (!folder.getFileAttributeView(leaf, BasicFileAttributeView.class, NO_LINKS)
                    .readAttributes()
                    .isRegularFile()) {
                throw new NoSuchFileException(name);
            }
            return folder.newByteChannel(leaf, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } finally {
            folder.close();
        }
    }

    private static SecureDirectoryStream<Path> secure(Path root) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new FileSystemException(root.toString(), null, "this file system cannot be walked safely");
    }
}
