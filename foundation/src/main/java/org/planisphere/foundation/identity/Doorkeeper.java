package org.planisphere.foundation.identity;

import java.util.List;

/**
 * Asks everybody who knows tokens, in order, and gives whoever is known their standing on this node. Thread safe.
 */
public final class Doorkeeper implements Authenticator {
    private final List<Authenticator> authenticators;
    private final Standing standing;

    public Doorkeeper(List<Authenticator> authenticators, Standing standing) {
        this.authenticators = List.copyOf(authenticators);
        this.standing = standing;
    }

    @Override
    public Recognition recognise(String token) {
        Recognition answer = Recognition.UNKNOWN;
        for (Authenticator authenticator : authenticators) {
            Recognition recognised = authenticator.recognise(token);
            if (recognised instanceof Recognition.Known known) {
                return standing.of(known.caller());
            }
            if (recognised instanceof Recognition.Unavailable) {
                answer = recognised;
            }
        }
        return answer;
    }
}
