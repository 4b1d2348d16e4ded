package org.planisphere.foundation.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.IDN;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One request and its answer. The deadline closes the socket, which ends whatever waits for it. */
final class Connection implements AutoCloseable {
    static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final int HEAD_BYTES = 64 << 10;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "guarded-http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    private final long deadline;
    private final AtomicBoolean expired = new AtomicBoolean();
    private final ScheduledFuture<?> alarm;
    private volatile Socket socket;
    private @Nullable SocketException refused;
    private InputStream in = InputStream.nullInputStream();

    Connection(Socket socket, long deadline) {
        this.socket = socket;
        this.deadline = deadline;
        this.alarm = CLOCK.schedule(
                () -> {
                    expired.set(true);
                    close();
                },
                Math.max(1, deadline - System.nanoTime()),
                TimeUnit.NANOSECONDS);
    }

    boolean expired() {
        return expired.get();
    }

    int left(int most) throws SocketTimeoutException {
        long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException("it took too long");
        }
        return (int) Math.min(millis, most);
    }

    void secure(SSLSocketFactory tls, Target target) throws IOException {
        socket.setSoTimeout(left(READ_MILLIS));
        SSLSocket secure = (SSLSocket) tls.createSocket(socket, target.host(), target.port(), true);
        socket = secure;
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!target.host().startsWith("[") && !target.host().matches("[0-9.]+")) {
            parameters.setServerNames(List.of(new SNIHostName(IDN.toASCII(target.host()))));
        }
        secure.setSSLParameters(parameters);
        secure.startHandshake();
    }

    void send(String method, Target target, Map<String, String> headers, Ask.@Nullable Body body) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nUser-Agent: planisphere\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
        if (headers.keySet().stream().noneMatch("Accept"::equalsIgnoreCase)) {
            text.append("Accept: */*\r\n");
        }
        if (body != null) {
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!TOKEN.matcher(header.getKey()).matches()
                    || header.getValue().chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
                throw new IllegalArgumentException("no header: " + header.getKey());
            }
            text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        guarded(() -> {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            out.write(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            if (body == null) {
                out.flush();
                return 0L;
            }
            Exact exact = new Exact(out, body.length());
            try {
                body.writeTo(exact);
                exact.end();
                out.flush();
            } catch (SocketException e) {
                // Who refuses a body need not read it to its end: the answer tells why.
                refused = e;
            }
            return 0L;
        });
    }

    /** Lets exactly as many bytes through as were announced. */
    private static final class Exact extends FilterOutputStream {
        private long left;

        Exact(OutputStream out, long length) {
            super(out);
            left = length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (count > left) {
                throw new IOException("what is sent has grown meanwhile");
            }
            left -= count;
            out.write(bytes, from, count);
        }

        void end() throws IOException {
            if (left > 0) {
                throw new IOException("what is sent has shrunk meanwhile");
            }
        }
    }

    private interface Step {
        long run() throws IOException;
    }

    private long guarded(Step step) throws IOException {
        try {
            return step.run();
        } catch (IOException e) {
            if (expired.get() || e instanceof SocketTimeoutException) {
                throw new SocketTimeoutException("it took too long");
            }
            throw e;
        }
    }

    /** @param headers names in lower case */
    record Head(int status, Map<String, String> headers) {}

    Head head() throws IOException {
        if (refused == null) {
            return readHead();
        }
        try {
            return readHead();
        } catch (IOException e) {
            refused.addSuppressed(e);
            throw refused;
        }
    }

    private Head readHead() throws IOException {
        int[] budget = {HEAD_BYTES};
        while (true) {
            String status = line(budget);
            if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                throw new IOException("the server does not speak HTTP");
            }
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(budget); !line.isEmpty(); line = line(budget)) {
                int colon = line.indexOf(':');
                if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
                    throw new IOException("the server does not speak HTTP");
                }
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                String value = line.substring(colon + 1).trim();
                String before = headers.put(name, value);
                if (before != null && name.equals("content-length") && !before.equals(value)) {
                    throw new IOException("the server names two lengths");
                }
            }
            int code = Integer.parseInt(status.substring(9, 12));
            if (code >= 200) {
                return new Head(code, headers);
            }
        }
    }

    private int read() throws IOException {
        return (int) guarded(() -> {
            socket.setSoTimeout(left(READ_MILLIS));
            return in.read();
        });
    }

    private String line(int[] budget) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = read(); c != '\n'; c = read()) {
            if (c < 0) {
                throw new EOFException("the server ended early");
            }
            if (--budget[0] < 0) {
                throw new IOException("the server's headers are too long");
            }
            text.append((char) c);
        }
        int last = text.length() - 1;
        return last >= 0 && text.charAt(last) == '\r' ? text.substring(0, last) : text.toString();
    }

    long body(Head head, long limit, OutputStream out) throws IOException {
        String coding = head.headers().getOrDefault("content-encoding", "identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new IOException("the server sends it encoded as " + coding);
        }
        String transfer = head.headers().get("transfer-encoding");
        if (transfer != null) {
            if (!transfer.equalsIgnoreCase("chunked")) {
                throw new IOException("the server sends it as " + transfer);
            }
            return chunks(limit, out);
        }
        String length = head.headers().get("content-length");
        if (length == null) {
            return copy(Long.MAX_VALUE, 0, limit, out);
        }
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("the server names no length");
        }
        long expected = Long.parseLong(length);
        if (expected > limit) {
            throw tooLarge(limit);
        }
        if (copy(expected, 0, limit, out) != expected) {
            throw new EOFException("the server ended early");
        }
        return expected;
    }

    private long chunks(long limit, OutputStream out) throws IOException {
        long total = 0;
        while (true) {
            String size = line(new int[] {1024}).replaceAll(";.*", "").trim();
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new IOException("the server does not speak HTTP");
            }
            long expected = Long.parseLong(size, 16);
            if (expected == 0) {
                int[] budget = {HEAD_BYTES};
                while (!line(budget).isEmpty()) {
                    // Trailers say nothing we need.
                }
                return total;
            }
            if (copy(expected, total, limit, out) != expected) {
                throw new EOFException("the server ended early");
            }
            total += expected;
            if (!line(new int[] {2}).isEmpty()) {
                throw new IOException("the server does not speak HTTP");
            }
        }
    }

    private long copy(long expected, long before, long limit, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        while (total < expected) {
            int most = (int) Math.min(buffer.length, expected - total);
            int n = (int) guarded(() -> {
                socket.setSoTimeout(left(READ_MILLIS));
                return in.read(buffer, 0, most);
            });
            if (n < 0) {
                break;
            }
            total += n;
            if (before + total > limit) {
                throw tooLarge(limit);
            }
            out.write(buffer, 0, n);
        }
        return total;
    }

    private static IOException tooLarge(long limit) {
        return new IOException("it is larger than " + limit + " bytes");
    }

    @Override
    public void close() {
        alarm.cancel(false);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more in either case.
        }
    }
}
