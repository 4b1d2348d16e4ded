package org.planisphere.planner.federation;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;

/** Another planner, with what we know of it and how busy we keep it. Thread safe. */
final class Peer {
    private static final Duration DECLINED = Duration.ofMinutes(5);
    private static final int MOST_KINDS = 1000;

    private final PeerSettings settings;
    private final PlannerClient client;
    private final Breaker breaker;
    private final int atOnce;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Reputation reputation;
    private final Map<String, Instant> declined = new ConcurrentHashMap<>();
    private volatile long heard;

    Peer(PeerSettings settings, Breaker breaker, int atOnce, Reputation reputation) {
        this.settings = settings;
        this.reputation = reputation;
        this.client = PlannerClient.at(settings.base()).withRepeats(1);
        this.breaker = breaker;
        this.atOnce = atOnce;
    }

    String name() {
        return settings.name();
    }

    URI base() {
        return settings.base();
    }

    /** Anonymous, without headers. */
    PlannerClient client() {
        return client;
    }

    Reputation reputation() {
        return reputation;
    }

    /** Whether a call may begin now, and if not why. Whoever gets {@code FREE} calls {@link #end}. */
    Gate begin(Instant now) {
        if (underWay.incrementAndGet() > atOnce) {
            underWay.decrementAndGet();
            return Gate.BUSY;
        }
        if (!breaker.asks(now)) {
            underWay.decrementAndGet();
            return Gate.RESTING;
        }
        return Gate.FREE;
    }

    /** When it is worth asking again. */
    Instant restingUntil() {
        return breaker.until();
    }

    void end(boolean well, Instant now) {
        underWay.decrementAndGet();
        heard = well ? System.nanoTime() : 0;
        if (well) {
            breaker.succeeded();
        } else {
            breaker.failed(now);
        }
    }

    /** Whether its last call ended well and not longer ago than this: then there is, as a rule, an open connection. */
    boolean heardWithin(Duration time) {
        long last = heard;
        return last != 0 && System.nanoTime() - last < time.toNanos();
    }

    /** Whether a call may begin. */
    enum Gate {
        FREE,
        BUSY,
        RESTING
    }

    /** Whether an address is one of this planner's own. */
    boolean owns(URI address) {
        String base = settings.base().toString() + "/";
        String text = address.normalize().toString();
        return text.startsWith(base);
    }

    /** The most cores it has, where that is known. */
    @Nullable
    Long cores() {
        return settings.cores();
    }

    /** The most GiB of memory it has, where that is known. */
    @Nullable
    Long memory() {
        return settings.memory();
    }

    /** Remembers for a while that it does not run a kind. */
    void declined(String kind, Instant now) {
        if (declined.size() < MOST_KINDS) {
            declined.put(kind, now.plus(DECLINED));
        }
    }

    /** Whether these are the kinds it is asked for; empty for all. */
    boolean askedFor(Set<String> kinds) {
        return settings.kinds().equals(kinds);
    }

    /** Why it need not be asked for a kind; null when it is to be asked. */
    @Nullable
    String against(KindRef kind, Instant now) {
        Kind known = kind.kind();
        if (!settings.kinds().isEmpty() && (known == null || !settings.kinds().contains(known.name()))) {
            return "it is not asked for this kind";
        }
        String name = name(kind);
        Instant until = declined.get(name);
        if (until != null && now.isBefore(until)) {
            return "it said lately that it does not run this kind";
        }
        declined.remove(name);
        return null;
    }

    static String name(KindRef kind) {
        Kind known = kind.kind();
        return known == null ? kind.uri() : known.vocabulary() + "/" + known.group() + "/" + known.name();
    }

    /** How near the data are: the share of locations whose host is this planner's own or said to be near; 1 without any. */
    double nearness(List<DataRequest> data) {
        int known = 0;
        int near = 0;
        for (DataRequest one : data) {
            String host = host(one.location());
            if (!host.isEmpty()) {
                known++;
                if (host.equals(settings.base().getHost().toLowerCase(Locale.ROOT))
                        || settings.near().contains(host)) {
                    near++;
                }
            }
        }
        return known == 0 ? 1 : (double) near / known;
    }

    private static String host(@Nullable String location) {
        try {
            String host = location == null ? null : URI.create(location.strip()).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    @Override
    public String toString() {
        return settings.name();
    }
}
