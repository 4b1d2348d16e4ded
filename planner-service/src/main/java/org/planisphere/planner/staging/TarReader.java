package org.planisphere.planner.staging;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what is in a tar: ustar, with GNU's and pax' long names. What the names lead to, and what may be unpacked, is for
 * whoever reads to say. Not thread safe.
 */
public final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 1 << 16;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private long left;
    private long padding;
    private boolean begun;

    /** @param in unpacked already; stays open */
    public TarReader(InputStream in) {
        this.in = in;
    }

    /** What one entry is. */
    public enum Type {
        FILE,
        FOLDER,
        /** A name that leads to what another name says. */
        SYMBOLIC_LINK,
        /** A second name of an earlier entry. */
        HARD_LINK,
        /** A device or a pipe. */
        OTHER
    }

    /**
     * One entry.
     *
     * @param name as it is written, which may be anything
     * @param size bytes of a file
     * @param mode its permissions, with the bits for other users' rights
     * @param link where a link leads; empty for all else
     */
    public record Entry(String name, Type type, long size, int mode, String link) {}

    /** The next entry, past what nobody read of the one before; empty at the end. */
    public Optional<Entry> next() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        String longName = "";
        String longLink = "";
        Map<String, String> pax = new HashMap<>();
        while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
            if (!sound()) {
                throw new IOException(begun ? "the archive is damaged" : "it is no archive");
            }
            begun = true;
            long bytes = number(124, 12);
            char type = (char) header[156];
            switch (type) {
                case 'L' -> longName = text(block(bytes));
                case 'K' -> longLink = text(block(bytes));
                case 'x' -> records(block(bytes), pax);
                case 'g' -> block(bytes);
                default -> {
                    return Optional.of(entry(type, bytes, longName, longLink, pax));
                }
            }
            in.skipNBytes((BLOCK - bytes % BLOCK) % BLOCK);
        }
        return Optional.empty();
    }

    private Entry entry(char type, long bytes, String longName, String longLink, Map<String, String> pax)
            throws IOException {
        Type what = switch (type) {
            case '0', '\0', '7' -> Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.SYMBOLIC_LINK;
            case '5' -> Type.FOLDER;
            default -> Type.OTHER;
        };
        long size = bytes;
        String said = pax.get("size");
        if (said != null) {
            if (!said.matches("[0-9]{1,18}")) {
                throw new IOException("the archive is damaged");
            }
            size = Long.parseLong(said);
        }
        // Some write a size for what has no content.
        left = what == Type.FILE || what == Type.OTHER ? size : 0;
        padding = (BLOCK - left % BLOCK) % BLOCK;
        String name = pax.getOrDefault("path", longName.isEmpty() ? name() : longName);
        String link = pax.getOrDefault("linkpath", longLink.isEmpty() ? text(157, 100) : longLink);
        boolean leads = what == Type.SYMBOLIC_LINK || what == Type.HARD_LINK;
        return new Entry(name, what, left, (int) number(100, 8) & 07777, leads ? link : "");
    }

    /**
     * Reads on in the entry's content.
     *
     * @return bytes read, or -1 when there are no more
     * @throws EOFException when the archive ends before its entry does
     */
    public int read(byte[] buffer) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
            throw new EOFException("it ends early");
        }
        left -= n;
        return n;
    }

    private boolean sound() {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        try {
            return number(148, 8) == sum;
        } catch (IOException e) {
            return false;
        }
    }

    private long number(int from, int length) throws IOException {
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

    private String name() {
        String name = text(0, 100);
        boolean ustar = new String(header, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        String prefix = ustar && header[263] == '0' ? text(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private String text(int from, int length) {
        return text(Arrays.copyOfRange(header, from, from + length));
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private byte[] block(long bytes) throws IOException {
        if (bytes > LONGEST_NAME) {
            throw new IOException("the archive has a name that cannot be used");
        }
        byte[] block = in.readNBytes((int) bytes);
        if (block.length < bytes) {
            throw new EOFException("it ends early");
        }
        return block;
    }

    /** Records of {@code length key=value}. */
    private static void records(byte[] records, Map<String, String> into) throws IOException {
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
            int equals = record.indexOf('=');
            if (equals > 0) {
                into.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
    }
}
