package org.planisphere.planner.federation;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.wire.Connector;
import org.planisphere.wire.ExecutionSession;

/**
 * The ways into a run that another planner tells of, such as a notebook's or a port's address. They are told on as they
 * are: whoever uses one goes there directly. What is read through this planner anyway, and what is no address of such a
 * sort, is left out.
 */
final class Ways {
    private static final int MOST = 20;
    private static final int LONGEST = 2000;
    private static final Set<String> OURS = Set.of("events", "stdout", "stderr", "results");
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss", "tcp", "udp");

    private Ways() {}

    /** Those that are open now. */
    static List<LiveConnector> into(ExecutionSession original) {
        List<Connector> told = original.connectors == null ? List.of() : original.connectors;
        return told.stream()
                .map(Ways::open)
                .flatMap(Optional::stream)
                .limit(MOST)
                .toList();
    }

    private static Optional<LiveConnector> open(Connector connector) {
        String name = name(connector.kind);
        if (!"AVAILABLE".equals(connector.status) || OURS.contains(name) || !name.matches("[a-z][a-z-]{0,39}")) {
            return Optional.empty();
        }
        return address(connector.location).map(address -> {
            String protocol = connector.protocol == null ? "" : connector.protocol;
            String scheme = address.getScheme().toUpperCase(Locale.ROOT);
            return new LiveConnector(name, protocol.matches("[A-Z]{2,10}") ? protocol : scheme, address.toString(), 0);
        });
    }

    private static String name(@Nullable String kind) {
        String text = kind == null ? "" : kind.replaceFirst("[.]ya?ml$", "");
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static Optional<URI> address(@Nullable String location) {
        try {
            URI address = URI.create(location == null || location.length() > LONGEST ? "" : location);
            boolean good = address.getScheme() != null
                    && SCHEMES.contains(address.getScheme().toLowerCase(Locale.ROOT))
                    && address.getHost() != null
                    && address.getUserInfo() == null;
            return good ? Optional.of(address) : Optional.empty();
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
