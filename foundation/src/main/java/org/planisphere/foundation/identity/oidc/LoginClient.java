package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;

/**
 * This node as a client of one issuer: where people are sent to log in, and what is asked behind their backs afterwards.
 * Authorization code with PKCE. Every address comes from the issuer's discovery document and is asked under the issuer's
 * rules of hosts. Thread safe; blocks for a few seconds at most; logs no token.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth">OpenID Connect Core 1.0, section
 *     3.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700">RFC 9700, Best Current Practice for OAuth 2.0 Security</a>
 */
public final class LoginClient {
    private static final System.Logger LOG = System.getLogger(LoginClient.class.getName());
    private static final Duration USUAL_LIFE = Duration.ofMinutes(5);
    private static final int LONGEST_TOKEN = 16_384;

    private final Issuer issuer;
    private final Issuer.Login login;
    private final IssuerHttp http;
    private final IssuerKeys keys;
    private final Discovery discovery;
    private final InstantSource clock;

    /**
     * What an issuer gave for a code or a refresh token. Never written or logged.
     *
     * @param lifetime of the access token
     */
    public record Tokens(String access, Optional<String> refresh, Optional<String> identity, Duration lifetime) {
        /** Without any token. */
        @Override
        public String toString() {
            return "Tokens[" + lifetime + "]";
        }
    }

    /** The issuer says no, or says what cannot be believed. The message holds nothing of a token's. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    LoginClient(Issuer issuer, Issuer.Login login, IssuerHttp http, IssuerKeys keys, InstantSource clock) {
        this.issuer = issuer;
        this.login = login;
        this.http = http;
        this.keys = keys;
        this.discovery = new Discovery(issuer, http, clock);
        this.clock = clock;
    }

    /** The issuer's name on this node, which stands before every subject. */
    public String name() {
        return issuer.name();
    }

    /** What people who choose among issuers read. */
    public String title() {
        return login.title();
    }

    /**
     * Where to send a person's browser.
     *
     * @param challenge SHA-256 of the PKCE verifier in base64url
     */
    public URI authorize(URI callback, String state, String nonce, String challenge) throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", login.client());
        query.put("redirect_uri", callback.toString());
        query.put("scope", login.scope());
        query.put("state", state);
        query.put("nonce", nonce);
        query.put("code_challenge", challenge);
        query.put("code_challenge_method", "S256");
        if (!issuer.strength().acr().isEmpty()) {
            query.put("acr_values", String.join(" ", issuer.strength().acr()));
        }
        issuer.strength().age().ifPresent(age -> query.put("max_age", Long.toString(age.toSeconds())));
        return with(endpoint("authorization_endpoint"), query);
    }

    /** Whether an answer with this {@code iss} may be this issuer's: no other's answer is taken for it (RFC 9207). */
    public boolean mayHaveAnswered(@Nullable String iss) throws IOException {
        return iss == null
                ? !discovery
                        .document()
                        .path("authorization_response_iss_parameter_supported")
                        .asBoolean(false)
                : issuer.issuer().equals(iss);
    }

    /** What the issuer gives for a code. */
    public Tokens exchange(URI callback, String code, String verifier) throws IOException, Refused {
        return tokens(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                callback.toString(),
                "code_verifier",
                verifier));
    }

    /** What the issuer gives for a refresh token. */
    public Tokens refresh(String refresh) throws IOException, Refused {
        return tokens(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
    }

    /** Tells the issuer that a refresh token is needed no more; whether it hears is not waited for longer than usual. */
    public void revoke(String refresh) {
        try {
            JsonNode at = discovery.document().path("revocation_endpoint");
            if (at.isTextual()) {
                http.send(
                        endpoint("revocation_endpoint"),
                        form(Map.of("token", refresh, "token_type_hint", "refresh_token")),
                        credentials());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "Issuer " + issuer.name() + " was not told of a logout: " + e.getMessage());
        }
    }

    /** Where a person may end their login at the issuer itself, if there is such a page and it can be told of. */
    public Optional<URI> logout(URI back) {
        try {
            if (!discovery.document().path("end_session_endpoint").isTextual()) {
                return Optional.empty();
            }
            Map<String, String> query = new LinkedHashMap<>();
            query.put("client_id", login.client());
            query.put("post_logout_redirect_uri", back.toString());
            return Optional.of(with(endpoint("end_session_endpoint"), query));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Whose an identity token is: the subject, when it was made by this issuer for this client and this login.
     *
     * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation">section 3.1.3.7</a>
     */
    public String subject(String identity, String nonce) throws IOException, Refused {
        try {
            if (identity.length() > LONGEST_TOKEN) {
                throw new Refused("the identity token is too long");
            }
            SignedJWT jwt = SignedJWT.parse(identity);
            Map<String, Object> claims = jwt.getPayload().toJSONObject();
            JWSHeader header = jwt.getHeader();
            if (claims == null
                    || !issuer.algorithms().contains(header.getAlgorithm().getName())
                    || header.getCriticalParams() != null
                    || !header.isBase64URLEncodePayload()) {
                throw new Refused("the identity token is of a sort that is not taken");
            }
            Collection<?> audience = TokenRules.audience(claims.get("aud"));
            Object party = claims.get("azp");
            if (!issuer.issuer().equals(claims.get("iss"))
                    || !audience.contains(login.client())
                    || party != null && !login.client().equals(party)
                    || party == null && audience.size() > 1
                    || !nonce.equals(claims.get("nonce"))
                    || claims.get("exp") == null) {
                throw new Refused("the identity token is not for this login");
            }
            TokenRules.times(issuer, claims, TokenRules.instant(claims.get("exp")), clock.instant());
            if (!keys.signed(jwt)) {
                throw new Refused("the identity token's signature is none of the issuer's");
            }
            if (!(claims.get("sub") instanceof String subject) || subject.isEmpty()) {
                throw new Refused("the identity token has no subject");
            }
            return subject;
        } catch (Claims.Spoiled e) {
            throw new Refused("of the identity token, " + e.getMessage());
        } catch (IssuerKeys.NoKeys e) {
            throw new IOException("its keys cannot be read", e);
        } catch (ParseException | IllegalArgumentException | IllegalStateException | StackOverflowError e) {
            // Whatever the parser could not stand; its message may quote the token.
            throw new Refused("the identity token cannot be read");
        }
    }

    private Tokens tokens(Map<String, String> asked) throws IOException, Refused {
        JsonNode said;
        try {
            said = http.post(endpoint("token_endpoint"), form(asked), credentials());
        } catch (GuardedHttp.Status e) {
            if (e.code() == 400 || e.code() == 401 || e.code() == 403) {
                throw new Refused("the issuer answered " + e.code());
            }
            throw e;
        }
        String access = token(said, "access_token").orElseThrow(() -> new Refused("the issuer gave no access token"));
        if (!"bearer".equalsIgnoreCase(said.path("token_type").asText("bearer"))) {
            throw new Refused("the issuer's token is no bearer token");
        }
        long seconds = said.path("expires_in").canConvertToLong()
                ? said.path("expires_in").asLong()
                : USUAL_LIFE.toSeconds();
        return new Tokens(
                access,
                token(said, "refresh_token"),
                token(said, "id_token"),
                Duration.ofSeconds(Math.max(1, Math.min(seconds, 86_400))));
    }

    private static Optional<String> token(JsonNode said, String name) throws Refused {
        JsonNode token = said.path(name);
        if (!token.isTextual() || token.asText().isEmpty()) {
            return Optional.empty();
        }
        if (token.asText().length() > LONGEST_TOKEN) {
            throw new Refused("the issuer's " + name + " is too long");
        }
        return Optional.of(token.asText());
    }

    /** A form, with the client's name in it where the client has no secret. */
    private Map<String, String> form(Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>(fields);
        if (login.secret().isEmpty()) {
            form.put("client_id", login.client());
        }
        return form;
    }

    private Map<String, String> credentials() {
        if (login.secret().isEmpty()) {
            return Map.of("Accept", "application/json");
        }
        String pair = IssuerHttp.encoded(login.client()) + ":" + IssuerHttp.encoded(login.secret());
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
        return Map.of("Accept", "application/json", "Authorization", "Basic " + basic);
    }

    /** An address of the discovery document, no less safe than the issuer's own. */
    private URI endpoint(String name) throws IOException {
        try {
            URI at = URI.create(discovery.document().path(name).asText());
            boolean plain = at.getHost() != null && at.getRawUserInfo() == null && at.getRawFragment() == null;
            if (plain
                    && ("https".equals(at.getScheme())
                            || "http".equals(at.getScheme()) && issuer.issuer().startsWith("http:"))) {
                return at;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IOException("its discovery document names no good " + name);
    }

    private static URI with(URI at, Map<String, String> query) {
        StringJoiner text = new StringJoiner("&", at + (at.getRawQuery() == null ? "?" : "&"), "");
        query.forEach((name, value) -> text.add(name + "=" + IssuerHttp.encoded(value)));
        return URI.create(text.toString());
    }
}
