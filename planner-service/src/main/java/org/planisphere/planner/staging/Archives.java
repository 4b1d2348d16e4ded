package org.planisphere.planner.staging;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Unpacks zip and tar (ustar, with GNU's and pax' long names), the latter also by gzip. Files and folders only: a link, a
 * device, a name that leads out of the folder or is there twice makes all of it refused. What comes out counts against the
 * session's room like what is fetched, so that nothing explodes.
 */
public final class Archives {
    private static final int MOST = 100_000;

    private final Path folder;
    private final Transfer transfer;
    private final boolean strict;
    private int count;
    private long size;

    private Archives(Path folder, Transfer transfer, boolean strict) {
        this.folder = folder;
        this.strict = strict;
        this.transfer = transfer;
    }

    /** The name of the folder into which an archive of that name is unpacked. */
    public static String folderFor(String name) {
        String plain = name.replaceFirst("(?i)\\.(zip|tgz|tar|tar\\.gz)$", "");
        return plain.isEmpty() || plain.endsWith("/") ? name + ".d" : plain;
    }

    /**
     * Unpacks the archive into a new folder.
     *
     * @param folder made; in a folder that nobody else can change meanwhile
     * @return bytes of all files
     * @throws IOException with words for whoever named it, when it is none, or holds what must not be in it
     */
    public static long unpack(Path archive, Path folder, Transfer transfer) throws IOException {
        return unpack(archive, folder, transfer, true);
    }

    /** As {@link #unpack}, but links and devices are left out. For who knows what is to be in it. */
    public static long unpackFiles(Path archive, Path folder, Transfer transfer) throws IOException {
        return unpack(archive, folder, transfer, false);
    }

    private static long unpack(Path archive, Path folder, Transfer transfer, boolean strict) throws IOException {
        Files.createDirectory(folder);
        Archives unpacking = new Archives(folder, transfer, strict);
        byte[] first;
        try (InputStream in = Files.newInputStream(archive)) {
            first = in.readNBytes(4);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            if (first.length == 4 && first[0] == 'P' && first[1] == 'K') {
                unpacking.zip(new ZipInputStream(in, StandardCharsets.UTF_8));
            } else if (first.length >= 2 && (first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b) {
                unpacking.tar(new GZIPInputStream(in, 1 << 16));
            } else {
                unpacking.tar(in);
            }
        } catch (ZipException | EOFException e) {
            throw new IOException("the archive is damaged", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the archive has a name that cannot be used", e);
        }
        if (unpacking.count == 0) {
            throw new IOException("it is no archive, or there is nothing in it");
        }
        return unpacking.size;
    }

    private void zip(ZipInputStream zip) throws IOException {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.isDirectory()) {
                folder(entry.getName());
            } else {
                file(entry.getName(), zip::read);
            }
        }
    }

    private void tar(InputStream in) throws IOException {
        TarReader tar = new TarReader(in);
        for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
            TarReader.Entry entry = next.get();
            switch (entry.type()) {
                case FOLDER -> folder(entry.name());
                case FILE -> file(entry.name(), tar::read);
                default -> {
                    if (strict) {
                        throw new IOException("the archive has links or devices, which are not unpacked");
                    }
                }
            }
        }
    }

    /** The content of one entry. */
    private interface Content {
        /** Bytes read, or -1 when there are no more. */
        int read(byte[] buffer) throws IOException;
    }

    /** Where something of that name goes; empty for the folder itself. */
    private Path place(String name) throws IOException {
        String plain = name.replaceFirst("^(\\./)+", "").replaceFirst("/+$", "");
        if (plain.equals(".") || plain.isEmpty()) {
            return folder;
        }
        for (String part : plain.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.length() > 200
                    || part.indexOf('\\') >= 0
                    || part.chars().anyMatch(c -> c < 0x20 || c == 0x7f || c == 0xfffd)) {
                throw new IOException("the archive has a name that cannot be used");
            }
        }
        if (plain.length() > 1000 || ++count > MOST) {
            throw new IOException("the archive has too many files, or too long names");
        }
        return folder.resolve(plain);
    }

    private void folder(String name) throws IOException {
        Files.createDirectories(place(name));
    }

    private void file(String name, Content content) throws IOException {
        Path place = place(name);
        Files.createDirectories(place.getParent());
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                transfer.take(n);
                size += n;
                out.write(buffer, 0, n);
            }
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new IOException("the archive has a name twice", e);
        }
    }
}
