package org.planisphere.foundation.identity.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The published keys of one issuer. Read when first needed, read again in the background when they are old, and at once
 * when a token names a key that is not among them, though not more than once in {@link #PAUSE}: a flood of made-up key
 * names costs the issuer nothing. While the issuer does not answer, the keys that are known go on being good. Thread safe.
 */
final class IssuerKeys {
    /** The shortest time between two requests to the issuer. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());
    private static final int MOST_KEYS = 100;
    private static final int MOST_TRIED = 8;
    private static final long PATIENCE_SECONDS = 8;

    private final Issuer issuer;
    private final IssuerHttp http;
    private final InstantSource clock;
    private final Executor background;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Held held;
    private volatile Instant tried = Instant.MIN;

    private record Held(JWKSet keys, Instant read) {}

    /** Nobody could read the keys yet. */
    static final class NoKeys extends Exception {
        private static final long serialVersionUID = 1L;
    }

    IssuerKeys(Issuer issuer, IssuerHttp http, InstantSource clock, Executor background) {
        this.issuer = issuer;
        this.http = http;
        this.clock = clock;
        this.background = background;
    }

    /**
     * The keys that may have made such a signature; empty when there is none.
     *
     * @throws NoKeys when the issuer has never answered yet
     */
    List<JWK> matching(JWKMatcher matcher) throws NoKeys {
        Held now = held;
        if (now == null) {
            refresh();
            now = held;
            if (now == null) {
                throw new NoKeys();
            }
        }
        List<JWK> found = new JWKSelector(matcher).select(now.keys());
        if (found.isEmpty()) {
            refresh();
            Held fresh = held;
            return fresh == null || fresh == now ? List.of() : new JWKSelector(matcher).select(fresh.keys());
        }
        if (clock.instant().isAfter(now.read().plus(issuer.keysFor())) && due()) {
            background.execute(this::refresh);
        }
        return found;
    }

    /**
     * Whether one of the keys made the token's signature.
     *
     * @throws NoKeys when the issuer has never answered yet
     */
    boolean signed(SignedJWT jwt) throws NoKeys {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(jwt.getHeader());
        if (matcher == null) {
            return false;
        }
        int used = 0;
        for (JWK key : matching(matcher)) {
            if (!(key instanceof AsymmetricJWK open) || ++used > MOST_TRIED) {
                continue;
            }
            if (key instanceof RSAKey && key.size() < issuer.strength().bits()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "A key of issuer " + issuer.name() + " has fewer bits than are wanted of it");
                continue;
            }
            try {
                JWSVerifier verifier = verifiers.createJWSVerifier(jwt.getHeader(), open.toPublicKey());
                if (jwt.verify(verifier)) {
                    return true;
                }
            } catch (JOSEException e) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        () -> "A key of issuer " + issuer.name() + " cannot be used: " + e.getMessage());
            }
        }
        return false;
    }

    private boolean due() {
        return tried.equals(Instant.MIN) || !clock.instant().isBefore(tried.plus(PAUSE));
    }

    /** Reads the keys if nobody did a moment ago; who comes meanwhile waits for the one who reads. */
    private void refresh() {
        if (!due() && !reading.isLocked()) {
            return;
        }
        Held before = held;
        try {
            if (!reading.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (held == before && due()) {
                tried = clock.instant();
                held = new Held(read(), clock.instant());
            }
        } catch (IOException | ParseException | IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "The keys of issuer " + issuer.name() + " cannot be read: " + e.getMessage()
                            + (held == null ? "" : "; those that are known stay good"));
        } finally {
            reading.unlock();
        }
    }

    private JWKSet read() throws IOException, ParseException {
        URI at = issuer.keys().orElse(null);
        if (at == null) {
            at = URI.create(Discovery.read(issuer, http).path("jwks_uri").asText());
        }
        JWKSet keys = JWKSet.parse(http.get(at).toString()).toPublicJWKSet();
        if (keys.size() == 0 || keys.size() > MOST_KEYS) {
            throw new IOException("it publishes " + keys.size() + " keys");
        }
        return keys;
    }
}
