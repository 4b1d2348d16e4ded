package org.planisphere.foundation.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 exchange with a server that was judged before, over a Unix socket or TCP, with nothing between the caller
 * and the bytes: bodies are streamed both ways, and what was upgraded is a pipe. The JDK's client does neither Unix sockets
 * nor upgrades. One thread may write while another reads; closing it ends whatever waits for it.
 */
public final class Line implements AutoCloseable {
    private static final int HEAD_BYTES = 64 << 10;
    /** The kernel's bound on the path of a socket. */
    private static final int LONGEST_PATH = 100;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "line-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    private final AutoCloseable end;
    private final InputStream in;
    private final OutputStream out;
    private final AtomicBoolean expired = new AtomicBoolean();

    private Line(AutoCloseable end, InputStream in, OutputStream out) {
        this.end = end;
        this.in = in;
        this.out = out;
    }

    /** To a Unix socket. Blocks no longer than it takes to find out whether anybody listens there. */
    public static Line to(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } else {
                connectByShorterName(channel, socket);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new Line(channel, new In(channel), new Out(channel));
    }

    private static void connectByShorterName(SocketChannel channel, Path socket) throws IOException {
        Path folder = Files.createTempDirectory(
                "line", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path name = folder.resolve("s");
        try {
            Files.createSymbolicLink(name, socket.toAbsolutePath());
            channel.connect(UnixDomainSocketAddress.of(name));
        } finally {
            Files.deleteIfExists(name);
            Files.deleteIfExists(folder);
        }
    }

    /** To the authority of an {@code http} or {@code https} address; a certificate is checked against its host. */
    public static Line to(URI server, Duration patience) throws IOException {
        boolean secure = "https".equalsIgnoreCase(server.getScheme());
        String host = String.valueOf(server.getHost());
        int port = server.getPort() > 0 ? server.getPort() : secure ? 443 : 80;
        int millis = (int) Math.min(patience.toMillis(), 60_000);
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), millis);
            socket.setTcpNoDelay(true);
            if (secure) {
                SSLSocket tls = (SSLSocket)
                        ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(socket, host, port, true);
                socket = tls;
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                tls.setSSLParameters(parameters);
                tls.setSoTimeout(millis);
                tls.startHandshake();
                tls.setSoTimeout(0);
            }
            return new Line(socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * The beginning of an answer.
     *
     * @param headers by their names in lower case
     */
    public record Head(int status, Map<String, List<String>> headers) {
        public String first(String name) {
            List<String> values = headers.get(name);
            return values == null ? "" : values.get(0);
        }
    }

    /**
     * Sends a request and waits for the beginning of its answer.
     *
     * @param path as it stands in the request line
     * @param headers besides those of the body, {@code Host} among them
     * @param body null for none; read to its end and not closed
     * @param length of the body; negative where it is not known
     * @throws SocketTimeoutException when the answer has not begun in time after all was sent
     */
    public Head send(
            String method,
            String path,
            Map<String, String> headers,
            @Nullable InputStream body,
            long length,
            Duration patience)
            throws IOException {
        if (!TOKEN.matcher(method).matches() || !path.matches("/[!-~]*")) {
            throw new IllegalArgumentException("no request line");
        }
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        headers.forEach((name, value) -> {
            if (!TOKEN.matcher(name).matches() || value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
                throw new IllegalArgumentException("no header: " + name);
            }
            text.append(name).append(": ").append(value).append("\r\n");
        });
        boolean chunked = body != null && length < 0;
        if (chunked) {
            text.append("Transfer-Encoding: chunked\r\n");
        } else if (body != null) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        if (body != null) {
            pass(body, length, chunked);
        }
        out.flush();
        ScheduledFuture<?> alarm = CLOCK.schedule(
                () -> {
                    expired.set(true);
                    close();
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return head();
        } catch (IOException e) {
            if (expired.get()) {
                throw new SocketTimeoutException("it took too long");
            }
            throw e;
        } finally {
            alarm.cancel(false);
        }
    }

    private void pass(InputStream body, long length, boolean chunked) throws IOException {
        byte[] buffer = new byte[16 << 10];
        long left = chunked ? Long.MAX_VALUE : length;
        while (left > 0) {
            int n = body.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                break;
            }
            if (chunked) {
                out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, n);
            if (chunked) {
                out.write('\r');
                out.write('\n');
            }
            out.flush();
            left -= n;
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } else if (left > 0) {
            throw new EOFException("what is sent ended early");
        }
    }

    private Head head() throws IOException {
        int[] budget = {HEAD_BYTES};
        while (true) {
            String status = line(budget);
            if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                throw new IOException("the server does not speak HTTP");
            }
            Map<String, List<String>> headers = new TreeMap<>();
            for (String line = line(budget); !line.isEmpty(); line = line(budget)) {
                int colon = line.indexOf(':');
                if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
                    throw new IOException("the server does not speak HTTP");
                }
                headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).trim());
            }
            int code = Integer.parseInt(status.substring(9, 12));
            if (code >= 200 || code == 101) {
                return new Head(code, headers);
            }
        }
    }

    private String line(int[] budget) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server ended early");
            }
            if (--budget[0] < 0) {
                throw new IOException("the server's headers are too long");
            }
            text.write(c);
        }
        String line = text.toString(StandardCharsets.ISO_8859_1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /** The body of an answer as it comes; closing it closes the line. */
    public InputStream body(String method, Head head) throws IOException {
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return new Body(0, false);
        }
        String transfer = head.first("transfer-encoding");
        if (!transfer.isEmpty()) {
            if (!transfer.equalsIgnoreCase("chunked")) {
                throw new IOException("the server sends it as " + transfer);
            }
            return new Body(0, true);
        }
        String length = head.first("content-length");
        if (length.isEmpty()) {
            return new Body(Long.MAX_VALUE, false);
        }
        if (!length.matches("[0-9]{1,18}")
                || head.headers().getOrDefault("content-length", List.of()).size() > 1) {
            throw new IOException("the server names no length");
        }
        return new Body(Long.parseLong(length), false);
    }

    /** What comes after the answer's head, as it is; for a connection that was upgraded. */
    public InputStream in() {
        return in;
    }

    /** What goes to the server, as it is; for a connection that was upgraded. */
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        try {
            end.close();
        } catch (Exception e) {
            // It is of no use any more in either case.
        }
    }

    private final class Body extends InputStream {
        private final boolean chunked;
        private long left;
        private boolean over;

        Body(long left, boolean chunked) {
            this.left = left;
            this.chunked = chunked;
            this.over = left == 0 && !chunked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            if (over || most == 0) {
                return over ? -1 : 0;
            }
            if (chunked && left == 0) {
                next();
                if (over) {
                    return -1;
                }
            }
            int n = in.read(bytes, from, (int) Math.min(most, left));
            if (n < 0) {
                if (!chunked && left > Long.MAX_VALUE / 2) {
                    over = true;
                    return -1;
                }
                throw new EOFException("the server ended early");
            }
            left -= n;
            if (left == 0 && chunked) {
                line(new int[] {2});
            }
            over = left == 0 && !chunked;
            return n;
        }

        private void next() throws IOException {
            String size = line(new int[] {1024}).replaceAll(";.*", "").trim();
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new IOException("the server does not speak HTTP");
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                over = true;
            }
        }

        @Override
        public void close() {
            Line.this.close();
        }
    }

    /** The JDK's own streams over a channel let nobody write while somebody reads. */
    private static final class In extends InputStream {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).flip();

        In(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                int n;
                try {
                    n = channel.read(buffer);
                } finally {
                    buffer.flip();
                }
                if (n < 0) {
                    return -1;
                }
            }
            int n = Math.min(most, buffer.remaining());
            buffer.get(bytes, from, n);
            return n;
        }
    }

    private static final class Out extends OutputStream {
        private final SocketChannel channel;

        Out(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            ByteBuffer all = ByteBuffer.wrap(bytes, from, count);
            while (all.hasRemaining()) {
                channel.write(all);
            }
        }
    }
}
