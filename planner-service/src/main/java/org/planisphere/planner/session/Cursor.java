package org.planisphere.planner.session;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * The last item of a page, as an opaque text that can stand in a URL.
 *
 * @param created to the microsecond
 */
public record Cursor(Instant created, UUID id) {
    /**
     * Reads what {@link #text()} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Cursor parse(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("after is not the next of a page", e);
        }
        if (bytes.length != 24) {
            throw new IllegalArgumentException("after is not the next of a page");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long micros = buffer.getLong();
        Instant created =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
        return new Cursor(created, new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** 32 characters of the URL-safe base64 alphabet. */
    public String text() {
        long micros =
                Math.addExact(Math.multiplyExact(created.getEpochSecond(), 1_000_000L), created.getNano() / 1000L);
        ByteBuffer buffer = ByteBuffer.allocate(24)
                .putLong(micros)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }
}
