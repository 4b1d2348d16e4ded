package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Json;

/**
 * A session being watched. Ends with the session, with {@link #close}, or when the planner refuses or has been out of reach
 * for ten minutes.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public final class Watch implements AutoCloseable {
    /** A stream over which not even a comment comes for so long is taken for dead. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int LARGEST_EVENT = 1024 * 1024;
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 10_000;
    private static final Set<Integer> FINAL = Set.of(400, 401, 403, 404, 405, 406, 410);

    private final PlannerClient planner;
    private final Http http;
    private final URI session;
    private final Consumer<SessionEvent> consumer;
    private final CompletableFuture<Long> done = new CompletableFuture<>();

    private volatile long last;
    private volatile long lost;
    private volatile int failures;
    private volatile @Nullable Long pause;
    private volatile @Nullable CompletableFuture<?> exchange;

    Watch(PlannerClient planner, Http http, URI session, long after, Consumer<SessionEvent> consumer) {
        this.planner = planner;
        this.http = http;
        this.session = session;
        this.last = after;
        this.consumer = consumer;
    }

    /** Completes with the number of the last event when the session has ended or the watch was closed. */
    public CompletableFuture<Long> done() {
        return done;
    }

    /** Stops watching; events that are being delivered may still arrive. */
    @Override
    public void close() {
        done.complete(last);
        hangUp();
    }

    void start() {
        connect();
    }

    private void hangUp() {
        CompletableFuture<?> current = exchange;
        if (current != null) {
            current.cancel(true);
        }
    }

    private void connect() {
        if (done.isDone()) {
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "text/event-stream, application/problem+json;q=0.5");
        headers.put("Cache-Control", "no-store");
        if (last > 0) {
            headers.put("Last-Event-ID", Long.toString(last));
        }
        URI uri = Uris.under(session, "/events");
        EventStream stream = new EventStream(session, LARGEST_EVENT, new EventStream.Listener() {
            @Override
            public void event(String type, String id, byte[] data) {
                deliver(Watch.this.event(type, id, new String(data, StandardCharsets.UTF_8)));
            }

            @Override
            public void retry(long millis) {
                pause = Math.min(millis, PATIENCE.toMillis());
            }
        });
        CompletableFuture<HttpResponse<Boolean>> current =
                http.stream(new Http.Call("GET", uri, null, headers), stream::take);
        exchange = current;
        if (done.isDone()) {
            hangUp();
        }
        listenFor(stream, current);
        current.whenComplete((answer, thrown) -> {
            stream.end();
            ended(stream, thrown == null ? null : Http.root(thrown));
        });
    }

    /** Hangs up when nothing at all has come for too long. */
    private void listenFor(EventStream stream, CompletableFuture<?> current) {
        CompletableFuture.delayedExecutor(SILENCE.toMillis() / 3, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (stream.over() || done.isDone()) {
                        return;
                    }
                    if (System.nanoTime() - stream.heard() > SILENCE.toNanos()) {
                        current.cancel(true);
                    } else {
                        listenFor(stream, current);
                    }
                });
    }

    private void ended(EventStream stream, @Nullable Throwable cause) {
        if (done.isDone()) {
            return;
        }
        if (stream.served()) {
            failures = 0;
            lost = 0;
        }
        if (cause instanceof PlannerProblem problem) {
            if (FINAL.contains(problem.status())) {
                done.completeExceptionally(problem);
                return;
            }
            problem.retryAfter().ifPresent(wait -> pause = Math.min(wait.toMillis(), PATIENCE.toMillis()));
        } else if (cause instanceof EventStream.Unwelcome unwelcome) {
            done.completeExceptionally(unwelcome.getCause() == null ? unwelcome : unwelcome.getCause());
            return;
        } else if (cause instanceof ClientException known) {
            done.completeExceptionally(known);
            return;
        }
        if (cause == null) {
            // The planner closed it: perhaps there is nothing more to tell.
            planner.withTimeout(Duration.ofSeconds(10))
                    .sessionAsync(session)
                    .whenComplete((now, unknown) -> settle(now, unknown == null ? null : Http.root(unknown)));
        } else {
            again(cause);
        }
    }

    private void settle(@Nullable ExecutionSession now, @Nullable Throwable unknown) {
        if (now != null && Phases.terminal(now.phase)) {
            done.complete(last);
        } else if (unknown instanceof PlannerProblem problem && FINAL.contains(problem.status())) {
            done.completeExceptionally(problem);
        } else {
            again(unknown);
        }
    }

    private void again(@Nullable Throwable cause) {
        long now = System.nanoTime();
        if (lost == 0) {
            lost = now;
        }
        if (cause != null && now - lost > PATIENCE.toNanos()) {
            done.completeExceptionally(new NotReachable(
                    session, "has not been within reach for " + PATIENCE.toMinutes() + " minutes", cause));
            return;
        }
        Long asked = pause;
        pause = null;
        long wait = asked != null ? asked : Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures, 10));
        failures++;
        CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS).execute(this::connect);
    }

    private void deliver(SessionEvent event) {
        if (done.isDone() || event.id() > 0 && event.id() <= last) {
            return;
        }
        consumer.accept(event);
        last = Math.max(last, event.id());
        if (event.last()) {
            done.complete(last);
            hangUp();
        }
    }

    private SessionEvent event(String type, String number, String text) {
        JsonNode tree;
        try {
            tree = Json.mapper().readTree(text);
        } catch (IOException malformed) {
            throw new BadAnswer(session, "sends an event that is no JSON", malformed);
        }
        return SessionEvent.of(number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0, type, tree);
    }
}
