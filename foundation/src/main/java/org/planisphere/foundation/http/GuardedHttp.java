package org.planisphere.foundation.http;

import java.io.IOException;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * GET of an address that somebody else named, and other requests to those the operator named. A host is resolved once, its addresses are judged, and the connection goes
 * to the very address that was judged, so that a name cannot mean another machine a moment later; over TLS the
 * certificate is still checked against the name. Every redirect is judged like the first address. No proxy, no cookies,
 * no credentials. Thread safe.
 *
 * <p>It speaks HTTP/1.1 itself, one request a connection: the JDK's clients resolve names on their own.
 */
public final class GuardedHttp {
    private static final int REDIRECTS = 5;
    private static final Set<Integer> REDIRECTING = Set.of(301, 302, 303, 307, 308);

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
        return exchange(Ask.get(location).with(headers), answer -> {
            if (answer.status() != 200) {
                throw new Status(answer.status());
            }
            return new Fetched(answer.location(), answer.headers(), answer.body(limit, out));
        });
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
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", contentType);
        return exchange(Ask.of("POST", location).with(at -> all).with(Ask.Body.of(document)), answer -> {
            if (answer.status() != 200) {
                throw new Status(answer.status());
            }
            return new Fetched(location, answer.headers(), answer.body(limit, out));
        });
    }

    /** What came back of a request, as long as it is being handled. */
    public interface Answer {
        /** Who answered, after redirects. */
        URI location();

        int status();

        /** Names in lower case. */
        Map<String, String> headers();

        /**
         * Writes its body to the stream, which stays open; to be called at most once.
         *
         * @param limit bytes, at most; the rules' own limit holds besides
         * @return bytes written
         */
        long body(long limit, OutputStream out) throws IOException;
    }

    /** Makes something of an answer. */
    public interface Handler<T> {
        T handle(Answer answer) throws IOException;
    }

    /**
     * Sends a request of any method and hands its answer over, whatever its status; redirects are followed where the
     * request says so.
     *
     * @throws Forbidden when the rules do not allow the location or one it redirects to
     * @throws IOException when it fails or takes longer than the rules, or the request, allow
     */
    public <T> T exchange(Ask ask, Handler<T> handler) throws IOException {
        Duration time = ask.time() == null || ask.time().compareTo(rules.time()) > 0 ? rules.time() : ask.time();
        long deadline = System.nanoTime() + time.toNanos();
        URI at = ask.location();
        for (int hop = 0; ; hop++) {
            Target target = judge(at);
            try (Connection connection = connect(target, deadline)) {
                connection.send(ask.method(), target, ask.headers().apply(at), ask.body());
                Connection.Head head = connection.head();
                if (!ask.follows() || !REDIRECTING.contains(head.status())) {
                    URI answered = at;
                    return handler.handle(new Answer() {
                        @Override
                        public URI location() {
                            return answered;
                        }

                        @Override
                        public int status() {
                            return head.status();
                        }

                        @Override
                        public Map<String, String> headers() {
                            return head.headers();
                        }

                        @Override
                        public long body(long limit, OutputStream out) throws IOException {
                            boolean none = ask.method().equals("HEAD") || head.status() == 204 || head.status() == 304;
                            return none ? 0 : connection.body(head, Math.min(limit, rules.largest()), out);
                        }
                    });
                }
                if (hop >= REDIRECTS) {
                    throw new IOException("the server redirects more than " + REDIRECTS + " times");
                }
                at = next(at, head.headers().get("location"));
            }
        }
    }

    /**
     * The addresses to which a request to a location may go, for a program that connects there itself. To be used at once.
     *
     * @throws Forbidden when the rules do not allow the location
     */
    public List<InetAddress> judged(URI location) throws IOException {
        return judge(location).addresses();
    }

    private static URI next(URI at, @Nullable String location) throws IOException {
        if (location == null) {
            throw new IOException("the server redirects to nowhere");
        }
        URI to;
        try {
            to = at.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw new IOException("the server redirects to what is no address", e);
        }
        if ("https".equalsIgnoreCase(at.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
            throw new Forbidden("the server redirects from https to " + to.getScheme());
        }
        return to;
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
        for (InetAddress address : target.addresses()) {
            // Closed by the Connection it becomes part of, or here when it does not come to that.
            Socket socket = new Socket(java.net.Proxy.NO_PROXY);
            Connection connection = new Connection(socket, deadline);
            try {
                socket.connect(
                        new InetSocketAddress(address, target.port()), connection.left(Connection.CONNECT_MILLIS));
                if (target.secure()) {
                    connection.secure(tls, target);
                }
                return connection;
            } catch (IOException e) {
                connection.close();
                last = connection.expired() ? new SocketTimeoutException("it took too long") : e;
            }
        }
        throw last == null ? new IOException("no address answers") : last;
    }
}
