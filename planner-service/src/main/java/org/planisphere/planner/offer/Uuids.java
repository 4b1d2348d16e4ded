package org.planisphere.planner.offer;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Random UUIDs (RFC 9562, version 4) from the secure random, a whole answer's worth at a time: whoever knows an anonymous
 * session's UUID owns it, so it cannot be guessable. Used by one thread.
 */
final class Uuids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final ByteBuffer bytes;

    /** @param count how many can be taken */
    Uuids(int count) {
        byte[] random = new byte[count * 16];
        RANDOM.nextBytes(random);
        bytes = ByteBuffer.wrap(random);
    }

    UUID next() {
        long high = bytes.getLong();
        long low = bytes.getLong();
        return new UUID((high & 0xffffffffffff0fffL) | 0x4000L, (low & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }
}
