package org.planisphere.planner.door;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;

/**
 * Who may come with a browser to what a run serves at an origin of its own: a host name for each session, at which there is
 * nothing else of the planner's. A ticket, good once and not for long, is got from the planner with one's usual credentials;
 * there it is exchanged for a pass that is good for that session only, and no longer than whatever its holder showed for
 * the ticket. Kept in memory only; thread safe. See ADR 33.
 */
public final class LivePasses {
    /** The request's property, told by the server, of the session whose own origin a call came to. */
    public static final String SESSION = "org.planisphere.live.session";

    static final Duration TICKET = Duration.ofSeconds(60);
    static final Duration PASS = Duration.ofHours(12);
    static final int MOST = 10_000;

    private static final Pattern HOST = Pattern.compile("(?i)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[.](.+)");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable URI base;
    private final LongSupplier clock;
    private final Kept tickets = new Kept();
    private final Kept passes = new Kept();

    /**
     * What a ticket or a pass is good for.
     *
     * @param to path and query where its holder begins
     * @param caller who that is whenever it is asked; empty when what was shown is good no more
     * @param until by the clock, in nanoseconds
     */
    public record Pass(UUID session, String to, Supplier<Optional<Caller>> caller, long until) {}

    /** The oldest go when there are too many. */
    private static final class Kept extends LinkedHashMap<String, Pass> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pass> eldest) {
            return size() > MOST;
        }
    }

    /**
     * @param base below whose host every session has a host name; null when they have none
     * @param clock in nanoseconds, such as {@code System::nanoTime}
     */
    LivePasses(@Nullable URI base, LongSupplier clock) {
        this.base = base;
        this.clock = clock;
    }

    /** With an address that is told, or else, for a node on this machine alone, below {@code localhost}. */
    public static LivePasses of(Optional<URI> told, URI node) {
        URI base = told.orElse(null);
        if (base == null && String.valueOf(node.getHost()).matches("localhost|127(\\.[0-9]{1,3}){3}")) {
            String port = node.getPort() < 0 ? "" : ":" + node.getPort();
            base = URI.create(node.getScheme() + "://localhost" + port);
        }
        return new LivePasses(base, System::nanoTime);
    }

    /** The session's own origin; empty where sessions have none. */
    public Optional<String> origin(UUID session) {
        return base == null
                ? Optional.empty()
                : Optional.of(base.getScheme() + "://" + session + "." + base.getRawAuthority());
    }

    /** The session whose own host this is. */
    public Optional<UUID> session(@Nullable String host) {
        Matcher named = HOST.matcher(host == null ? "" : host);
        return base != null && named.matches() && named.group(2).equalsIgnoreCase(base.getRawAuthority())
                ? Optional.of(UUID.fromString(named.group(1).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    /** Under this name browsers keep a pass. */
    String cookie() {
        return secure() ? "__Host-planisphere-live" : "planisphere-live";
    }

    boolean secure() {
        return base != null && "https".equalsIgnoreCase(base.getScheme());
    }

    /** A ticket for whoever has shown that the session is theirs. */
    synchronized String ticket(UUID session, String to, Supplier<Optional<Caller>> caller) {
        String ticket = random();
        tickets.put(ticket, new Pass(session, to, caller, clock.getAsLong() + TICKET.toNanos()));
        return ticket;
    }

    /** What browsers keep for a ticket, and where it leads. */
    record Entered(String secret, String to) {}

    /** Exchanges a ticket, which is good for nothing afterwards; empty when it is good for nothing here. */
    synchronized Optional<Entered> enter(String ticket, UUID session) {
        Pass told = tickets.remove(ticket);
        if (told == null || !good(told, session)) {
            return Optional.empty();
        }
        String secret = random();
        passes.put(secret, new Pass(session, told.to(), told.caller(), clock.getAsLong() + PASS.toNanos()));
        return Optional.of(new Entered(secret, told.to()));
    }

    /** The pass among a call's cookies that is good for this session. */
    public Optional<Pass> pass(@Nullable String cookies, UUID session) {
        for (String pair : cookies == null ? new String[0] : cookies.split(";", -1)) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(cookie())) {
                Optional<Pass> found = known(parts[1]).filter(pass -> good(pass, session));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private synchronized Optional<Pass> known(String secret) {
        return Optional.ofNullable(passes.get(secret));
    }

    private boolean good(Pass pass, UUID session) {
        return pass.session().equals(session) && pass.until() - clock.getAsLong() > 0;
    }

    /** The session whose own origin the call came to; empty for one to the planner itself. */
    static Optional<UUID> asked(ContainerRequestContext call) {
        return call.getProperty(SESSION) instanceof UUID session ? Optional.of(session) : Optional.empty();
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
