package org.planisphere.planner.federation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;

/**
 * Who we are to another planner when we call it for somebody: nobody, ourselves, or the caller. A credential goes only to
 * a planner that is one of the federation's now. Thread safe; blocks on the token endpoint where there is one.
 */
final class Callers {
    private static final System.Logger LOG = System.getLogger(Callers.class.getName());

    private final FederationSettings.Identity identity;
    private final Credentials credentials;
    private final Roster roster;
    private final @Nullable TokenExchange exchange;

    Callers(FederationSettings.Identity identity, Credentials credentials, Roster roster, Clock clock) {
        this.identity = identity;
        this.credentials = credentials;
        this.roster = roster;
        this.exchange = identity.exchange() == null ? null : new TokenExchange(identity.exchange(), clock);
    }

    /** The client of a planner for what is done on behalf of a caller. */
    PlannerClient client(URI base, String owner) {
        PlannerClient anonymous = PlannerClient.at(base);
        return roster.at(base).isPresent() ? anonymous.withToken(token(base, owner)) : anonymous;
    }

    /** As {@link #client}, for a planner of the federation. */
    PlannerClient client(Peer peer, String owner) {
        return peer.client().withToken(token(peer.base(), owner));
    }

    /** Whether a planner is shown a token of the caller's own. */
    boolean themselves(URI base, String owner) {
        return roster.at(base).isPresent()
                && credentials.of(owner) != null
                && (identity.mode() == FederationSettings.Identity.Mode.PASS
                        || identity.mode() == FederationSettings.Identity.Mode.EXCHANGE);
    }

    private @Nullable String token(URI base, String owner) {
        String own = credentials.of(owner);
        return switch (identity.mode()) {
            case ANONYMOUS -> null;
            case SERVICE -> service();
            case PASS -> own == null ? service() : own;
            case EXCHANGE -> own == null ? service() : exchanged(base, own);
        };
    }

    private @Nullable String exchanged(URI base, String own) {
        try {
            return exchange == null ? null : exchange.exchange(own, base);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no token for another planner: " + e.getMessage());
            return null;
        }
    }

    private @Nullable String service() {
        Path file = identity.token();
        try {
            return file == null ? null : FederationSettings.secret(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the service's token cannot be read");
            return null;
        }
    }
}
