package org.planisphere.client;

import java.nio.charset.StandardCharsets;

/**
 * A part of an output that may still grow.
 *
 * @param from place of the first byte in the whole
 * @param bytes empty when there is nothing beyond {@code from} yet
 */
@SuppressWarnings("ArrayRecordComponent")
public record Chunk(long from, byte[] bytes) {
    /** Where to go on reading. */
    public long next() {
        return from + bytes.length;
    }

    /** The bytes as UTF-8; what is cut at the ends shows as a replacement character. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
