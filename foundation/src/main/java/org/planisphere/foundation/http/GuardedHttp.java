package org.planisphere.foundation.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * GET of an address that somebody else named, and POST to one the operator named. A host is resolved once, its addresses are judged, and the connection goes
 * to the very address that was judged, so that a name cannot mean another machine a moment later; over TLS the
 * certificate is still checked against the name. Every redirect is judged like the first address. No proxy, no cookies,
 * no credentials. Thread safe.
 *
 * <p>It speaks HTTP/1.1 itself, one request a connection: the JDK's clients resolve names on their own.
 */
public final class GuardedHttp {
    private static final int REDIRECTS = 5;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final int HEAD_BYTES = 64 << 10;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "guarded-http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    private final HttpRules rules;
    private final Resolver resolver;
    private final SSLSocketFactory tls;

    public GuardedHttp(HttpRules rules) {
        this(rules, Resolver.SYSTEM, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /**
     * @param resolver asked once for each request and redirect
     * @param tls whose trust decides over certificates
     */
    public GuardedHttp(HttpRules rules, Resolver resolver, SSLSocketFactory tls) {
        this.rules = rules;
        this.resolver = resolver;
        this.tls = tls;
    }

    public HttpRules rules() {
        return rules;
    }

    /**
     * What came back.
     *
     * @param location after redirects
     * @param headers names in lower case
     * @param size bytes written
     */
    public record Fetched(URI location, Map<String, String> headers, long size) {}

    /** The rules do not allow it. The message is for the person who named the address. */
    public static final class Forbidden extends IOException {
        private static final long serialVersionUID = 1L;

        Forbidden(String message) {
            super(message);
        }
    }

    /** The server answered, but not with what was asked. */
    public static final class Status extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Status(int code) {
            super("the server answered " + code);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * Fetches the location and writes its body to the stream, which stays open.
     *
     * @param headers to send besides the usual ones
     * @param limit bytes of body, at most; the rules' own limit holds besides
     * @throws Forbidden when the rules do not allow the location or one it redirects to
     * @throws Status when the answer is not 200
     * @throws IOException when it fails, is larger than the limit, or takes longer than the rules allow
     */
    public Fetched get(URI location, Map<String, String> headers, long limit, OutputStream out) throws IOException {
        // Credentials are for who was asked, not for whoever that one names.
        Map<String, String> elsewhere = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        elsewhere.putAll(headers);
        elsewhere.remove("Authorization");
        return get(location, at -> sameAuthority(at, location) ? headers : elsewhere, limit, out);
    }

    private static boolean sameAuthority(URI at, URI location) {
        return String.valueOf(at.getScheme()).equalsIgnoreCase(location.getScheme())
                && String.valueOf(at.getRawAuthority()).equalsIgnoreCase(location.getRawAuthority());
    }

    /**
     * As {@link #get(URI, Map, long, OutputStream)}.
     *
     * @param headers to send besides the usual ones, asked anew for every redirect
     */
    public Fetched get(URI location, Function<URI, Map<String, String>> headers, long limit, OutputStream out)
            throws IOException {
        long deadline = System.nanoTime() + rules.time().toNanos();
        URI at = location;
        for (int hop = 0; ; hop++) {
            Target target = judge(at);
            try (Connection connection = connect(target, deadline)) {
                connection.send("GET", target, headers.apply(at), new byte[0]);
                Head head = connection.head();
                switch (head.status) {
                    case 200 -> {
                        long size = connection.body(head, Math.min(limit, rules.largest()), out);
                        return new Fetched(at, head.headers, size);
                    }
                    case 301, 302, 303, 307, 308 -> {
                        String next = head.headers.get("location");
                        if (next == null) {
                            throw new IOException("the server redirects to nowhere");
                        }
                        if (hop >= REDIRECTS) {
                            throw new IOException("the server redirects more than " + REDIRECTS + " times");
                        }
                        URI to;
                        try {
                            to = at.resolve(new URI(next));
                        } catch (URISyntaxException e) {
                            throw new IOException("the server redirects to what is no address", e);
                        }
                        if ("https".equalsIgnoreCase(at.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
                            throw new Forbidden("the server redirects from https to " + to.getScheme());
                        }
                        at = to;
                    }
                    default -> throw new Status(head.status);
                }
            }
        }
    }

    /**
     * Sends a document and writes the answer's body to the stream, which stays open. A redirect is not followed: whoever
     * answers elsewhere was not asked.
     *
     * @param headers to send besides the usual ones
     * @param contentType of the document
     * @param limit bytes of the answer's body, at most; the rules' own limit holds besides
     * @throws Forbidden when the rules do not allow the location
     * @throws Status when the answer is not 200
     * @throws IOException when it fails, is larger than the limit, or takes longer than the rules allow
     */
    public Fetched post(
            URI location,
            Map<String, String> headers,
            String contentType,
            byte[] document,
            long limit,
            OutputStream out)
            throws IOException {
        Target target = judge(location);
        try (Connection connection =
                connect(target, System.nanoTime() + rules.time().toNanos())) {
            Map<String, String> all = new TreeMap<>(headers);
            all.put("Content-Type", contentType);
            all.put("Content-Length", Integer.toString(document.length));
            connection.send("POST", target, all, document);
            Head head = connection.head();
            if (head.status != 200) {
                throw new Status(head.status);
            }
            return new Fetched(location, head.headers, connection.body(head, Math.min(limit, rules.largest()), out));
        }
    }

    private record Target(boolean secure, String host, int port, String path, List<InetAddress> addresses) {
        String authority() {
            return host + (port == (secure ? 443 : 80) ? "" : ":" + port);
        }
    }

    private Target judge(URI location) throws IOException {
        String scheme = location.getScheme() == null ? "" : location.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new Forbidden("only http and https are read");
        }
        if (location.getRawUserInfo() != null) {
            throw new Forbidden("the address holds a name or password");
        }
        String host = location.getHost();
        if (host == null || host.isEmpty() || location.getPort() > 65535) {
            throw new Forbidden("the address names no host");
        }
        HttpRules.Reach reach = rules.reach(location);
        if (reach == HttpRules.Reach.NOWHERE) {
            throw new Forbidden("the host " + host + " is not allowed");
        }
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : IDN.toASCII(host);
        List<InetAddress> addresses = new ArrayList<>();
        for (InetAddress address : resolver.resolve(literal)) {
            if (reach == HttpRules.Reach.ANYWHERE || Addresses.isPublic(address)) {
                addresses.add(address);
            }
        }
        if (addresses.isEmpty()) {
            throw new Forbidden("the host " + host + " is not a public one");
        }
        String path = location.getRawPath() == null || location.getRawPath().isEmpty() ? "/" : location.getRawPath();
        if (location.getRawQuery() != null) {
            path += "?" + location.getRawQuery();
        }
        boolean secure = scheme.equals("https");
        int port = location.getPort() < 0 ? (secure ? 443 : 80) : location.getPort();
        return new Target(secure, host, port, ascii(path), addresses);
    }

    /** Percent-encodes what may not stand in a request line. */
    private static String ascii(String path) {
        StringBuilder text = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0x20 && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return text.toString();
    }

    private Connection connect(Target target, long deadline) throws IOException {
        IOException last = null;
        for (InetAddress address : target.addresses) {
            // Closed by the Connection it becomes part of, or here when it does not come to that.
            Socket socket = new Socket(java.net.Proxy.NO_PROXY);
            Connection connection = new Connection(socket, deadline);
            try {
                socket.connect(new InetSocketAddress(address, target.port), connection.left(CONNECT_MILLIS));
                if (target.secure) {
                    connection.secure(tls, target);
                }
                return connection;
            } catch (IOException e) {
                connection.close();
                last = connection.expired.get() ? new SocketTimeoutException("it took too long") : e;
            }
        }
        throw last == null ? new IOException("no address answers") : last;
    }

    private static final class Head {
        private final int status;
        private final Map<String, String> headers;

        Head(int status, Map<String, String> headers) {
            this.status = status;
            this.headers = headers;
        }
    }

    /** One request and its answer. The deadline closes the socket, which ends whatever waits for it. */
    private static final class Connection implements AutoCloseable {
        private final long deadline;
        private final AtomicBoolean expired = new AtomicBoolean();
        private final ScheduledFuture<?> alarm;
        private volatile Socket socket;
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

        int left(int most) throws SocketTimeoutException {
            long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (millis <= 0) {
                throw new SocketTimeoutException("it took too long");
            }
            return (int) Math.min(millis, most);
        }

        void secure(SSLSocketFactory tls, Target target) throws IOException {
            socket.setSoTimeout(left(READ_MILLIS));
            SSLSocket secure = (SSLSocket) tls.createSocket(socket, target.host, target.port, true);
            socket = secure;
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (!target.host.startsWith("[") && !target.host.matches("[0-9.]+")) {
                parameters.setServerNames(List.of(new SNIHostName(IDN.toASCII(target.host))));
            }
            secure.setSSLParameters(parameters);
            secure.startHandshake();
        }

        void send(String method, Target target, Map<String, String> headers, byte[] document) throws IOException {
            StringBuilder text = new StringBuilder(
                    method + " " + target.path + " HTTP/1.1\r\nHost: " + target.authority()
                            + "\r\nUser-Agent: planisphere\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
            for (Map.Entry<String, String> header : headers.entrySet()) {
                if (!TOKEN.matcher(header.getKey()).matches()
                        || header.getValue().chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
                    throw new IllegalArgumentException("no header: " + header.getKey());
                }
                text.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n");
            }
            guarded(() -> {
                OutputStream out = new BufferedOutputStream(socket.getOutputStream());
                out.write(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
                out.write(document);
                out.flush();
                in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                return 0L;
            });
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

        Head head() throws IOException {
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
            String coding = head.headers.getOrDefault("content-encoding", "identity");
            if (!coding.equalsIgnoreCase("identity")) {
                throw new IOException("the server sends it encoded as " + coding);
            }
            String transfer = head.headers.get("transfer-encoding");
            if (transfer != null) {
                if (!transfer.equalsIgnoreCase("chunked")) {
                    throw new IOException("the server sends it as " + transfer);
                }
                return chunks(limit, out);
            }
            String length = head.headers.get("content-length");
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
}
