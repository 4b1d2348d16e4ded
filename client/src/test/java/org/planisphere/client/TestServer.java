package org.planisphere.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server whose every answer is written in the test. */
public final class TestServer implements AutoCloseable {
    /** What a call was. */
    public record Seen(String method, String target, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
        }
    }

    public interface Answer {
        void to(HttpExchange call, Seen seen) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    public final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

    public TestServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/planner");
    }

    public URI at(String path) {
        return URI.create(base() + path);
    }

    public TestServer on(String methodAndPath, Answer answer) {
        answers.put(methodAndPath, answer);
        return this;
    }

    public TestServer json(String methodAndPath, int status, String body) {
        return on(methodAndPath, (call, seen) -> send(call, status, "application/json", body));
    }

    public static void send(HttpExchange call, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (!type.isEmpty()) {
            call.getResponseHeaders().set("Content-Type", type);
        }
        call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            call.getResponseBody().write(bytes);
        }
        call.close();
    }

    private void handle(HttpExchange call) throws IOException {
        Map<String, String> headers = new ConcurrentHashMap<>();
        call.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
        String target = call.getRequestURI().toString().replaceFirst("^/planner", "");
        Seen one = new Seen(
                call.getRequestMethod(),
                target,
                headers,
                new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        seen.add(one);
        Answer answer = answers.get(one.method() + " " + target.replaceFirst("\\?.*", ""));
        try {
            if (answer == null) {
                send(call, 404, "application/problem+json", "{\"title\":\"Not found\",\"status\":404}");
            } else {
                answer.to(call, one);
            }
        } catch (IOException gone) {
            call.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
