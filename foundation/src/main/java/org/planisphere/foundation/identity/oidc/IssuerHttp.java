package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.wire.codec.Json;

/**
 * Requests to one issuer: to its own host, to those the operator named for it, and nowhere else, whatever a discovery
 * document or a redirect says. Bounded in time and size.
 */
final class IssuerHttp {
    private static final long LARGEST = 512 << 10;
    private static final Duration TIME = Duration.ofSeconds(5);

    private final GuardedHttp http;

    IssuerHttp(Issuer issuer) {
        List<String> hosts = new ArrayList<>(issuer.hosts());
        hosts.add(host(URI.create(issuer.issuer())));
        issuer.described().ifPresent(at -> hosts.add(host(at)));
        issuer.keys().ifPresent(at -> hosts.add(host(at)));
        issuer.introspection().ifPresent(in -> hosts.add(host(in.url())));
        issuer.membership().ifPresent(in -> hosts.add(host(in.url())));
        this.http = new GuardedHttp(HttpRules.of(hosts, LARGEST, TIME));
    }

    JsonNode get(URI at) throws IOException {
        return json(text(at, Map.of("Accept", "application/json")));
    }

    String text(URI at, Map<String, String> headers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        http.get(at, headers, LARGEST, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Sends a form; no redirect is followed. */
    JsonNode post(URI at, Map<String, String> form, Map<String, String> headers) throws IOException {
        return json(send(at, form, headers));
    }

    /** Sends a form and returns whatever the answer holds; no redirect is followed. */
    String send(URI at, Map<String, String> form, Map<String, String> headers) throws IOException {
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(encoded(name) + "=" + encoded(value)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        http.post(
                at,
                headers,
                "application/x-www-form-urlencoded",
                body.toString().getBytes(StandardCharsets.US_ASCII),
                LARGEST,
                out);
        return out.toString(StandardCharsets.UTF_8);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) throws IOException {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            // The parser's message would quote the answer.
            throw new IOException("the issuer answers what is no JSON");
        }
    }

    private static String host(URI at) {
        return at.getHost() + (at.getPort() < 0 ? "" : ":" + at.getPort());
    }
}
