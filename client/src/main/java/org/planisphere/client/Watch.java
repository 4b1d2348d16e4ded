package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
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

    private static final Duration USEFUL = Duration.ofSeconds(5);

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
        Stream stream = new Stream();
        CompletableFuture<HttpResponse<Boolean>> current =
                http.stream(new Http.Call("GET", uri, null, headers), answer -> {
                    boolean events = answer.statusCode() == 200
                            && answer.headers()
                                    .firstValue("Content-Type")
                                    .orElse("")
                                    .startsWith("text/event-stream");
                    return events ? stream : new Refusal(uri, answer);
                });
        exchange = current;
        if (done.isDone()) {
            hangUp();
        }
        listenFor(stream, current);
        current.whenComplete((answer, thrown) -> {
            stream.over = true;
            ended(stream, thrown == null ? null : Http.root(thrown));
        });
    }

    /** Hangs up when nothing at all has come for too long. */
    private void listenFor(Stream stream, CompletableFuture<?> current) {
        CompletableFuture.delayedExecutor(SILENCE.toMillis() / 3, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (stream.over || done.isDone()) {
                        return;
                    }
                    if (System.nanoTime() - stream.heard > SILENCE.toNanos()) {
                        current.cancel(true);
                    } else {
                        listenFor(stream, current);
                    }
                });
    }

    private void ended(Stream stream, @Nullable Throwable cause) {
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
        } else if (cause instanceof Unwelcome unwelcome) {
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

    /** The consumer threw: its exception ends the watch. */
    private static final class Unwelcome extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unwelcome(Throwable cause) {
            super(cause);
        }
    }

    /** The lines of one connection, made into events. */
    private final class Stream implements BodySubscriber<Boolean> {
        private final CompletableFuture<Boolean> body = new CompletableFuture<>();
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final StringBuilder data = new StringBuilder();
        private volatile @Nullable Subscription subscription;
        private String type = "message";
        private String id = "";
        private boolean returned;
        private final long opened = System.nanoTime();
        volatile long heard = opened;
        volatile boolean delivered;
        volatile boolean over;

        /** Whether the connection was of use: something came, or it stood for a while. */
        boolean served() {
            return delivered || subscription != null && System.nanoTime() - opened > USEFUL.toNanos();
        }

        @Override
        public CompletionStage<Boolean> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            heard = System.nanoTime();
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            heard = System.nanoTime();
            Subscription source = subscription;
            if (source == null || body.isDone()) {
                return;
            }
            try {
                for (ByteBuffer buffer : buffers) {
                    while (buffer.hasRemaining()) {
                        take(buffer.get());
                    }
                }
                source.request(1);
            } catch (Unwelcome | BadAnswer ends) {
                source.cancel();
                body.completeExceptionally(ends);
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            body.complete(true);
        }

        private void take(byte next) {
            if (next == '\n' && returned) {
                returned = false;
                return;
            }
            returned = next == '\r';
            if (next == '\n' || next == '\r') {
                field(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (line.size() + data.length() >= LARGEST_EVENT) {
                throw new BadAnswer(session, "sends an event larger than " + LARGEST_EVENT + " bytes");
            } else {
                line.write(next);
            }
        }

        private void field(String text) {
            if (text.isEmpty()) {
                dispatch();
                return;
            }
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1);
            if (value.startsWith(" ")) {
                value = value.substring(1);
            }
            switch (name) {
                case "event" -> type = value;
                case "data" -> data.append(value).append('\n');
                case "id" -> id = value;
                case "retry" -> {
                    if (value.matches("[0-9]{1,6}")) {
                        pause = Math.min(Long.parseLong(value), PATIENCE.toMillis());
                    }
                }
                default -> {
                    // a comment keeps the connection alive; other fields are to be ignored
                }
            }
        }

        private void dispatch() {
            String text = data.toString();
            String kind = type;
            String number = id;
            data.setLength(0);
            type = "message";
            id = "";
            if (text.isEmpty()) {
                return;
            }
            JsonNode tree;
            try {
                tree = Json.mapper().readTree(text);
            } catch (IOException malformed) {
                throw new BadAnswer(session, "sends an event that is no JSON", malformed);
            }
            delivered = true;
            SessionEvent event =
                    SessionEvent.of(number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0, kind, tree);
            try {
                deliver(event);
            } catch (RuntimeException | Error thrown) {
                throw new Unwelcome(thrown);
            }
        }
    }

    /** An answer that is no stream becomes its problem. */
    private static final class Refusal implements BodySubscriber<Boolean> {
        private final BoundedBody body = new BoundedBody(Http.LARGEST);
        private final URI uri;
        private final HttpResponse.ResponseInfo answer;

        Refusal(URI uri, HttpResponse.ResponseInfo answer) {
            this.uri = uri;
            this.answer = answer;
        }

        @Override
        public CompletionStage<Boolean> getBody() {
            return body.getBody().thenApply(bytes -> {
                if (answer.statusCode() == 204) {
                    return true;
                }
                if (answer.statusCode() < 300) {
                    throw new CompletionException(new BadAnswer(uri, "answered no event stream"));
                }
                throw new CompletionException(Http.problem(uri, answer.statusCode(), answer.headers(), bytes));
            });
        }

        @Override
        public void onSubscribe(Subscription given) {
            body.onSubscribe(given);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            body.onNext(buffers);
        }

        @Override
        public void onError(Throwable cause) {
            body.onError(cause);
        }

        @Override
        public void onComplete() {
            body.onComplete();
        }
    }
}
