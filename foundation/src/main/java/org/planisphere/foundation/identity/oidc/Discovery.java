package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What one issuer says of itself. Read when first needed and again when it is old; while the issuer does not answer, what
 * was read stays good, and nobody asks again for a moment. Thread safe.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery 1.0, section 4</a>
 */
final class Discovery {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Issuer issuer;
    private final IssuerHttp http;
    private final InstantSource clock;
    private volatile @Nullable Held held;
    private volatile Instant silent = Instant.MIN;

    private record Held(JsonNode document, Instant read) {}

    Discovery(Issuer issuer, IssuerHttp http, InstantSource clock) {
        this.issuer = issuer;
        this.http = http;
        this.clock = clock;
    }

    /** Reads it now. */
    static JsonNode read(Issuer issuer, IssuerHttp http) throws IOException {
        JsonNode document = http.get(issuer.discovery());
        if (!issuer.issuer().equals(document.path("issuer").asText())) {
            throw new IOException("its discovery document is that of another issuer");
        }
        return document;
    }

    JsonNode document() throws IOException {
        Held was = held;
        Instant now = clock.instant();
        if (was != null && now.isBefore(was.read().plus(issuer.keysFor()))) {
            return was.document();
        }
        if (silent.isAfter(now.minus(PAUSE))) {
            if (was != null) {
                return was.document();
            }
            throw new IOException("it did not answer a moment ago");
        }
        try {
            JsonNode document = read(issuer, http);
            held = new Held(document, now);
            return document;
        } catch (IOException e) {
            silent = now;
            if (was != null) {
                return was.document();
            }
            throw e;
        }
    }
}
