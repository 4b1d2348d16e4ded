package org.planisphere.planner.platform.container;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What several services print, line by line in one file: {@code web | a line}. A line longer than {@value #PIECE} bytes goes on
 * as {@code web + the rest}. From the file itself can be told how much of each service's output is in it, so that after a crash
 * of the planner nothing is missing and nothing stands twice, though the engine gives every output from its beginning. Thread
 * safe.
 */
final class CombinedOutput implements AutoCloseable {
    static final int PIECE = 16 * 1024;

    private final OutputStream file;
    private final long limit;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private long length;

    /** @param limit bytes of the file */
    CombinedOutput(Path path, long limit) throws IOException {
        this.limit = limit;
        if (Files.exists(path)) {
            length = take(path);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
        }
        this.file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** One service's part of it. */
    private static final class Stream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long taken;
        private boolean cut;
        private int readers;

        /** A line of the file is a whole line of the service's, unless it has the length at which lines are cut. */
        private void written(int bytes) {
            cut = bytes == PIECE;
            taken += bytes + (cut ? 0 : 1);
        }
    }

    /** Reads what is in the file; the length of its whole lines. */
    private long take(Path path) throws IOException {
        long whole = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c != '\n') {
                    line.write(c);
                    continue;
                }
                whole += line.size() + 1;
                String text = line.toString(StandardCharsets.ISO_8859_1);
                int space = text.indexOf(' ');
                if (space > 0 && text.length() >= space + 3) {
                    stream(text.substring(0, space)).written(text.length() - space - 3);
                }
                line.reset();
            }
        }
        return whole;
    }

    private Stream stream(String service) {
        return streams.computeIfAbsent(service, name -> new Stream());
    }

    /** Takes a service's output from its beginning, and leaves out what was taken before. */
    final class Reader {
        private final String service;
        private final int number;
        private long skip;

        private Reader(String service) {
            this.service = service;
            Stream stream = stream(service);
            this.number = ++stream.readers;
            this.skip = stream.taken + stream.line.size();
        }

        /** Whether no later reader of the same service has begun. */
        boolean last() {
            synchronized (CombinedOutput.this) {
                return number == stream(service).readers;
            }
        }

        /** False when there is no room for it, or when a later reader of the same service has begun. */
        boolean write(byte[] bytes) throws IOException {
            synchronized (CombinedOutput.this) {
                Stream stream = stream(service);
                if (number != stream.readers) {
                    return false;
                }
                int from = (int) Math.min(skip, bytes.length);
                skip -= from;
                for (int i = from; i < bytes.length; i++) {
                    if (bytes[i] == '\n') {
                        if (!flush(service, stream)) {
                            return false;
                        }
                    } else {
                        stream.line.write(bytes[i]);
                        if (stream.line.size() == PIECE && !flush(service, stream)) {
                            return false;
                        }
                    }
                }
                return true;
            }
        }
    }

    /** A reader of the service; those before it take nothing any more. */
    synchronized Reader reader(String service) {
        return new Reader(service);
    }

    private boolean flush(String service, Stream stream) throws IOException {
        byte[] start = (service + (stream.cut ? " + " : " | ")).getBytes(StandardCharsets.UTF_8);
        int size = stream.line.size();
        if (length + start.length + size + 1 > limit) {
            return false;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(start);
        stream.line.writeTo(all);
        all.write('\n');
        file.write(all.toByteArray());
        length += all.size();
        stream.written(size);
        stream.line.reset();
        return true;
    }

    /** Writes what a service has printed without ending the line. */
    synchronized void end(String service) throws IOException {
        Stream stream = stream(service);
        if (stream.line.size() > 0) {
            flush(service, stream);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
