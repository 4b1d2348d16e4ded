package org.planisphere.planner.federation;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.wire.codec.Json;

/**
 * Exchanges a caller's token for one that another planner takes. What it gets is kept until shortly before it ends. Tokens
 * go to the configured endpoint and nowhere else. Thread safe; blocks on the endpoint.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693, OAuth 2.0 Token Exchange</a>
 */
final class TokenExchange {
    private static final String TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final int LARGEST = 1 << 16;
    private static final int MOST = 10_000;

    /** A token of the endpoint's. */
    private record Kept(String token, Instant until) {}

    private final FederationSettings.Exchange settings;
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build();
    private final Map<String, Kept> kept = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST;
        }
    };

    TokenExchange(FederationSettings.Exchange settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The token for a planner.
     *
     * @throws IOException when the endpoint gives none; without its words, which may hold secrets
     */
    String exchange(String subject, URI planner) throws IOException {
        String audience = settings.audience().isEmpty() ? planner.toString() : settings.audience();
        String key = Sha256.hex(subject + '\n' + audience);
        synchronized (kept) {
            Kept known = kept.get(key);
            if (known != null && clock.instant().isBefore(known.until())) {
                return known.token();
            }
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("subject_token", subject);
        form.put("subject_token_type", TOKEN);
        form.put("requested_token_type", TOKEN);
        form.put("audience", audience);
        if (!settings.scope().isEmpty()) {
            form.put("scope", settings.scope());
        }
        JsonNode answer = post(form);
        String token = answer.path("access_token").asText("");
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException("the token endpoint gave no token");
        }
        Duration lives =
                Duration.ofSeconds(Math.max(0, answer.path("expires_in").asLong(60)));
        Duration left = lives.compareTo(EARLY.multipliedBy(2)) > 0 ? lives.minus(EARLY) : lives.dividedBy(2);
        synchronized (kept) {
            kept.put(key, new Kept(token, clock.instant().plus(left)));
        }
        return token;
    }

    private JsonNode post(Map<String, String> form) throws IOException {
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.length() == 0 ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        String basic = encoded(settings.client()) + ":" + encoded(FederationSettings.secret(settings.secret()));
        HttpRequest request = HttpRequest.newBuilder(settings.endpoint())
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                byte[] bytes = in.readNBytes(LARGEST);
                if (answer.statusCode() != 200) {
                    throw new IOException("the token endpoint answered " + answer.statusCode());
                }
                return Json.mapper().readTree(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the exchange of the token was interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
