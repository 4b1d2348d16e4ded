package org.planisphere.planner.platform.unpacked;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry on loopback that gives what it was given, and lies where it is told to. */
final class TinyRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(TinyRegistry::daemon);
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String challenge = "";

    TinyRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        // Its own thread is what the one that starts it is: nothing of it keeps a Java alive.
        Thread starter = daemon(server::start);
        starter.start();
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "tiny-registry");
        thread.setDaemon(true);
        return thread;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Every path that was asked for. */
    List<String> asked() {
        return asked;
    }

    /** From now on everybody has to have a token first. */
    void wantToken() {
        challenge("Bearer realm=\"http://" + host() + "/token\",service=\"tiny\"");
    }

    /** From now on it answers so whoever has no token. */
    void challenge(String other) {
        challenge = other;
    }

    /** Takes an image under that name; its digest. */
    String push(String repository, String tag, TestImage image) {
        put(repository, image.configuration());
        image.packed().forEach(layer -> put(repository, layer));
        byte[] manifest = image.manifest();
        contents.put("/v2/" + repository + "/manifests/" + tag, manifest);
        contents.put("/v2/" + repository + "/manifests/" + Digests.of(manifest), manifest);
        return Digests.of(manifest);
    }

    private void put(String repository, byte[] blob) {
        contents.put("/v2/" + repository + "/blobs/" + Digests.of(blob), blob);
    }

    /** Answers with that, whatever it should be. */
    void lie(String path, byte[] content) {
        contents.put(path, content);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        if (path.equals("/token")) {
            send(exchange, 200, "{\"token\":\"for-everybody\"}".getBytes());
        } else if (!challenge.isEmpty()
                && !"Bearer for-everybody".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            send(exchange, 401, new byte[0]);
        } else if (contents.containsKey(path)) {
            send(exchange, 200, contents.get(path));
        } else {
            send(exchange, 404, new byte[0]);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
