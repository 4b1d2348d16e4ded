package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Copies what the engine kept of a stream into a file, as far as it is not there yet: the engine gives the stream from its
 * beginning each time it is asked. Writes no more than the limit. Not thread safe.
 */
public final class OutputCopy implements AutoCloseable {
    private final OutputStream file;
    private final long limit;
    private long skip;
    private long length;

    public OutputCopy(Path path, long limit) throws IOException {
        this.file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.limit = limit;
        this.length = Files.size(path);
        this.skip = length;
    }

    /** False when there is more than the limit. */
    public boolean write(byte[] bytes) throws IOException {
        int from = (int) Math.min(skip, bytes.length);
        skip -= from;
        int count = (int) Math.min(bytes.length - from, limit - length);
        file.write(bytes, from, count);
        length += count;
        return from + count == bytes.length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
