package org.planisphere.foundation.identity.login;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A login between its beginning and its end, as the person's own browser carries it, sealed: nothing is kept here for
 * those who only begin, so nobody can fill this node with beginnings.
 *
 * @param issuer by its name
 * @param state ties the issuer's answer to this browser
 * @param nonce ties the identity token to this login
 * @param verifier of PKCE: whoever has the code alone gets nothing for it
 * @param back path of the page to return to
 * @param until when it can be finished
 */
record Begun(String issuer, String state, String nonce, String verifier, String back, Instant until) {
    private static final String SEPARATOR = "\n";

    /** One line each; none of them can hold the end of a line. */
    String text() {
        return String.join(SEPARATOR, issuer, state, nonce, verifier, back, until.toString());
    }

    static Optional<Begun> of(String text) {
        List<String> parts = List.of(text.split(SEPARATOR, -1));
        return parts.size() != 6
                ? Optional.empty()
                : Optional.of(new Begun(
                        parts.get(0),
                        parts.get(1),
                        parts.get(2),
                        parts.get(3),
                        parts.get(4),
                        Instant.parse(parts.get(5))));
    }
}
