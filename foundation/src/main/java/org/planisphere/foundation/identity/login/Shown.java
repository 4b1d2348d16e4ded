package org.planisphere.foundation.identity.login;

/** What a session cookie stands for now. */
public sealed interface Shown {
    /** An access token of the person's, good for some seconds at least. */
    record Token(String token) implements Shown {
        /** Without the token. */
        @Override
        public String toString() {
            return "Token";
        }
    }

    /** Nobody is logged in by it, or no longer. */
    record Ended() implements Shown {}

    /** Somebody is, but their issuer does not give a new token now. */
    record Unavailable() implements Shown {}

    Shown ENDED = new Ended();
    Shown UNAVAILABLE = new Unavailable();
}
