package org.planisphere.foundation.identity;

import java.util.List;
import java.util.function.Supplier;

/**
 * Asks everybody who knows tokens, in order, and gives whoever is known their standing on this node. Thread safe.
 */
public final class Doorkeeper implements Authenticator {
    private final List<Authenticator> authenticators;
    private final Supplier<Standing> standing;

    /** A doorkeeper for whom standing never changes. */
    public Doorkeeper(List<Authenticator> authenticators, Standing standing) {
        this(authenticators, () -> standing);
    }

    /** @param standing asked at every call */
    public Doorkeeper(List<Authenticator> authenticators, Supplier<Standing> standing) {
        this.authenticators = List.copyOf(authenticators);
        this.standing = standing;
    }

    @Override
    public Recognition recognise(String token) {
        Recognition answer = Recognition.UNKNOWN;
        for (Authenticator authenticator : authenticators) {
            Recognition recognised = authenticator.recognise(token);
            if (recognised instanceof Recognition.Known known) {
                return standing.get().of(known.caller());
            }
            if (recognised instanceof Recognition.Weak) {
                return recognised;
            }
            if (recognised instanceof Recognition.Unavailable) {
                answer = recognised;
            }
        }
        return answer;
    }
}
