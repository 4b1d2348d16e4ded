package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.planisphere.foundation.http.Line;
import org.planisphere.foundation.rest.ProblemException;

/** What a WebSocket into a run may be: for how long, how fast, how large, and how many. Over real connections. */
@Timeout(120)
class TunnelsTest {
    private static final int RATE = 64 << 10;
    private static final int MESSAGE = 1 << 20;

    private final UUID session = UUID.randomUUID();
    private final AtomicBoolean allowed = new AtomicBoolean(true);
    private final List<Closeable> open = new ArrayList<>();
    private ServerSocket service;
    private ServerSocket callers;
    private Tunnels tunnels;

    @BeforeEach
    void begin() throws IOException {
        service = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        callers = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
        if (tunnels != null) {
            tunnels.close();
        }
        for (Closeable one : open) {
            one.close();
        }
        service.close();
        callers.close();
    }

    private void bounds(int all, int ofSession, Duration idle) {
        tunnels = new Tunnels(new Tunnels.Bounds(all, ofSession, MESSAGE, RATE, idle));
    }

    /** Both ends of a tunnel, and what is told when it is over. */
    private record Ends(Socket caller, Socket service, CountDownLatch over) {}

    private Ends tunnel(UUID into) throws IOException {
        Line line = Line.to(URI.create("http://127.0.0.1:" + service.getLocalPort()), Duration.ofSeconds(10));
        Socket there = kept(service.accept());
        Socket caller = kept(new Socket(InetAddress.getLoopbackAddress(), callers.getLocalPort()));
        Socket here = kept(callers.accept());
        CountDownLatch over = new CountDownLatch(1);
        tunnels.open(into, allowed::get, line).serve(here.getInputStream(), here.getOutputStream(), () -> {
            over.countDown();
            try {
                here.close();
            } catch (IOException gone) {
                // It is over either way.
            }
        });
        return new Ends(caller, there, over);
    }

    private Socket kept(Socket socket) {
        open.add(socket);
        return socket;
    }

    /** A message of one frame, as a browser sends it. */
    private static byte[] message(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(0x82);
        out.write(0x80 | 127);
        out.writeLong(length);
        out.writeInt(0);
        out.write(new byte[length]);
        return bytes.toByteArray();
    }

    private static void send(Socket from, byte[] bytes) {
        new Thread(() -> {
                    try {
                        OutputStream out = from.getOutputStream();
                        out.write(bytes);
                        out.flush();
                    } catch (IOException over) {
                        // The tunnel has ended.
                    }
                })
                .start();
    }

    private static void read(Socket at, int count) throws IOException {
        InputStream in = at.getInputStream();
        assertThat(in.readNBytes(count)).hasSize(count);
    }

    @Test
    void bytesPassBothWaysAndTheEndOfOneSideIsTheEndOfBoth() throws Exception {
        bounds(10, 10, Duration.ofMinutes(10));
        Ends ends = tunnel(session);
        byte[] message = message(100);
        send(ends.caller(), message);
        read(ends.service(), message.length);
        send(ends.service(), new byte[] {(byte) 0x82, 1, 7});
        read(ends.caller(), 3);
        assertThat(tunnels.count()).isOne();
        ends.service().close();
        assertThat(ends.over().await(30, TimeUnit.SECONDS)).isTrue();
        await().until(() -> tunnels.count() == 0);
    }

    @Test
    void whatNothingPassesThroughIsEnded() throws Exception {
        bounds(10, 10, Duration.ofMillis(100));
        Ends ends = tunnel(session);
        assertThat(ends.over().await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ends.caller().getInputStream().read()).isNegative();
        assertThat(tunnels.count()).isZero();
    }

    @Test
    void whoseRightHasEndedIsEndedToo() throws Exception {
        bounds(10, 10, Duration.ofMinutes(10));
        Ends ends = tunnel(session);
        allowed.set(false);
        assertThat(ends.over().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatComesQuickerThanItMayWaits() throws Exception {
        bounds(10, 10, Duration.ofMinutes(10));
        Ends ends = tunnel(session);
        byte[] message = message(3 * RATE);
        long begun = System.nanoTime();
        send(ends.caller(), message);
        read(ends.service(), message.length);
        // A second's worth passes at once, the rest takes its time, less one piece.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1500));
        assertThat(tunnels.count()).isOne();
    }

    @Test
    void aMessageThatIsTooLongEndsIt() throws Exception {
        bounds(10, 10, Duration.ofMinutes(10));
        Ends ends = tunnel(session);
        byte[] head = new byte[14];
        System.arraycopy(message(0), 0, head, 0, 14);
        head[7] = 0x10; // 1 MiB
        head[9] = 1; // and one
        send(ends.caller(), head);
        assertThat(ends.over().await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void thereAreOnlySoManyIntoOneSessionAndInAll() throws Exception {
        bounds(3, 2, Duration.ofMinutes(10));
        tunnel(session);
        Ends second = tunnel(session);
        assertThatThrownBy(() -> tunnels.room(session))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("The session has 2 WebSockets open");
        UUID other = UUID.randomUUID();
        assertThatCode(() -> tunnels.room(other)).doesNotThrowAnyException();
        tunnel(other);
        assertThatThrownBy(() -> tunnels.room(UUID.randomUUID()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("as many WebSockets open as it may");
        second.caller().close();
        assertThat(second.over().await(30, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThatCode(() -> tunnels.room(session)).doesNotThrowAnyException());
    }
}
