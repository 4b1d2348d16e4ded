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
import java.util.Arrays;
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
    private static final int BLOCK = 512;

    private final Path folder;
    private final Transfer transfer;
    private int count;
    private long size;

    private Archives(Path folder, Transfer transfer) {
        this.folder = folder;
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
        Files.createDirectory(folder);
        Archives unpacking = new Archives(folder, transfer);
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
                file(entry.getName(), zip, Long.MAX_VALUE);
            }
        }
    }

    private void tar(InputStream in) throws IOException {
        String longName = "";
        byte[] header = new byte[BLOCK];
        while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
            if (!sound(header)) {
                throw new IOException(count == 0 ? "it is no archive" : "the archive is damaged");
            }
            long bytes = number(header, 124, 12);
            char type = (char) header[156];
            String name = longName.isEmpty() ? name(header) : longName;
            longName = "";
            switch (type) {
                case 'L' -> longName = text(block(in, bytes));
                case 'x' -> longName = paxPath(block(in, bytes));
                case 'g' -> block(in, bytes);
                case '5' -> folder(name);
                case '0', '\0', '7' -> file(name, in, bytes);
                default -> throw new IOException("the archive has links or devices, which are not unpacked");
            }
            in.skipNBytes((BLOCK - bytes % BLOCK) % BLOCK);
        }
    }

    private static boolean sound(byte[] header) throws IOException {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        try {
            return number(header, 148, 8) == sum;
        } catch (IOException e) {
            return false;
        }
    }

    private static long number(byte[] header, int from, int length) throws IOException {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                if (value > Long.MAX_VALUE >> 8) {
                    throw new IOException("the archive is damaged");
                }
                value = value << 8 | header[i] & 0xff;
            }
            return value;
        }
        String digits = new String(header, from, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .trim();
        if (!digits.matches("[0-7]{0,20}")) {
            throw new IOException("the archive is damaged");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static String name(byte[] header) {
        String name = text(Arrays.copyOfRange(header, 0, 100));
        boolean ustar = new String(header, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        String prefix = ustar && header[263] == '0' ? text(Arrays.copyOfRange(header, 345, 500)) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static byte[] block(InputStream in, long bytes) throws IOException {
        if (bytes > 1 << 16) {
            throw new IOException("the archive has a name that cannot be used");
        }
        byte[] block = in.readNBytes((int) bytes);
        if (block.length < bytes) {
            throw new EOFException("it ends early");
        }
        return block;
    }

    /** The name in records of {@code length key=value}; empty when they hold none. */
    private static String paxPath(byte[] records) throws IOException {
        String path = "";
        int at = 0;
        while (at < records.length) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            String length = new String(records, at, space - at, StandardCharsets.ISO_8859_1);
            if (!length.matches("[1-9][0-9]{0,5}") || at + Integer.parseInt(length) > records.length) {
                throw new IOException("the archive is damaged");
            }
            int end = at + Integer.parseInt(length);
            String record = new String(records, space + 1, Math.max(0, end - space - 2), StandardCharsets.UTF_8);
            if (record.startsWith("path=")) {
                path = record.substring(5);
            }
            at = end;
        }
        return path;
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

    private void file(String name, InputStream in, long bytes) throws IOException {
        Path place = place(name);
        Files.createDirectories(place.getParent());
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[1 << 16];
            long left = bytes;
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    if (bytes == Long.MAX_VALUE) {
                        return;
                    }
                    throw new EOFException("it ends early");
                }
                transfer.take(n);
                size += n;
                out.write(buffer, 0, n);
                left -= n;
            }
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new IOException("the archive has a name twice", e);
        }
    }
}
