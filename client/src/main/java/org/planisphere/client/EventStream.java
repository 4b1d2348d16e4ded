package org.planisphere.client;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection, made into server-sent events. What the listener throws ends the stream: a {@link BadAnswer}
 * as it is, everything else as {@link Unwelcome}.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStream implements BodySubscriber<Boolean> {
    private static final Duration USEFUL = Duration.ofSeconds(5);

    /** Is told what comes. */
    interface Listener {
        /**
         * An event with its data, in UTF-8.
         *
         * @param type {@code message} where the stream names none
         * @param id empty where the stream names none
         */
        void event(String type, String id, byte[] data);

        /** How long the server wants the client to wait before it connects again. */
        default void retry(long millis) {}
    }

    /** The listener threw. */
    static final class Unwelcome extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unwelcome(Throwable cause) {
            super(cause);
        }
    }

    private final URI uri;
    private final int largest;
    private final Listener listener;
    private final CompletableFuture<Boolean> body = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final long opened = System.nanoTime();
    private volatile @Nullable Subscription subscription;
    private volatile long heard = opened;
    private volatile boolean delivered;
    private volatile boolean over;
    private String type = "message";
    private String id = "";
    private boolean returned;

    /** @param largest bytes of one event, at most */
    EventStream(URI uri, int largest, Listener listener) {
        this.uri = uri;
        this.largest = largest;
        this.listener = listener;
    }

    /** Takes an answer: as a stream when it is one, otherwise as the problem it tells. */
    BodySubscriber<Boolean> take(HttpResponse.ResponseInfo answer) {
        boolean events = answer.statusCode() == 200
                && answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        return events ? this : new Refusal(uri, answer);
    }

    /** Whether the connection was of use: something came, or it stood for a while. */
    boolean served() {
        return delivered || subscription != null && System.nanoTime() - opened > USEFUL.toNanos();
    }

    /** When the last byte came, by {@link System#nanoTime}. */
    long heard() {
        return heard;
    }

    boolean over() {
        return over;
    }

    void end() {
        over = true;
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
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                take(bytes);
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

    /** A line at a time: an answer of a hundred offers is one line. */
    private void take(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte next = bytes[i];
            if (next != '\n' && next != '\r') {
                continue;
            }
            boolean second = next == '\n' && i == from && returned;
            if (!second) {
                if (line.size() == 0) {
                    room(i - from);
                    field(bytes, from, i);
                } else {
                    add(bytes, from, i);
                    byte[] whole = line.toByteArray();
                    line.reset();
                    field(whole, 0, whole.length);
                }
            }
            from = i + 1;
            returned = next == '\r';
        }
        if (from < bytes.length) {
            add(bytes, from, bytes.length);
            returned = false;
        }
    }

    private void add(byte[] bytes, int from, int until) {
        room(until - from);
        line.write(bytes, from, until - from);
    }

    private void room(int more) {
        if ((long) line.size() + data.size() + more > largest) {
            throw new BadAnswer(uri, "sends an event larger than " + largest + " bytes");
        }
    }

    private void field(byte[] text, int from, int until) {
        if (from == until) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < until && text[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, until);
        if (value < until && text[value] == ' ') {
            value++;
        }
        int length = until - value;
        switch (new String(text, from, colon - from, StandardCharsets.UTF_8)) {
            case "event" -> type = new String(text, value, length, StandardCharsets.UTF_8);
            case "data" -> {
                data.write(text, value, length);
                data.write('\n');
            }
            case "id" -> id = new String(text, value, length, StandardCharsets.UTF_8);
            case "retry" -> {
                String wait = new String(text, value, length, StandardCharsets.UTF_8);
                if (wait.matches("[0-9]{1,6}")) {
                    listener.retry(Long.parseLong(wait));
                }
            }
            default -> {
                // a comment keeps the connection alive; other fields are to be ignored
            }
        }
    }

    private void dispatch() {
        byte[] text = data.toByteArray();
        String kind = type;
        String number = id;
        data.reset();
        type = "message";
        id = "";
        if (text.length == 0) {
            return;
        }
        delivered = true;
        try {
            listener.event(kind, number, text);
        } catch (BadAnswer known) {
            throw known;
        } catch (RuntimeException | Error thrown) {
            throw new Unwelcome(thrown);
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
