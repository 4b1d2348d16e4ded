package org.planisphere.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server and spoils what goes through. The fault is chosen for each connection when it is
 * made, or changed under way with {@link #cutAll}.
 */
public final class FaultProxy implements AutoCloseable {
    /** What happens to a connection. */
    public enum Fault {
        /** Everything goes through. */
        NONE,
        /** The answer comes late. */
        SLOW,
        /** Taken, and never answered. */
        HANG,
        /** The request reaches the server, and its answer is cut off after its first bytes. */
        CUT,
        /** The request reaches the server, and its answer is thrown away. */
        DROP_ANSWER,
        /** No HTTP at all. */
        GARBAGE,
        /** HTTP, and no document. */
        HTML,
        /** A body of 10 GB. */
        HUGE,
        /** A body that never ends, a byte now and then. */
        TRICKLE,
        /** Closed at once. */
        REFUSE
    }

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile long delay = 300;

    /** @param target where everything goes that is not spoilt */
    public FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public static FaultProxy before(URI server) throws IOException {
        return new FaultProxy(new InetSocketAddress(server.getHost(), server.getPort()));
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The proxied address of a planner. */
    public URI planner() {
        return URI.create("http://127.0.0.1:" + port() + "/planner");
    }

    /** What happens to connections from now on; those that stand are cut. */
    public FaultProxy set(Fault next) {
        fault = next;
        cutAll();
        return this;
    }

    public FaultProxy delay(long millis) {
        delay = millis;
        return this;
    }

    public void cutAll() {
        open.forEach(FaultProxy::close);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // closed either way
        }
        cutAll();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> serve(client, fault));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client, Fault with) {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            switch (with) {
                case REFUSE -> {}
                case HANG -> in.transferTo(OutputStream.nullOutputStream());
                case GARBAGE -> {
                    in.read(new byte[65_536]);
                    out.write("\u0000\u0001 this is not HTTP \r\n\r\n".getBytes(StandardCharsets.UTF_8));
                }
                case HTML -> {
                    in.read(new byte[65_536]);
                    out.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<p>Hello.</p>"
                            .getBytes(StandardCharsets.US_ASCII));
                }
                case HUGE -> {
                    in.read(new byte[65_536]);
                    out.write(
                            ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n"
                                            + "{\"result\": \"")
                                    .getBytes(StandardCharsets.US_ASCII));
                    byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                    for (long left = 10L << 30; left > 0; left -= block.length) {
                        out.write(block);
                    }
                }
                case TRICKLE -> {
                    in.read(new byte[65_536]);
                    out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                    while (!Thread.currentThread().isInterrupted()) {
                        out.write("1\r\n \r\n".getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    }
                }
                default -> pass(client, in, out, with);
            }
        } catch (IOException ended) {
            // One side has hung up.
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket client, InputStream in, OutputStream out, Fault with) throws IOException {
        try (Socket behind = new Socket()) {
            open.add(behind);
            behind.connect(target);
            threads.execute(() -> {
                try {
                    in.transferTo(behind.getOutputStream());
                } catch (IOException ended) {
                    close(behind);
                }
            });
            InputStream answer = behind.getInputStream();
            byte[] block = new byte[1 << 16];
            boolean first = true;
            for (int read = answer.read(block); read >= 0; read = answer.read(block)) {
                if (first && with == Fault.SLOW) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
                }
                first = false;
                if (with == Fault.DROP_ANSWER) {
                    return;
                }
                out.write(block, 0, with == Fault.CUT ? Math.min(read, 20) : read);
                out.flush();
                if (with == Fault.CUT) {
                    return;
                }
            }
        } finally {
            close(client);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed either way
        }
    }
}
