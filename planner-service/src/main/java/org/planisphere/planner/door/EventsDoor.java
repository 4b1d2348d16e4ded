package org.planisphere.planner.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.wire.codec.Json;

/**
 * A session's events as they happen. A watcher that was cut off names the last event it saw in {@code Last-Event-ID} and
 * misses nothing; the stream ends with the session. Nobody has to poll.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
@Path("/sessions/{uuid}/events")
public final class EventsDoor {
    private static final int BATCH = 500;

    private final PlannerContext planner;

    public EventsDoor(PlannerContext planner) {
        this.planner = planner;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(
            @PathParam("uuid") String uuid,
            @HeaderParam("Last-Event-ID") @Nullable String last,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context ContainerRequestContext call) {
        Session session = planner.sessions()
                .find(ExecutionDoor.uuid(uuid), CallerFilter.caller(call))
                .orElseThrow(ExecutionDoor::notFound);
        new Watcher(session.id(), number(last), sink, sse).begin();
    }

    private static long number(@Nullable String last) {
        return last != null && last.strip().matches("[0-9]{1,18}") ? Long.parseLong(last.strip()) : 0;
    }

    /**
     * One open stream. What is new is always read from the store, in order and without gaps; the hub only says that there
     * is something. So a slow watcher holds nothing in memory and never blocks another.
     */
    private final class Watcher {
        private final UUID session;
        private final SseEventSink sink;
        private final Sse sse;
        private long seen;
        private boolean sending;
        private boolean again;
        private EventHub.@Nullable Subscription subscription;

        Watcher(UUID session, long seen, SseEventSink sink, Sse sse) {
            this.session = session;
            this.seen = seen;
            this.sink = sink;
            this.sse = sse;
        }

        void begin() {
            EventHub.Subscription made = planner.hub().subscribe(session, event -> send());
            synchronized (this) {
                subscription = made;
            }
            sink.send(sse.newEventBuilder().comment("watching " + session).build());
            send();
        }

        private void send() {
            synchronized (this) {
                if (sending) {
                    again = true;
                    return;
                }
                sending = true;
            }
            boolean ended = false;
            while (true) {
                try {
                    ended = sendNew() || ended;
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

        private boolean sendNew() {
            while (!sink.isClosed()) {
                List<SessionEvent> events = planner.sessions().events(session, seen, BATCH);
                for (SessionEvent event : events) {
                    sink.send(sse.newEventBuilder()
                            .id(Long.toString(event.number()))
                            .name(event.type())
                            .data(String.class, json(event))
                            .build());
                    seen = event.number();
                }
                if (events.size() < BATCH) {
                    boolean last = !events.isEmpty()
                            && events.get(events.size() - 1).phase().terminal();
                    return last || (events.isEmpty() && ended());
                }
            }
            return true;
        }

        private boolean ended() {
            Optional<Session> now = planner.sessions().find(session);
            return now.isEmpty() || now.get().phase().terminal();
        }

        private void close() {
            EventHub.Subscription made = subscription;
            if (made != null) {
                made.close();
            }
            sink.close();
        }
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
        try {
            return Json.mapper().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }
}
