package org.planisphere.foundation.identity.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of a token besides its signature. Pure; each rule is one refusal, for the log only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, JSON Web Token Best Current Practices</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-4">RFC 9068, section 4</a>
 */
final class TokenRules {
    /** Instants beyond this are nonsense, and arithmetic with them would overflow. */
    private static final double LATEST = 253_402_300_799d;

    private TokenRules() {}

    static void header(Issuer issuer, JWSHeader header) throws Claims.Spoiled {
        if (!issuer.algorithms().contains(header.getAlgorithm().getName())) {
            throw new Claims.Spoiled("its algorithm is not one that is taken");
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw new Claims.Spoiled("it has critical extensions");
        }
        JOSEObjectType type = header.getType();
        if (type != null) {
            String name = type.getType().toLowerCase(Locale.ROOT);
            name = name.startsWith("application/") ? name.substring("application/".length()) : name;
            if (!issuer.types().contains(name)) {
                throw new Claims.Spoiled("its type is not one that is taken");
            }
        }
        if (header.getContentType() != null) {
            throw new Claims.Spoiled("it holds another token");
        }
    }

    /** Issuer, audience, times, and that it is no ID or refresh token; returns until when it is good, leeway included. */
    static Instant claims(Issuer issuer, Map<String, Object> claims, Instant now) throws Claims.Spoiled {
        if (!issuer.issuer().equals(claims.get("iss"))) {
            throw new Claims.Spoiled("its issuer is another one");
        }
        if (!audience(claims.get("aud")).stream().anyMatch(issuer.audience()::contains)) {
            throw new Claims.Spoiled("it is for another audience");
        }
        Object type = claims.get("typ");
        if (type != null && !(type instanceof String name && name.equalsIgnoreCase("bearer"))
                || claims.containsKey("at_hash")) {
            throw new Claims.Spoiled("it is no access token");
        }
        Instant expires = instant(claims.get("exp"));
        if (expires == null) {
            throw new Claims.Spoiled("it never expires");
        }
        return times(issuer, claims, expires, now);
    }

    /** The times alone; {@code expires} is null for an answer that names no end. */
    static Instant times(Issuer issuer, Map<String, Object> claims, @Nullable Instant expires, Instant now)
            throws Claims.Spoiled {
        Instant end = expires == null ? Instant.MAX : expires.plus(issuer.leeway());
        if (!now.isBefore(end)) {
            throw new Claims.Spoiled("it has expired");
        }
        Instant latest = now.plus(issuer.leeway());
        for (String claim : List.of("nbf", "iat")) {
            Instant from = instant(claims.get(claim));
            if (from != null && from.isAfter(latest)) {
                throw new Claims.Spoiled("it is not good yet");
            }
        }
        return end;
    }

    /**
     * Until when a login is strong enough; the epoch for one that is not, as for one that nothing is said of.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-2.2.1">RFC 9068, section 2.2.1</a>
     */
    static Instant strong(Issuer issuer, Map<String, Object> claims) throws Claims.Spoiled {
        Issuer.Strength wanted = issuer.strength();
        if (!wanted.acr().isEmpty()
                && !(claims.get("acr") instanceof String acr && wanted.acr().contains(acr))) {
            return Instant.EPOCH;
        }
        if (wanted.age().isEmpty()) {
            return Instant.MAX;
        }
        Instant login = instant(claims.get("auth_time"));
        return login == null ? Instant.EPOCH : login.plus(wanted.age().get()).plus(issuer.leeway());
    }

    static @Nullable Instant instant(@Nullable Object value) throws Claims.Spoiled {
        if (value == null) {
            return null;
        }
        try {
            if (value instanceof Number seconds && Math.abs(seconds.doubleValue()) <= LATEST) {
                return Instant.ofEpochSecond(seconds.longValue());
            }
            if (value instanceof java.util.Date date && Math.abs((double) date.getTime()) <= LATEST * 1000) {
                return date.toInstant();
            }
        } catch (DateTimeException e) {
            throw new Claims.Spoiled("its times are none");
        }
        throw new Claims.Spoiled("its times are none");
    }

    static Collection<?> audience(@Nullable Object value) {
        return value instanceof Collection<?> several ? several : value == null ? List.of() : List.of(value);
    }
}
