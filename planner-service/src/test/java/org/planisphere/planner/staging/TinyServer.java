package org.planisphere.planner.staging;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that answers byte by byte what a test says, faults included; one request a connection. */
public final class TinyServer implements AutoCloseable {
    /** What was asked. */
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Writes an answer, or as much of one as it likes. */
    public interface Answerer {
        void answer(Request request, OutputStream out) throws IOException;
    }

    private final ServerSocket socket;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private final Answerer answerer;

    public TinyServer(Answerer answerer) throws IOException {
        this.answerer = answerer;
        this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        workers.execute(this::accept);
    }

    public String authority() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public String url(String path) {
        return "http://" + authority() + path;
    }

    /** All requests so far. */
    public List<Request> seen() {
        return seen;
    }

    /** A whole answer. */
    public static void send(OutputStream out, String status, String headers, byte[] body) throws IOException {
        head(out, status, "Content-Length: " + body.length + "\r\n" + headers);
        out.write(body);
    }

    /** The beginning of one. */
    public static void head(OutputStream out, String status, String headers) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    private void accept() {
        try {
            while (true) {
                Socket one = socket.accept();
                workers.execute(() -> serve(one));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket one) {
        try (one) {
            InputStream in = new BufferedInputStream(one.getInputStream());
            String[] first = line(in).split(" ");
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            Request request = new Request(first[0], first[1], headers, body);
            seen.add(request);
            OutputStream out = one.getOutputStream();
            answerer.answer(request, out);
            out.flush();
        } catch (IOException | RuntimeException gone) {
            // Whoever asked has gone, or was not meant to be answered.
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("ended");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        workers.shutdownNow();
    }
}
