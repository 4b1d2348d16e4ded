package org.planisphere.planner.offer;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * UUIDs of our own make (RFC 9562, version 8): the second in which they were made, then 90 bits from the secure random, a
 * whole answer's worth at a time. Whoever knows an anonymous session's UUID owns it, so it cannot be guessable; those of
 * one time lie side by side in the database's indexes, so that what is stored together changes few pages. Used by one
 * thread.
 */
final class Uuids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final ByteBuffer bytes;
    private final long second;

    /**
     * @param count how many can be taken
     * @param now when what they name was made; they say so until the year 2106
     */
    Uuids(int count, Instant now) {
        byte[] random = new byte[count * 12];
        RANDOM.nextBytes(random);
        bytes = ByteBuffer.wrap(random);
        second = now.getEpochSecond() << 32;
    }

    UUID next() {
        long high = bytes.getInt() & 0xffff0fffL;
        long low = bytes.getLong();
        return new UUID(second | high | 0x8000L, (low & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }
}
