package org.planisphere.foundation.identity.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The login page and the token endpoint of a test issuer, with one client; strict as a good issuer is. */
public final class TestLogin {
    public static final String CLIENT = "pages";
    public static final String SECRET = "s3cret&";

    private final TestIssuer issuer;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private volatile long lifetime = 300;
    private volatile UnaryOperator<JWTClaimsSet.Builder> forged = claims -> claims;

    private record Code(String subject, Map<String, String> asked) {}

    TestLogin(TestIssuer issuer) {
        this.issuer = issuer;
    }

    /** What a person's browser is sent back with, after they logged in where it was sent. */
    public URI enter(URI authorize, String subject) {
        Map<String, String> asked = form(authorize.getRawQuery());
        if (!"code".equals(asked.get("response_type"))
                || !CLIENT.equals(asked.get("client_id"))
                || !"S256".equals(asked.get("code_challenge_method"))
                || !asked.getOrDefault("scope", "").contains("openid")) {
            throw new IllegalArgumentException("the issuer shows an error: " + asked.keySet());
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, new Code(subject, asked));
        return URI.create(
                asked.get("redirect_uri") + "?state=" + asked.get("state") + "&code=" + code + "&iss=" + issuer.url());
    }

    /** How long access tokens live from now on, in seconds. */
    public void lifetime(long seconds) {
        lifetime = seconds;
    }

    /** What becomes of the claims of identity tokens from now on. */
    public void forged(UnaryOperator<JWTClaimsSet.Builder> how) {
        forged = how;
    }

    /** Withdraws every refresh token. */
    public void withdraw() {
        refreshTokens.clear();
    }

    /** How many refresh tokens are good. */
    public int refreshTokens() {
        return refreshTokens.size();
    }

    void describe(Map<String, Object> document) {
        document.put("authorization_endpoint", issuer.url() + "/authorize");
        document.put("token_endpoint", issuer.url() + "/token");
        document.put("revocation_endpoint", issuer.url() + "/revoke");
        document.put("end_session_endpoint", issuer.url() + "/logout");
        document.put("authorization_response_iss_parameter_supported", true);
    }

    void revoke(String body) {
        refreshTokens.remove(form(body).getOrDefault("token", ""));
    }

    /** The answer of the token endpoint; null for a refusal. */
    @Nullable
    Map<String, Object> token(@Nullable String authorization, String body) {
        Map<String, String> form = form(body);
        String basic = "Basic "
                + Base64.getEncoder().encodeToString((CLIENT + ":s3cret%26").getBytes(StandardCharsets.US_ASCII));
        if (!basic.equals(authorization)) {
            return null;
        }
        if ("refresh_token".equals(form.get("grant_type"))) {
            String subject = refreshTokens.remove(form.getOrDefault("refresh_token", ""));
            return subject == null ? null : given(subject, null);
        }
        Code code = codes.remove(form.getOrDefault("code", ""));
        if (code == null
                || !code.asked().get("redirect_uri").equals(form.get("redirect_uri"))
                || !code.asked().get("code_challenge").equals(challenge(form.getOrDefault("code_verifier", "")))) {
            return null;
        }
        return given(code.subject(), code.asked().get("nonce"));
    }

    private Map<String, Object> given(String subject, @Nullable String nonce) {
        String refresh = UUID.randomUUID().toString();
        refreshTokens.put(refresh, subject);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("access_token", issuer.token(subject, "/members"));
        answer.put("refresh_token", refresh);
        answer.put("token_type", "Bearer");
        answer.put("expires_in", lifetime);
        if (nonce != null) {
            answer.put(
                    "id_token",
                    issuer.sign(
                            forged.apply(issuer.claims(subject).audience(CLIENT).claim("nonce", nonce))));
        }
        return answer;
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }
}
