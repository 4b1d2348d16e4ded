package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GaugeTest {
    private static final int TEXT = 0x1;
    private static final int CONTINUED = 0x0;
    private static final int PING = 0x9;

    private static byte[] frame(boolean last, int what, int length, boolean masked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((last ? 0x80 : 0) | what);
        int mask = masked ? 0x80 : 0;
        if (length < 126) {
            out.write(mask | length);
        } else if (length < 65_536) {
            out.write(mask | 126);
            out.write(length >> 8);
            out.write(length);
        } else {
            out.write(mask | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        if (masked) {
            out.writeBytes(new byte[] {1, 2, 3, 4});
        }
        out.writeBytes(new byte[length]);
        return out.toByteArray();
    }

    private static void see(Gauge gauge, byte[] bytes, int piece) throws IOException {
        for (int from = 0; from < bytes.length; from += piece) {
            gauge.see(bytes, from, Math.min(piece, bytes.length - from));
        }
    }

    @Property(tries = 200)
    void messagesWithinTheBoundPassHoweverTheyAreCut(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 70_000) Integer> lengths,
            @ForAll boolean masked,
            @ForAll @IntRange(min = 1, max = 9_000) int piece)
            throws IOException {
        Gauge gauge = new Gauge(70_000);
        for (int length : lengths) {
            see(gauge, frame(true, TEXT, length, masked), piece);
        }
        assertThatThrownBy(() -> see(gauge, frame(true, TEXT, 70_001, masked), piece))
                .isInstanceOf(IOException.class);
    }

    @Test
    void partsOfAMessageCountTogetherAndWhatComesBetweenThemDoesNot() throws IOException {
        Gauge gauge = new Gauge(100);
        see(gauge, frame(false, TEXT, 60, true), 7);
        see(gauge, frame(true, PING, 90, true), 7);
        see(gauge, frame(true, CONTINUED, 40, true), 7);
        see(gauge, frame(false, TEXT, 60, true), 7);
        assertThatThrownBy(() -> see(gauge, frame(true, CONTINUED, 41, true), 7))
                .hasMessageContaining("too long");
    }

    @Test
    void aLengthBelowZeroIsTooLong() {
        byte[] head = {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1};
        assertThatThrownBy(() -> new Gauge(Long.MAX_VALUE).see(head, 0, head.length))
                .isInstanceOf(IOException.class);
        assertThat(head).hasSize(10);
    }
}
