package org.planisphere.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * An OpenID Connect issuer, as the command line speaks to it. Over https, or http on this machine; no redirect is
 * followed, and no token appears in a message.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628, device authorization</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7009">RFC 7009, revocation</a>
 */
final class Issuer {
    private static final int LARGEST = 256 * 1024;
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final JsonNode discovered;

    /** What a person has to do: open the address and compare the code. */
    record Device(String code, String userCode, URI verification, Duration lasts, Duration interval) {
        /** Without the device's code. */
        @Override
        public String toString() {
            return "Device[" + verification + "]";
        }
    }

    /** Tokens that were given. */
    record Tokens(String access, @Nullable String refresh, long seconds) {
        Logins.Login login(URI issuer, String client, List<String> origins, @Nullable String before, Instant now) {
            return new Logins.Login(
                    issuer, client, origins, access, refresh == null ? before : refresh, now.plusSeconds(seconds));
        }

        /** Nothing of them. */
        @Override
        public String toString() {
            return "Tokens[]";
        }
    }

    /** The issuer says no, by a word of RFC 6749 or RFC 8628. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final String error;

        Refused(String error) {
            super(error);
            this.error = error;
        }
    }

    private Issuer(JsonNode discovered) {
        this.discovered = discovered;
    }

    static Issuer discover(URI issuer) {
        String base = issuer.toString().replaceAll("/+$", "");
        JsonNode found =
                send(HttpRequest.newBuilder(checked(URI.create(base + "/.well-known/openid-configuration")))).body;
        if (!found.path("issuer").asText().replaceAll("/+$", "").equals(base)) {
            throw new Fault(Exit.BAD_ANSWER, base + " is no OpenID Connect issuer, or calls itself otherwise.", null);
        }
        return new Issuer(found);
    }

    Device begin(String client, String scope) throws Refused {
        JsonNode told = ask("device_authorization_endpoint", Map.of("client_id", client, "scope", scope));
        String complete = told.path("verification_uri_complete").asText("");
        return new Device(
                told.path("device_code").asText(),
                told.path("user_code").asText(),
                Kit.uri(complete.isEmpty() ? told.path("verification_uri").asText() : complete),
                Duration.ofSeconds(told.path("expires_in").asLong(600)),
                Duration.ofSeconds(told.path("interval").asLong(5)));
    }

    /** The tokens, once the person has agreed; refused as {@code authorization_pending} until then. */
    Tokens poll(String client, Device device) throws Refused {
        return tokens(Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "device_code",
                device.code(),
                "client_id",
                client));
    }

    Tokens refresh(String client, String refresh) throws Refused {
        return tokens(Map.of("grant_type", "refresh_token", "refresh_token", refresh, "client_id", client));
    }

    /** Takes a token back where the issuer knows how to. */
    void revoke(String client, String token) throws Refused {
        if (discovered.hasNonNull("revocation_endpoint")) {
            ask("revocation_endpoint", Map.of("token", token, "client_id", client));
        }
    }

    private Tokens tokens(Map<String, String> form) throws Refused {
        JsonNode given = ask("token_endpoint", form);
        String access = given.path("access_token").asText("");
        if (access.isEmpty()) {
            throw new Fault(Exit.BAD_ANSWER, "The issuer gives no access token.", null);
        }
        return new Tokens(
                access,
                given.hasNonNull("refresh_token") ? given.path("refresh_token").asText() : null,
                given.path("expires_in").asLong(300));
    }

    private JsonNode ask(String endpoint, Map<String, String> form) throws Refused {
        String at = discovered.path(endpoint).asText("");
        if (at.isEmpty()) {
            throw new Fault(Exit.BAD_ANSWER, "The issuer has no " + endpoint + ".", null);
        }
        StringJoiner body = new StringJoiner("&");
        new TreeMap<>(form)
                .forEach((name, value) -> body.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        Answer answer = send(HttpRequest.newBuilder(checked(Kit.uri(at)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        if (answer.status >= 400) {
            throw new Refused(answer.body.path("error").asText("refused"));
        }
        return answer.body;
    }

    private record Answer(int status, JsonNode body) {}

    private static Answer send(HttpRequest.Builder request) {
        HttpRequest made = request.timeout(Duration.ofSeconds(20))
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> answer = CLIENT.send(made, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST || answer.statusCode() >= 500 || answer.statusCode() / 100 == 3) {
                    throw new Fault(
                            Exit.BAD_ANSWER,
                            "The issuer " + Connection.host(made.uri()) + " answers " + answer.statusCode() + ".",
                            null);
                }
                JsonNode body = bytes.length == 0
                        ? Json.mapper().createObjectNode()
                        : Json.mapper().readTree(bytes);
                return new Answer(answer.statusCode(), body);
            }
        } catch (JsonProcessingException noJson) {
            throw new Fault(Exit.BAD_ANSWER, Connection.host(made.uri()) + " answers what is no JSON.", null);
        } catch (IOException unreachable) {
            throw new Fault(
                    Exit.UNREACHABLE,
                    "The issuer " + Connection.host(made.uri()) + " does not answer.",
                    "see whether it is there: curl " + made.uri());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(Exit.FAULT, "It was broken off.", null);
        }
    }

    private static URI checked(URI at) {
        boolean here = "127.0.0.1".equals(at.getHost()) || "localhost".equals(at.getHost());
        if (!"https".equalsIgnoreCase(at.getScheme()) && !here) {
            throw new Fault(Exit.USAGE, at + " is not an https address; tokens would travel in the open.", null);
        }
        return at;
    }
}
