package org.planisphere.planner.door;

import java.io.IOException;

/**
 * Reads along in one direction of a WebSocket, without keeping anything, and refuses messages that are too long. Used by one
 * thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, section 5.2</a>
 */
final class Gauge {
    private static final int FINAL = 0x80;
    private static final int CONTROL = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int TWO = 126;
    private static final int EIGHT = 127;

    private final long most;
    private final byte[] head = new byte[14];
    private int had;
    private int wants = 2;
    private long payload;
    private long message;

    /** @param most bytes of one message, as they are sent */
    Gauge(long most) {
        this.most = most;
    }

    /** @throws IOException when a message is too long, or it is no WebSocket */
    void see(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int end = from + count;
        while (at < end) {
            if (payload > 0) {
                int passed = (int) Math.min(payload, end - at);
                payload -= passed;
                at += passed;
                continue;
            }
            head[had++] = bytes[at++];
            if (had == 2) {
                int length = head[1] & LENGTH;
                wants = 2 + (length == EIGHT ? 8 : length == TWO ? 2 : 0) + ((head[1] & MASKED) != 0 ? 4 : 0);
            }
            if (had == wants) {
                begin();
                had = 0;
                wants = 2;
            }
        }
    }

    private void begin() throws IOException {
        int length = head[1] & LENGTH;
        payload = length;
        if (length >= TWO) {
            payload = 0;
            for (int i = 2; i < (length == TWO ? 4 : 10); i++) {
                payload = payload << 8 | head[i] & 0xff;
            }
        }
        if (payload < 0 || payload > most) {
            throw tooLong();
        }
        if ((head[0] & CONTROL) != 0) {
            // Between the parts of a message, and no part of it.
            return;
        }
        message += payload;
        if (message > most) {
            throw tooLong();
        }
        if ((head[0] & FINAL) != 0) {
            message = 0;
        }
    }

    private static IOException tooLong() {
        return new IOException("a message is too long");
    }
}
