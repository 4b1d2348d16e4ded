package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/** As much of a browser as logging in takes: cookies by host and port, forms, and no redirect followed unasked. */
final class Browser implements AutoCloseable {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

    private final URI planner;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final Map<String, Map<String, String>> cookies = new TreeMap<>();

    Browser(URI planner) {
        this.planner = planner;
    }

    record Answer(int status, @Nullable String to, String body) {
        URI location() {
            assertThat(to).as(status + " " + body).isNotNull();
            return URI.create(to);
        }
    }

    Answer get(String path) throws Exception {
        return get(URI.create(planner + path));
    }

    Answer get(URI at) throws Exception {
        return send(HttpRequest.newBuilder(at).header("Accept", "text/html"));
    }

    JsonNode json(String path) throws Exception {
        return Json.mapper()
                .readTree(
                        send(HttpRequest.newBuilder(URI.create(planner + path)).header("Accept", "application/json"))
                                .body());
    }

    /** From a page of the node, or from one of that origin. */
    Answer post(String path, String body, @Nullable String origin) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(planner + path))
                .header("Content-Type", "application/json")
                .header(
                        "Origin",
                        origin == null ? planner.resolve("/").toString().replaceAll("/$", "") : origin)
                .POST(BodyPublishers.ofString(body)));
    }

    JsonNode postAccepting(String path, String type) throws Exception {
        return Json.mapper()
                .readTree(send(HttpRequest.newBuilder(URI.create(planner + path))
                                .header("Accept", type)
                                .header(
                                        "Origin",
                                        planner.resolve("/").toString().replaceAll("/$", ""))
                                .POST(BodyPublishers.noBody()))
                        .body());
    }

    /** Fills in the issuer's form; where it leads: back to the planner, or null for the form once more. */
    @Nullable
    URI submit(URI page, String name, String password) throws Exception {
        Matcher form = FORM.matcher(get(page).body());
        assertThat(form.find()).isTrue();
        String fields = Map.of("username", name, "password", password).entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        Answer answer = send(HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields)));
        return answer.status() == 200 ? null : answer.location();
    }

    /** Logs in; where the planner leads afterwards, or null when the issuer shows its form once more. */
    @Nullable
    URI logIn(URI page, String name, String password) throws Exception {
        URI callback = submit(page, name, password);
        return callback == null ? null : get(callback).location();
    }

    /** Gives another browser all its cookies, as a thief would take them. */
    void lend(Browser other) {
        cookies.forEach((host, theirs) ->
                other.cookies.computeIfAbsent(host, any -> new TreeMap<>()).putAll(theirs));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        URI at = request.build().uri();
        Map<String, String> known = cookies.computeIfAbsent(at.getAuthority(), any -> new TreeMap<>());
        if (!known.isEmpty()) {
            request.header(
                    "Cookie",
                    known.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String pair = cookie.split(";", 2)[0];
            int equals = pair.indexOf('=');
            if (cookie.contains("Max-Age=0")) {
                known.remove(pair.substring(0, equals));
            } else {
                known.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new Answer(
                answer.statusCode(), answer.headers().firstValue("Location").orElse(null), answer.body());
    }

    @Override
    public void close() {
        cookies.clear();
    }
}
