package org.planisphere.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;

/**
 * Many planners on ports of their own, served by one thread: of a hundred, one never answers, one fails, one answers
 * garbage, and the others offer one session each after 5 to 45 ms.
 */
final class SimulatedPlanners implements AutoCloseable {
    /** What a planner does with every question. */
    enum Manner {
        LIVES,
        HANGS,
        FAILS,
        BABBLES
    }

    private static final String KINDS = "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/";

    private final Selector selector;
    private final List<Integer> ports = new ArrayList<>();
    private final Random random = new Random(42);
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /** An answer that is to be sent. */
    private record Due(long at, SocketChannel to, byte[] answer) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }

    /** A connection: its planner, and what has come of a call. */
    private static final class Caller {
        private final int number;
        private final int port;
        private final StringBuilder head = new StringBuilder();
        private int body = -1;
        private boolean post;

        Caller(int number, int port) {
            this.number = number;
            this.port = port;
        }
    }

    SimulatedPlanners(int count) throws IOException {
        selector = Selector.open();
        for (int i = 0; i < count; i++) {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT, i);
            ports.add(server.socket().getLocalPort());
        }
        thread = new Thread(this::serve, "simulated-planners");
        thread.setDaemon(true);
        thread.start();
    }

    static Manner manner(int number) {
        return switch (number % 100) {
            case 17 -> Manner.HANGS;
            case 42 -> Manner.FAILS;
            case 77 -> Manner.BABBLES;
            default -> Manner.LIVES;
        };
    }

    /** Addresses of all planners. */
    List<String> addresses() {
        return ports.stream()
                .map(port -> "http://127.0.0.1:" + port + "/planner")
                .toList();
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (!closed) {
            try {
                Due next = due.peek();
                long wait = next == null ? 1000 : Math.max(1, (next.at - System.nanoTime()) / 1_000_000);
                selector.select(wait);
                Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
                while (keys.hasNext()) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    try {
                        if (key.isAcceptable()) {
                            accept(key);
                        } else if (key.isReadable()) {
                            read(key, buffer);
                        }
                    } catch (CancelledKeyException | IOException gone) {
                        key.cancel();
                        key.channel().close();
                    }
                }
                long now = System.nanoTime();
                for (Due answer = due.peek(); answer != null && answer.at <= now; answer = due.peek()) {
                    due.poll();
                    send(answer);
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void accept(SelectionKey key) throws IOException {
        if (key.channel() instanceof ServerSocketChannel server && key.attachment() instanceof Integer number) {
            SocketChannel client = server.accept();
            if (client != null) {
                client.configureBlocking(false);
                client.socket().setTcpNoDelay(true);
                client.register(
                        selector,
                        SelectionKey.OP_READ,
                        new Caller(number, server.socket().getLocalPort()));
            }
        }
    }

    private void read(SelectionKey key, ByteBuffer buffer) throws IOException {
        if (!(key.channel() instanceof SocketChannel client) || !(key.attachment() instanceof Caller caller)) {
            return;
        }
        buffer.clear();
        int read = client.read(buffer);
        if (read < 0) {
            key.cancel();
            client.close();
            return;
        }
        String text = new String(buffer.array(), 0, read, StandardCharsets.ISO_8859_1);
        if (caller.body < 0) {
            caller.head.append(text);
            int end = caller.head.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            String head = caller.head.substring(0, end);
            text = caller.head.substring(end + 4);
            caller.head.setLength(0);
            caller.post = head.startsWith("POST");
            caller.body = length(head);
        }
        caller.body -= text.length();
        if (caller.body <= 0) {
            caller.body = -1;
            answer(client, caller);
        }
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return 0;
    }

    private void answer(SocketChannel client, Caller caller) {
        Manner manner = manner(caller.number);
        if (caller.post && manner == Manner.HANGS) {
            return;
        }
        String status = caller.post && manner == Manner.FAILS ? "500 Broken" : "200 OK";
        String type = caller.post && manner == Manner.LIVES ? "application/json" : "text/plain";
        String body = !caller.post ? "" : manner == Manner.LIVES ? offers(caller) : "\u0001\u0002 garbage";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + bytes.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(bytes, 0, whole, start.length, bytes.length);
        long delay = caller.post ? 5_000_000L + random.nextInt(40_000_000) : 0;
        due.add(new Due(System.nanoTime() + delay, client, whole));
    }

    private String offers(Caller caller) {
        Instant now = Instant.now();
        String session = "http://127.0.0.1:" + caller.port + "/planner/sessions/" + UUID.randomUUID();
        return "{\"kind\":\"" + KINDS + "offerset/execution-offerset.yaml\",\"result\":\"YES\",\"meta\":{\"created\":\""
                + now + "\"},\"offers\":[{\"kind\":\"" + KINDS
                + "session/scheduled-execution-session.yaml\",\"phase\":\"OFFERED\",\"expires\":\""
                + now.plusSeconds(300)
                + "\",\"meta\":{\"uuid\":\"" + session.substring(session.lastIndexOf('/') + 1) + "\",\"url\":\""
                + session
                + "\",\"created\":\"" + now + "\"},\"compute\":{\"kind\":\"" + KINDS
                + "compute/simple-compute-resource.yaml\",\"cores\":{\"min\":1,\"max\":1},\"memory\":{\"min\":1,\"max\":1}},"
                + "\"schedule\":{\"preparing\":{\"start\":\"" + now
                + "\",\"duration\":\"PT1S\"},\"available\":{\"start\":\""
                + now.plusSeconds(1) + "/" + now.plusSeconds(300)
                + "\",\"duration\":\"PT10M\"},\"releasing\":{\"start\":\""
                + now.plusSeconds(900) + "\",\"duration\":\"PT1S\"}},\"costs\":[{\"kind\":\"" + KINDS
                + "costs/simple-minmax-float-cost.yaml\",\"type\":\"https://www.purl.org/planisphere/costs/money#EUR\","
                + "\"min\":0.0,\"max\":" + (1 + caller.number % 10) + ".0}]}]}";
    }

    private static void send(Due answer) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(answer.answer);
        try {
            while (bytes.hasRemaining() && answer.to.isOpen()) {
                answer.to.write(bytes);
            }
        } catch (IOException gone) {
            answer.to.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** How many of so many live. */
    static int living(int count) {
        int living = 0;
        for (int i = 0; i < count; i++) {
            living += manner(i) == Manner.LIVES ? 1 : 0;
        }
        return living;
    }
}
