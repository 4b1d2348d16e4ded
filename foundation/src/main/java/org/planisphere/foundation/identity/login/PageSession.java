package org.planisphere.foundation.identity.login;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Authenticator;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.identity.oidc.LoginClient;

/** One person logged in with one browser: whose tokens these are, and how they are kept good. Thread safe. */
final class PageSession {
    /** So much of a token's life must be left for a call to be made with it. */
    private static final Duration SPARE = Duration.ofSeconds(20);

    private final LoginClient client;
    private final String person;
    private final Instant began;
    private final Instant until;
    private String access;
    private @Nullable String refresh;
    private Instant accessUntil;
    private boolean ended;

    PageSession(LoginClient client, String person, LoginClient.Tokens tokens, Instant now, Instant until) {
        this.client = client;
        this.person = person;
        this.began = now;
        this.until = until;
        this.access = tokens.access();
        this.refresh = tokens.refresh().orElse(null);
        this.accessUntil = now.plus(tokens.lifetime());
    }

    /** The caller's id. */
    String person() {
        return person;
    }

    Instant began() {
        return began;
    }

    Instant until() {
        return until;
    }

    LoginClient client() {
        return client;
    }

    /** A token that is good now; whoever comes while a new one is fetched waits for it. */
    synchronized Shown token(Instant now, Authenticator who) {
        if (ended || !now.isBefore(until)) {
            return Shown.ENDED;
        }
        if (now.isBefore(accessUntil.minus(SPARE))) {
            return new Shown.Token(access);
        }
        Shown old = now.isBefore(accessUntil) ? new Shown.Token(access) : Shown.UNAVAILABLE;
        String last = refresh;
        if (last == null) {
            return old instanceof Shown.Token ? old : end();
        }
        try {
            LoginClient.Tokens tokens = client.refresh(last);
            Recognition recognised = who.recognise(tokens.access());
            if (recognised instanceof Recognition.Known known
                    && !known.caller().id().equals(person)) {
                return end();
            }
            access = tokens.access();
            refresh = tokens.refresh().orElse(last);
            accessUntil = now.plus(tokens.lifetime());
            return new Shown.Token(access);
        } catch (LoginClient.Refused e) {
            return end();
        } catch (IOException e) {
            return old;
        }
    }

    /** Ends it; returns the refresh token, if there is one to withdraw. */
    synchronized Optional<String> finish() {
        Optional<String> last = Optional.ofNullable(refresh);
        end();
        return last;
    }

    private Shown end() {
        ended = true;
        access = "";
        refresh = null;
        return Shown.ENDED;
    }
}
