package org.planisphere.server;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.identity.login.LoginSettings;
import org.planisphere.foundation.rest.LoginCookies;
import org.planisphere.foundation.rest.Proxies;
import org.planisphere.foundation.rest.TokenBuckets;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/**
 * How often one may ask: by address, by token or page's cookie, and by address with tokens that are not valid. Judged before
 * anything is read of a call, so that a flood costs next to nothing. A token that was good lately is not made to wait for those
 * who try others at the same address: a whole institute may have one. Thread safe.
 */
final class Rates {
    /** Failed tokens of an address, and so many at once. */
    private static final double FAILURES_PER_SECOND = 0.5;

    private static final int FAILURES = 30;
    private static final int UNAUTHORIZED = 401;
    private static final int MOST_GOOD = 10_000;
    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private final Proxies proxies;
    private final LoginCookies cookies;
    private final @Nullable TokenBuckets addresses;
    private final @Nullable TokenBuckets callers;
    private final TokenBuckets failures = new TokenBuckets(FAILURES_PER_SECOND, FAILURES);
    private final LongSupplier clock;
    private final LatelyGood good = new LatelyGood(MOST_GOOD, GOOD_FOR);

    Rates(Settings settings) {
        this(settings, System::nanoTime);
    }

    /** @param clock of {@link System#nanoTime()} */
    Rates(Settings settings, LongSupplier clock) {
        this.clock = clock;
        this.cookies = new LoginCookies(LoginSettings.of(settings).secure());
        this.proxies = new Proxies(settings.get(Keys.LISTEN_PROXIES));
        this.addresses = buckets(settings.get(Keys.RATE_ADDRESS));
        this.callers = buckets(settings.get(Keys.RATE_CALLER));
    }

    /** 0 when the call may go on, else the seconds its caller has to wait. */
    long wait(HttpServletRequest request) {
        long now = clock.getAsLong();
        String address = origin(request);
        String token = request.getHeader("Authorization");
        long wait = addresses == null ? 0 : addresses.take(address, now);
        String caller = token != null ? token : session(request);
        // A token is a secret: it is not kept, only what tells it from others.
        String hash = caller == null ? "" : Sha256.hex(caller);
        if (wait == 0 && token != null && !good.has(hash, now)) {
            wait = failures.wait(address, now);
        }
        if (wait == 0 && callers != null && caller != null) {
            wait = callers.take(hash, now);
        }
        return wait;
    }

    /**
     * Told of every answer.
     *
     * @param known whether the caller was recognised; an address that looks at no token says nothing of it
     */
    void answered(HttpServletRequest request, int status, boolean known) {
        String token = request.getHeader("Authorization");
        if (token == null) {
            return;
        }
        long now = clock.getAsLong();
        if (status == UNAUTHORIZED) {
            failures.take(origin(request), now);
            good.forget(Sha256.hex(token));
        } else if (known) {
            good.add(Sha256.hex(token), now);
        }
    }

    private @Nullable String session(HttpServletRequest request) {
        String header = request.getHeader("Cookie");
        return header == null ? null : cookies.session(List.of(header)).orElse(null);
    }

    /** From where a call comes, as it is counted. */
    String origin(HttpServletRequest request) {
        return proxies.origin(request.getRemoteAddr(), request.getHeader("X-Forwarded-For"));
    }

    private static @Nullable TokenBuckets buckets(int perSecond) {
        return perSecond == 0 ? null : new TokenBuckets(perSecond, 5.0 * perSecond);
    }
}
