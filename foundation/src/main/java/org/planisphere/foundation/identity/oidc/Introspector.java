package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * Asks an issuer what an opaque token is. Answers are remembered, the bad ones too, and only so many questions are under
 * way at once: a flood of made-up tokens reaches neither the issuer nor the other callers. Thread safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>
 */
final class Introspector {
    private static final System.Logger LOG = System.getLogger(Introspector.class.getName());
    private static final Duration BAD = Duration.ofSeconds(30);
    private static final int REMEMBERED = 20_000;
    private static final int AT_ONCE = 16;

    private final Issuer issuer;
    private final Issuer.Introspection settings;
    private final IssuerHttp http;
    private final InstantSource clock;
    private final String credentials;
    private final Remembered<Boolean> bad = new Remembered<>(REMEMBERED);
    private final Semaphore under = new Semaphore(AT_ONCE);

    /**
     * What came of a question.
     *
     * @param claims null when the token is not good
     * @param until how long the claims count, at most
     */
    record Answer(@Nullable Map<String, Object> claims, Instant until, boolean unavailable) {
        static final Answer NO = new Answer(null, Instant.MIN, false);
        static final Answer NOBODY = new Answer(null, Instant.MIN, true);
    }

    Introspector(Issuer issuer, Issuer.Introspection settings, IssuerHttp http, InstantSource clock) {
        this.issuer = issuer;
        this.settings = settings;
        this.http = http;
        this.clock = clock;
        String pair = IssuerHttp.encoded(settings.client()) + ":" + IssuerHttp.encoded(settings.secret());
        this.credentials = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    Answer ask(String token, String key) {
        if (bad.get(key, clock.instant()).isPresent()) {
            return Answer.NO;
        }
        if (!under.tryAcquire()) {
            return Answer.NOBODY;
        }
        try {
            JsonNode said = http.post(
                    settings.url(),
                    new LinkedHashMap<>(Map.of("token", token, "token_type_hint", "access_token")),
                    Map.of("Authorization", credentials, "Accept", "application/json"));
            Instant now = clock.instant();
            Answer answer = judged(said, now);
            if (answer.claims() == null) {
                bad.put(key, Boolean.TRUE, now.plus(BAD));
            }
            return answer;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "The introspection of issuer " + issuer.name() + " does not answer: " + e.getMessage());
            return Answer.NOBODY;
        } finally {
            under.release();
        }
    }

    private Answer judged(JsonNode said, Instant now) {
        if (!said.path("active").isBoolean() || !said.path("active").booleanValue()) {
            return Answer.NO;
        }
        Map<String, Object> claims = Json.mapper().convertValue(said, new TypeReference<>() {});
        Object type = claims.get("token_type");
        Object from = claims.get("iss");
        Collection<?> audience = TokenRules.audience(claims.get("aud"));
        if (type != null && !"bearer".equalsIgnoreCase(String.valueOf(type))
                || from != null && !issuer.issuer().equals(from)
                || !audience.isEmpty() && audience.stream().noneMatch(issuer.audience()::contains)) {
            return Answer.NO;
        }
        try {
            Instant end = TokenRules.times(issuer, claims, TokenRules.instant(claims.get("exp")), now);
            Instant keep = now.plus(settings.keep());
            return new Answer(claims, end.isBefore(keep) ? end : keep, false);
        } catch (Claims.Spoiled e) {
            return Answer.NO;
        }
    }
}
