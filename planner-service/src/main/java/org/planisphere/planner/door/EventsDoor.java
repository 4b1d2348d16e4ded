package org.planisphere.planner.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.wire.codec.Json;

/**
 * A session's events as they happen. A watcher that was cut off names the last event it saw in {@code Last-Event-ID} and
 * misses nothing; the stream ends with the session. Nobody has to poll.
 *
 * <p>Besides what is stored, a stream tells {@code output} while a run writes: an event without a number whose values say
 * how many bytes of {@code stdout} and {@code stderr} there are to read. Who asks with {@code ?use=true} is told besides,
 * every two seconds of a run, what it has used so far, as far as its engine knows. A stream that has nothing to tell
 * sends a comment now and then, so that both sides notice when the other is gone. Before anything is sent it is looked
 * whether the watcher may still see it: with a token that has run out, or a session that is no longer shared, the stream
 * ends instead.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
@Path("/sessions/{uuid}/events")
public final class EventsDoor {
    private static final int BATCH = 500;
    private static final long QUIET = Duration.ofSeconds(15).toNanos();
    private static final long USE = Duration.ofSeconds(2).toNanos();
    /** So often an engine may know nothing of a run before it is not asked any more. */
    private static final int PATIENCE = 5;

    private final PlannerContext planner;
    private final Executor executor;
    private final Set<Watcher> open = ConcurrentHashMap.newKeySet();

    /** @param executor sends what is not an event; a slow client may take one of its threads */
    public EventsDoor(PlannerContext planner, Executor executor) {
        this.planner = planner;
        this.executor = executor;
    }

    /**
     * Looks whether any watched run has written something, and keeps quiet streams alive. Called by the planner twice a
     * second; asks the file system only, and does not block on clients.
     */
    public void beat() {
        for (Watcher watcher : open) {
            if (watcher.due() && watcher.waiting.compareAndSet(false, true)) {
                executor.execute(watcher::pulse);
            }
        }
    }

    /** Looks now whether everybody who watches still may, as when somebody has been suspended. Does not block. */
    public void lookAgain() {
        for (Watcher watcher : open) {
            executor.execute(watcher::pulse);
        }
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(
            @PathParam("uuid") String uuid,
            @HeaderParam("Last-Event-ID") @Nullable String last,
            @QueryParam("use") @Nullable String use,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context ContainerRequestContext call) {
        Session session = planner.sessions()
                .watched(planner.session(uuid, CallerFilter.caller(call)), CallerFilter.caller(call))
                .orElseThrow(ExecutionDoor::notFound);
        new Watcher(session, CallerFilter.again(call), number(last), ExecutionDoor.flag("use", use, false), sink, sse)
                .begin();
    }

    private static long number(@Nullable String last) {
        return last != null && last.strip().matches("[0-9]{1,18}") ? Long.parseLong(last.strip()) : 0;
    }

    /**
     * One open stream. What the hub tells is sent as it is where it comes next; where anything is missing before it, what
     * is new is read from the store, in order and without gaps. So a slow watcher never blocks another.
     */
    private final class Watcher {
        private final UUID session;
        private final Session watched;
        private final Supplier<Optional<Caller>> caller;
        private final WorkFolder folder;
        private final SseEventSink sink;
        private final Sse sse;
        private final AtomicBoolean waiting = new AtomicBoolean();
        private final @Nullable Platform platform;
        private volatile boolean uses;
        private volatile long used = System.nanoTime();
        private int unknown;
        private volatile Phase phase;
        private volatile long stdout;
        private volatile long stderr;
        private volatile long spoke = System.nanoTime();
        private long seen;
        private boolean sending;
        private boolean again;
        private EventHub.@Nullable Subscription subscription;

        Watcher(
                Session watched,
                Supplier<Optional<Caller>> caller,
                long seen,
                boolean uses,
                SseEventSink sink,
                Sse sse) {
            this.session = watched.id();
            this.watched = watched;
            this.caller = caller;
            this.platform = planner.platforms().stream()
                    .filter(one -> one.describe().id().equals(watched.offer().platform()))
                    .findFirst()
                    .orElse(null);
            this.uses = uses && platform != null;
            this.phase = watched.phase();
            this.folder = planner.folders().of(session);
            this.seen = seen;
            this.sink = sink;
            this.sse = sse;
        }

        void begin() {
            EventHub.Subscription made = planner.hub().subscribe(session, this::send);
            synchronized (this) {
                subscription = made;
            }
            sink.send(sse.newEventBuilder().comment("watching " + session).build());
            open.add(this);
            work(true, null);
        }

        /** Whether there is something to say that is no event. */
        boolean due() {
            return sink.isClosed()
                    || System.nanoTime() - spoke > QUIET
                    || usesDue()
                    || phase == Phase.RUNNING && (size(folder.stdout()) != stdout || size(folder.stderr()) != stderr);
        }

        void pulse() {
            waiting.set(false);
            work(false, null);
        }

        private void send(SessionEvent event) {
            work(true, event);
        }

        /** @param told by the hub just now */
        private void work(boolean events, @Nullable SessionEvent told) {
            SessionEvent next;
            synchronized (this) {
                if (sending) {
                    again |= events;
                    return;
                }
                if (told != null && told.number() <= seen) {
                    return;
                }
                sending = true;
                next = told != null && told.number() == seen + 1 ? told : null;
            }
            boolean ended = false;
            boolean look = events;
            while (true) {
                try {
                    if (!allowed()) {
                        ended = true;
                    } else if (next != null) {
                        ended = tell(next);
                        next = null;
                    } else if (look) {
                        ended = sendNew() || ended;
                    } else {
                        sendSizes();
                    }
                    look = true;
                } catch (RuntimeException unavailable) {
                    ended = true;
                }
                synchronized (this) {
                    if (ended || sink.isClosed()) {
                        close();
                        return;
                    }
                    if (!again) {
                        sending = false;
                        return;
                    }
                    again = false;
                }
            }
        }

        /** Whether who watches may see the session now. */
        private boolean allowed() {
            return caller.get()
                    .filter(now -> planner.sessions().visible(watched, now))
                    .isPresent();
        }

        /** Sends what has not been sent; whether that was all there will ever be. */
        private boolean sendNew() {
            return Telling.all(
                    () -> sink.isClosed() ? List.of() : planner.sessions().events(session, seen, BATCH),
                    BATCH,
                    () -> sink.isClosed() || ended(),
                    this::tell);
        }

        private boolean usesDue() {
            return uses && phase == Phase.RUNNING && System.nanoTime() - used > USE;
        }

        /** What the engine knows; one that does not count is not asked again. */
        private void sendUse() {
            used = System.nanoTime();
            try {
                if (platform != null && platform.observe(session) instanceof Observation.Running running) {
                    boolean known = !running.usage().equals(Observation.Usage.UNKNOWN);
                    uses = known || ++unknown < PATIENCE;
                    if (known) {
                        sink.send(sse.newEventBuilder()
                                .name("use")
                                .data(String.class, use(session, phase, running))
                                .build());
                        spoke = System.nanoTime();
                    }
                }
            } catch (RuntimeException unseen) {
                uses = false;
            }
        }

        /** Sends the event; whether it is the last one. */
        private boolean tell(SessionEvent event) {
            sink.send(sse.newEventBuilder()
                    .id(Long.toString(event.number()))
                    .name(event.type())
                    .data(String.class, json(event))
                    .build());
            seen = event.number();
            phase = event.phase();
            spoke = System.nanoTime();
            return event.phase().terminal();
        }

        private void sendSizes() {
            if (usesDue()) {
                sendUse();
                if (System.nanoTime() - spoke < QUIET
                        && size(folder.stdout()) == stdout
                        && size(folder.stderr()) == stderr) {
                    return;
                }
            }
            long out = size(folder.stdout());
            long err = size(folder.stderr());
            if (out == stdout && err == stderr || phase != Phase.RUNNING) {
                sink.send(sse.newEventBuilder().comment("still here").build());
            } else {
                stdout = out;
                stderr = err;
                sink.send(sse.newEventBuilder()
                        .name("output")
                        .data(String.class, sizes(session, phase, out, err))
                        .build());
            }
            spoke = System.nanoTime();
        }

        private boolean ended() {
            Optional<Session> now = planner.sessions().find(session);
            return now.isEmpty() || now.get().phase().terminal();
        }

        private void close() {
            open.remove(this);
            EventHub.Subscription made = subscription;
            if (made != null) {
                made.close();
            }
            sink.close();
        }
    }

    /** Bytes; 0 while there is no such file. */
    private static long size(java.nio.file.Path file) {
        try {
            return Files.size(file);
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static String sizes(UUID session, Phase phase, long stdout, long stderr) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("session", session.toString());
        document.put("time", Instant.now().toString());
        document.put("phase", phase.name());
        document.put("values", Map.of("stdout", Long.toString(stdout), "stderr", Long.toString(stderr)));
        return json(document);
    }

    private static String use(UUID session, Phase phase, Observation.Running running) {
        Observation.Usage usage = running.usage();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("session", session.toString());
        document.put("time", Instant.now().toString());
        document.put("phase", phase.name());
        document.put(
                "values",
                Map.of(
                        "began", running.since().toString(),
                        "cpuSeconds", Double.toString(usage.cpuSeconds()),
                        "peakMemory", Long.toString(usage.peakMemory()),
                        "storage", Long.toString(usage.storage())));
        return json(document);
    }

    private static String json(SessionEvent event) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("session", event.session().toString());
        document.put("number", event.number());
        document.put("time", event.at().toString());
        document.put("phase", event.phase().name());
        document.put("code", event.message().code());
        document.put("message", event.message().text());
        document.put("values", event.message().values());
        return json(document);
    }

    private static String json(Map<String, Object> document) {
        try {
            return Json.mapper().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }
}
