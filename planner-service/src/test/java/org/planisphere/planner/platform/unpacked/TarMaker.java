package org.planisphere.planner.platform.unpacked;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tars with anything in them, also what no tar of good faith has. */
final class TarMaker {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarMaker folder(String name) {
        return folder(name, 0755);
    }

    TarMaker folder(String name, int mode) {
        return entry(name, '5', new byte[0], "", mode);
    }

    TarMaker file(String name, byte[] content, int mode) {
        return entry(name, '0', content, "", mode);
    }

    TarMaker file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    TarMaker symbolic(String name, String to) {
        return entry(name, '2', new byte[0], to, 0777);
    }

    TarMaker hard(String name, String to) {
        return entry(name, '1', new byte[0], to, 0644);
    }

    TarMaker device(String name) {
        return entry(name, '3', new byte[0], "", 0666);
    }

    private TarMaker entry(String name, char type, byte[] content, String link, int mode) {
        byte[] header = new byte[512];
        text(header, 0, name);
        text(header, 100, String.format("%07o", mode));
        text(header, 108, "0000000");
        text(header, 116, "0000000");
        text(header, 124, String.format("%011o", content.length));
        text(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        text(header, 157, link);
        text(header, 257, "ustar");
        text(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        text(header, 148, String.format("%06o", sum) + "\0 ");
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(512 - content.length % 512) % 512]);
        return this;
    }

    private static void text(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(out.toByteArray());
        all.writeBytes(new byte[1024]);
        return all.toByteArray();
    }
}
