package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.planisphere.planner.staging.TinyServer;

/**
 * As much of a VOSpace 2.1 as transfers need: nodes, synchronous transfers with details at a place of their own, and a data
 * server on another port that gives and takes bytes by one-time addresses.
 */
final class VoSpaceServer implements AutoCloseable {
    private static final Pattern TARGET = Pattern.compile("<vos:target>vos://[^/]+([^<]*)</vos:target>");

    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final Map<String, Boolean> folders = new ConcurrentHashMap<>(Map.of("", true));
    private final Map<String, String> jobs = new ConcurrentHashMap<>();
    private final Map<String, String> ways = new ConcurrentHashMap<>();
    private final TinyServer data;
    private final TinyServer space;
    private final String password;

    /** What is said instead of the address of the data server; empty for that. */
    volatile String elsewhere = "";

    VoSpaceServer(String password) throws IOException {
        this.password =
                "Basic " + Base64.getEncoder().encodeToString(("anna:" + password).getBytes(StandardCharsets.UTF_8));
        this.data = new TinyServer(this::data);
        this.space = new TinyServer(this::space);
    }

    String authority() {
        return space.authority();
    }

    String dataHost() {
        return data.authority();
    }

    TinyServer dataServer() {
        return data;
    }

    private void space(TinyServer.Request request, OutputStream out) throws IOException {
        if (!request.header("authorization").equals(password)) {
            TinyServer.send(out, "401 Unauthorized", "", new byte[0]);
            return;
        }
        URI uri = URI.create(request.target());
        String path = uri.getPath().substring("/vospace".length());
        if (path.startsWith("/nodes")) {
            node(request, path.substring("/nodes".length()), out);
        } else if (path.equals("/synctrans") && request.method().equals("POST")) {
            String job = UUID.randomUUID().toString();
            jobs.put(job, new String(request.body(), StandardCharsets.UTF_8));
            TinyServer.send(
                    out, "303 See Other", "Location: " + space.url("/vospace/xfer/" + job) + "\r\n", new byte[0]);
        } else if (path.startsWith("/xfer/")) {
            details(jobs.getOrDefault(path.substring(6), ""), out);
        } else {
            TinyServer.send(out, "404 Not Found", "", new byte[0]);
        }
    }

    private void node(TinyServer.Request request, String path, OutputStream out) throws IOException {
        boolean folder = folders.containsKey(path);
        if (request.method().equals("PUT")) {
            boolean parent = folders.containsKey(path.substring(0, path.lastIndexOf('/')));
            String status = folder ? "409 Conflict" : parent ? "201 Created" : "404 Not Found";
            if (status.startsWith("201")) {
                folders.put(path, true);
            }
            TinyServer.send(out, status, "", new byte[0]);
        } else if (folder || files.containsKey(path)) {
            String length = folder
                    ? ""
                    : "<vos:property uri=\"ivo://ivoa.net/vospace/core#length\">" + files.get(path).length
                            + "</vos:property>";
            xml(
                    out,
                    "<vos:node xmlns:vos=\"http://www.ivoa.net/xml/VOSpace/v2.0\"><vos:properties>" + length
                            + "</vos:properties></vos:node>");
        } else {
            TinyServer.send(out, "404 Not Found", "", new byte[0]);
        }
    }

    private void details(String job, OutputStream out) throws IOException {
        Matcher target = TARGET.matcher(job);
        String path = target.find() ? URI.create(target.group(1)).getPath() : "";
        boolean pull = job.contains("pullFromVoSpace");
        String protocols = "";
        if (!pull || files.containsKey(path)) {
            String way = UUID.randomUUID().toString();
            ways.put(way, path);
            String at = elsewhere.isEmpty() ? data.url("/" + way) : elsewhere;
            protocols = "<vos:protocol uri=\"ivo://ivoa.net/vospace/core#" + (pull ? "httpget" : "httpput")
                    + "\"><vos:endpoint>" + at + "</vos:endpoint></vos:protocol>";
        }
        xml(out, "<vos:transfer xmlns:vos=\"http://www.ivoa.net/xml/VOSpace/v2.0\">" + protocols + "</vos:transfer>");
    }

    private static void xml(OutputStream out, String text) throws IOException {
        TinyServer.send(out, "200 OK", "Content-Type: text/xml\r\n", text.getBytes(StandardCharsets.UTF_8));
    }

    private void data(TinyServer.Request request, OutputStream out) throws IOException {
        String path = ways.get(request.target().substring(1));
        if (path == null) {
            TinyServer.send(out, "403 Forbidden", "", new byte[0]);
        } else if (request.method().equals("PUT")) {
            files.put(path, request.body());
            TinyServer.send(out, "201 Created", "", new byte[0]);
        } else {
            TinyServer.send(out, "200 OK", "", files.getOrDefault(path, new byte[0]));
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
        space.close();
    }
}
