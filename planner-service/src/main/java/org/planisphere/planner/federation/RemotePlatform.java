package org.planisphere.planner.federation;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.PlannerProblem;
import org.planisphere.client.Updates;
import org.planisphere.client.Watch;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Prices;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Message;
import org.planisphere.wire.Update;

/**
 * Other planners as a platform: what runs here runs there. The original's phase is what there is to see; its events tell
 * of changes, and where a planner has no events it is looked at now and then. Thread safe.
 */
public final class RemotePlatform implements Platform {
    private static final System.Logger LOG = System.getLogger(RemotePlatform.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration STOPPING = Duration.ofSeconds(60);
    private static final long FIRST_LOOK = 500;
    private static final long LONGEST_LOOK = 15_000;

    private final FederationSettings settings;
    private final PlatformDescription description;
    private final Changes changes = new Changes();
    private final Map<UUID, Following> followed = new ConcurrentHashMap<>();
    private volatile Consumer<UUID> listener = session -> {};
    private volatile @Nullable Bonds bonds;

    /**
     * What the platform needs of the planner it is part of; known only when that is put together.
     *
     * @param seen told of every original that is observed
     */
    record Bonds(
            Function<UUID, Optional<Link>> links,
            Roster roster,
            Callers callers,
            ScheduledExecutorService clockwork,
            Clock clock,
            BiConsumer<Link, ExecutionSession> seen) {}

    RemotePlatform(FederationSettings settings) {
        this.settings = settings;
        PlatformSettings common = settings.platform();
        this.description = new PlatformDescription(
                common.id(),
                common.name(),
                common.description(),
                Amounts.WITHOUT_LIMIT,
                common.kinds().isEmpty() ? Set.copyOf(Kind.EXECUTABLES) : common.kinds(),
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE, Kind.PERSISTENT_STORAGE),
                Set.of(Kind.SIMPLE_DATA, Kind.S3_DATA, Kind.RUCIO_DATA, Kind.IVOA_DATA, Kind.SKAO_DATA, Kind.OUTPUT),
                Set.of("http", "https"),
                List.of(),
                new Prices(PlatformSettings.EURO, "EUR", 0, 0, 0, 0, 0),
                Duration.ZERO,
                Duration.ZERO,
                common.usual(),
                common.longest(),
                common.horizon(),
                true,
                Map.of(),
                List.of());
    }

    FederationSettings settings() {
        return settings;
    }

    void bind(Bonds with) {
        this.bonds = with;
    }

    private Bonds bonds() {
        Bonds bound = bonds;
        if (bound == null) {
            throw new IllegalStateException("a remote platform works only as part of a federation");
        }
        return bound;
    }

    @Override
    public PlatformDescription describe() {
        return description;
    }

    /** Nothing is decided here: the others are asked. */
    @Override
    public List<Objection> examine(Task task) {
        return List.of();
    }

    @Override
    public boolean waits() {
        return true;
    }

    /** The original was accepted before its stand-in was; here it is only looked after. */
    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        Link link = link(work.session());
        if (link == null) {
            throw new PlatformException("the other planner's session is not known any more");
        }
        ExecutionSession now = read(link);
        if (now == null) {
            throw new PlatformException(link.original().planner() + " does not know the session any more");
        }
        if ("OFFERED".equals(now.phase)) {
            try {
                accept(link, false);
            } catch (PlannerProblem e) {
                throw new PlatformException(
                        link.original().planner() + " does not give it any more: " + e.getMessage(), e);
            }
        }
        progress.accept("It is at " + link.original().planner() + ".");
        follow(link);
    }

    @Override
    public void start(Work work) {
        // It starts there by itself.
    }

    @Override
    public Observation observe(UUID session) {
        Link link = link(session);
        if (link == null) {
            return new Observation.Absent();
        }
        ExecutionSession now = read(link);
        if (now == null) {
            return new Observation.Absent();
        }
        bonds().seen().accept(link, now);
        String phase = now.phase == null ? "" : now.phase;
        Instant modified = now.meta != null && now.meta.modified != null
                ? now.meta.modified
                : bonds().clock().instant();
        switch (phase) {
            case "OFFERED", "INITIAL" -> {
                return new Observation.Absent();
            }
            case "ACCEPTED", "WAITING", "PREPARING", "AVAILABLE" -> {
                follow(link);
                return new Observation.Pending(
                        "it is " + phase + " at " + link.original().planner());
            }
            case "RUNNING", "RELEASING" -> {
                follow(link);
                Following following = followed.get(session);
                if (following != null) {
                    following.ways = Ways.into(now);
                    if (following.began == null) {
                        following.began = modified;
                    }
                }
                return new Observation.Running(began(session, modified), Observation.Usage.UNKNOWN);
            }
            case "COMPLETED" -> {
                return ended(link, now, Observation.End.SUCCEEDED, 0, modified);
            }
            case "CANCELLED" -> {
                return ended(link, now, Observation.End.CANCELLED, -1, modified);
            }
            case "FAILED" -> {
                return ended(link, now, failure(now), exitCode(now), modified);
            }
            default -> {
                return ended(link, now, Observation.End.LOST, -1, modified);
            }
        }
    }

    /** As the other planner told them when the session was observed last. */
    @Override
    public List<LiveConnector> connectors(UUID session) {
        Following following = followed.get(session);
        return following == null ? List.of() : following.ways;
    }

    @Override
    public void onChange(Consumer<UUID> told) {
        listener = told;
    }

    /** Asks the other planner to stop it, and waits until it has. */
    @Override
    public void cancel(UUID session) {
        Link link = link(session);
        if (link == null) {
            return;
        }
        long deadline = System.nanoTime() + STOPPING.toNanos();
        long pause = 50;
        while (System.nanoTime() < deadline) {
            ExecutionSession now = read(link);
            if (now == null || terminal(now.phase)) {
                return;
            }
            if ("OFFERED".equals(now.phase)) {
                withdraw(link);
                return;
            }
            try {
                client(link)
                        .updateAsync(link.original().session(), Updates.phase("CANCELLED"), "cancel-" + session)
                        .join();
            } catch (java.util.concurrent.CompletionException e) {
                if (!(e.getCause() instanceof PlannerProblem)) {
                    throw unreachable(link, e);
                }
                // Not an option any more: it is ending.
            }
            try {
                Thread.sleep(pause);
                pause = Math.min(2000, pause * 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unreachable(link, e);
            }
        }
        throw new IllegalStateException(link.original().planner() + " has not stopped the session yet");
    }

    /** The original was changed before its stand-in was. */
    @Override
    public void prolong(UUID session, Duration duration) {
        // Nothing is left to do.
    }

    /** Results stay where they are, and are read from there. */
    @Override
    public void release(Work work) {
        Following following = followed.remove(work.session());
        if (following != null) {
            following.close();
        }
        changes.forget(work.session());
    }

    @Override
    public void forget(UUID session) {
        Link link = link(session);
        if (link != null) {
            client(link).deleteAsync(link.original().session()).exceptionally(gone -> {
                LOG.log(System.Logger.Level.DEBUG, "an original could not be deleted: " + gone.getMessage());
                return null;
            });
        }
    }

    @Override
    public void close() {
        followed.values().forEach(Following::close);
        followed.clear();
        Bonds bound = bonds;
        if (bound != null) {
            bound.clockwork().shutdownNow();
        }
    }

    // For the federation.

    /**
     * Accepts an original; doing it twice is harmless.
     *
     * @param delegates whether its data are to be fetched in the caller's name
     * @throws ClientException when it is refused there, or nobody answers
     */
    void accept(Link link, boolean delegates) {
        try {
            PlannerClient client = client(link);
            ExecutionSession now = (delegates ? client.delegating() : client)
                    .updateAsync(link.original().session(), Updates.phase("ACCEPTED"), "accept-" + link.session())
                    .join();
            changes.learn(link.session(), now);
        } catch (java.util.concurrent.CompletionException e) {
            throw known(e);
        }
    }

    /**
     * Changes an original. The update sets a value, so doing it twice is harmless.
     *
     * @throws ClientException when it is refused there, or nobody answers
     */
    ExecutionSession change(Link link, Update update) {
        try {
            ExecutionSession now = client(link)
                    .updateAsync(link.original().session(), update, "change-" + UUID.randomUUID())
                    .join();
            changes.learn(link.session(), now);
            return now;
        } catch (java.util.concurrent.CompletionException e) {
            throw known(e);
        }
    }

    private static RuntimeException known(java.util.concurrent.CompletionException e) {
        return e.getCause() instanceof ClientException known ? known : e;
    }

    Changes changes() {
        return changes;
    }

    /** Gives back what an original holds, when it is still only offered; does not block. */
    void withdraw(Link link) {
        client(link)
                .updateAsync(link.original().session(), Updates.phase("REJECTED"), "reject-" + link.session())
                .exceptionally(gone -> null);
    }

    PlannerClient client(Link link) {
        return bonds().callers().client(link.original().base(), link.owner()).withTimeout(PATIENCE);
    }

    /** The original as it is now; null when it is gone. */
    @Nullable
    ExecutionSession read(Link link) {
        try {
            ExecutionSession now = client(link).session(link.original().session());
            changes.learn(link.session(), now);
            return now;
        } catch (PlannerProblem e) {
            if (e.status() == 404 || e.status() == 410) {
                return null;
            }
            throw e;
        }
    }

    // Below.

    private @Nullable Link link(UUID session) {
        return bonds().links().apply(session).orElse(null);
    }

    private Instant began(UUID session, Instant fallback) {
        Following following = followed.get(session);
        return following == null || following.began == null ? fallback : following.began;
    }

    private Observation.Ended ended(Link link, ExecutionSession now, Observation.End end, int exitCode, Instant until) {
        String said = "";
        if (now.meta != null && now.meta.messages != null) {
            for (Message message : now.meta.messages) {
                if ("ERROR".equals(message.level) && message.message != null) {
                    said = message.message.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
                }
            }
        }
        String detail = link.original().planner() + " says: "
                + (said.isEmpty() ? String.valueOf(now.phase).toLowerCase(java.util.Locale.ROOT) + "." : said);
        Instant since = began(link.session(), until);
        return new Observation.Ended(
                end,
                exitCode,
                since.isAfter(until) ? until : since,
                until,
                Observation.Usage.UNKNOWN,
                detail.length() > 1000 ? detail.substring(0, 1000) + "…" : detail);
    }

    private static Observation.End failure(ExecutionSession now) {
        String codes = "";
        if (now.meta != null && now.meta.messages != null) {
            for (Message message : now.meta.messages) {
                codes += " " + message.kind;
            }
        }
        return codes.contains("out-of-memory")
                ? Observation.End.OUT_OF_MEMORY
                : codes.contains("out-of-time")
                        ? Observation.End.OUT_OF_TIME
                        : codes.contains("out-of-storage")
                                ? Observation.End.OUT_OF_STORAGE
                                : codes.contains("run-lost") ? Observation.End.LOST : Observation.End.FAILED;
    }

    private static int exitCode(ExecutionSession now) {
        if (now.meta != null && now.meta.messages != null) {
            for (Message message : now.meta.messages) {
                String code =
                        message.values == null ? null : message.values.asMap().get("exitCode");
                if (code != null && code.matches("-?[0-9]{1,6}")) {
                    return Integer.parseInt(code);
                }
            }
        }
        return -1;
    }

    private static boolean terminal(@Nullable String phase) {
        return phase != null
                && Set.of("COMPLETED", "FAILED", "CANCELLED", "REJECTED", "EXPIRED")
                        .contains(phase);
    }

    private static IllegalStateException unreachable(Link link, Throwable cause) {
        return new IllegalStateException(link.original().planner() + " cannot be reached", cause);
    }

    private void follow(Link link) {
        followed.computeIfAbsent(link.session(), session -> new Following(link)).begin();
    }

    /** Looks after one original until it has ended. */
    private final class Following implements AutoCloseable {
        private final Link link;
        private @Nullable Watch watch;
        private boolean begun;
        private volatile boolean closed;
        private volatile @Nullable Instant began;
        private volatile List<LiveConnector> ways = List.of();
        private long pause = FIRST_LOOK;

        Following(Link link) {
            this.link = link;
        }

        synchronized void begin() {
            if (begun || closed) {
                return;
            }
            begun = true;
            URI session = link.original().session();
            Watch made = client(link).watchAsync(session, 0, event -> {
                if ("RUNNING".equals(event.phase()) && began == null) {
                    began = event.time().orElse(null);
                }
                if (event.phase() != null) {
                    listener.accept(link.session());
                }
            });
            watch = made;
            made.done().whenComplete((last, thrown) -> {
                if (thrown == null) {
                    listener.accept(link.session());
                } else {
                    // No events there, or not for us: look now and then.
                    look();
                }
            });
        }

        private void look() {
            ScheduledExecutorService clockwork = bonds().clockwork();
            if (closed || clockwork.isShutdown()) {
                return;
            }
            long wait = pause;
            pause = Math.min(LONGEST_LOOK, pause * 2);
            var unused = clockwork.schedule(
                    () -> {
                        if (!closed) {
                            listener.accept(link.session());
                            look();
                        }
                    },
                    wait,
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (watch != null) {
                watch.close();
            }
        }
    }
}
