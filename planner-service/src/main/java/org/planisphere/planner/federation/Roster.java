package org.planisphere.planner.federation;

import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.planisphere.client.ClientException;
import org.planisphere.client.RegistryClient;
import org.planisphere.planner.task.Kind;

/**
 * The planners of a federation: those the operator names, and those a registry lists, looked at again and again. A
 * registry that is silent takes nobody away. Thread safe.
 */
final class Roster {
    private static final System.Logger LOG = System.getLogger(Roster.class.getName());
    private static final int MOST_FOUND = 10_000;

    private final FederationSettings settings;
    private final String ourselves;
    private final Function<URI, Reputation> reputations;

    /** Addresses that the operator named. */
    private final Set<URI> named;

    private volatile Map<URI, Peer> peers;

    /** @param ourselves name of our own address: a registry may list us too */
    Roster(FederationSettings settings, String ourselves, Function<URI, Reputation> reputations) {
        this.settings = settings;
        this.reputations = reputations;
        this.ourselves = ourselves;
        Map<URI, Peer> first = new LinkedHashMap<>();
        settings.planners().forEach(planner -> first.put(planner.base(), peer(planner)));
        this.named = Set.copyOf(first.keySet());
        this.peers = first;
    }

    Collection<Peer> peers() {
        return Collections.unmodifiableCollection(peers.values());
    }

    /** The planner with this address, if it is still one of ours. */
    Optional<Peer> at(URI base) {
        return Optional.ofNullable(peers.get(base));
    }

    /** Looks at the registry now and then, and keeps connections alive. */
    void begin(ScheduledExecutorService clockwork) {
        if (settings.registry() != null) {
            var unused = clockwork.scheduleWithFixedDelay(
                    this::refresh, 0, settings.refresh().toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!settings.warm().isZero()) {
            var unused = clockwork.scheduleWithFixedDelay(
                    this::warm, 0, Math.max(1000, settings.warm().toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    /** Opens a connection to everybody who was not heard lately, so that the next question need not. */
    void warm() {
        for (Peer peer : peers.values()) {
            if (!peer.heardWithin(settings.warm().dividedBy(2)) && allowed(peer.base())) {
                var unused = peer.client().withTimeout(settings.budget()).touchAsync();
            }
        }
    }

    void refresh() {
        URI registry = settings.registry();
        if (registry == null) {
            return;
        }
        try {
            Map<URI, Peer> all = new LinkedHashMap<>();
            for (PeerSettings planner : settings.planners()) {
                all.put(planner.base(), at(planner.base()).orElseGet(() -> peer(planner)));
            }
            RegistryClient.at(registry).planners().stream().limit(MOST_FOUND).forEach(entry -> {
                for (URI url : entry.accessUrls(RegistryClient.EXECUTION_BROKER)) {
                    URI base = URI.create(url.toString().replaceAll("/+$", ""));
                    if (!all.containsKey(base)
                            && !Trip.nameOf(base.toString()).equals(ourselves)
                            && settings.found().allowsNow(base)) {
                        String title = entry.title()
                                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                                .strip();
                        String name = title.isEmpty() ? base.getAuthority() : title;
                        PeerSettings found = new PeerSettings(name, base, List.of(), kinds(entry), null, null);
                        all.put(
                                base,
                                at(base).filter(peer -> peer.askedFor(found.kinds()))
                                        .orElseGet(() -> peer(found)));
                    }
                }
            });
            peers = all;
        } catch (ClientException | IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the registry of federation " + settings.platform().id()
                            + " is not read; its planners stay as they were: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the registry of a federation is not read", e);
        }
    }

    /** The kinds that the registry says a planner runs; empty when it does not know, and the planner is asked for all. */
    private static Set<String> kinds(RegistryClient.Entry entry) {
        Set<String> kinds = new HashSet<>();
        for (Kind kind : Kind.EXECUTABLES) {
            String end = "/" + kind.name();
            if (entry.kinds().stream().anyMatch(uri -> uri.endsWith(end) || uri.endsWith(end + ".yaml"))) {
                kinds.add(kind.name());
            }
        }
        return kinds;
    }

    /** Whether calls may go there now: what the operator named may be anywhere, what a registry named only where allowed. */
    boolean allowed(URI base) {
        return named.contains(base) || settings.found().allowsNow(base);
    }

    /** Whether an address on the host of a planner of ours may be called now. */
    boolean reaches(URI base, URI address) {
        return at(base).isPresent() && (named.contains(base) || settings.found().allowsNow(address));
    }

    private Peer peer(PeerSettings planner) {
        return new Peer(
                planner,
                new Breaker(settings.failures(), settings.rest()),
                settings.atOnce(),
                reputations.apply(planner.base()));
    }
}
