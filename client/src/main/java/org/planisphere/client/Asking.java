package org.planisphere.client;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.Problem;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * One question whose answer is taken as it comes: an event {@code offers} for each platform, then {@code set} with all of
 * it, or {@code problem}. A planner that does not stream gives the whole set at once.
 */
final class Asking {
    private static final Duration NEARLY = Duration.ofMillis(200);

    private final Http http;
    private final URI uri;
    private final Consumer<OfferSetResponse> consumer;
    private final AtomicReference<@Nullable OfferSetResponse> whole = new AtomicReference<>();

    private final boolean wholeAsPart;
    private volatile boolean heard;

    /** @param wholeAsPart whether the consumer is given a set that came at once */
    Asking(Http http, URI uri, Consumer<OfferSetResponse> consumer, boolean wholeAsPart) {
        this.http = http;
        this.uri = uri;
        this.consumer = consumer;
        this.wholeAsPart = wholeAsPart;
    }

    /** As {@link #send}, and once more when the connection broke at once: one that was kept open may have been closed. */
    CompletableFuture<OfferSetResponse> sendTwice(byte[] body, Map<String, String> headers) {
        long begun = System.nanoTime();
        CompletableFuture<OfferSetResponse> both = new CompletableFuture<>();
        BiConsumer<OfferSetResponse, Throwable> end = (set, thrown) -> {
            if (thrown == null) {
                both.complete(set);
            } else {
                both.completeExceptionally(thrown);
            }
        };
        CompletableFuture<OfferSetResponse> first = send(body, headers);
        first.whenComplete((set, thrown) -> {
            boolean again = thrown != null
                    && Http.root(thrown) instanceof NotReachable
                    && !heard
                    && System.nanoTime() - begun < http.timeout().toNanos() / 2;
            if (again && !both.isDone()) {
                CompletableFuture<OfferSetResponse> second = send(body, headers);
                second.whenComplete(end);
                both.whenComplete((any, why) -> second.cancel(true));
            } else {
                end.accept(set, thrown);
            }
        });
        both.whenComplete((any, why) -> first.cancel(true));
        return both;
    }

    CompletableFuture<OfferSetResponse> send(byte[] body, Map<String, String> headers) {
        EventStream stream = new EventStream(uri, Http.LARGEST, (type, id, data) -> event(type, data));
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.stream(new Http.Call("POST", uri, body, headers), answer -> {
                    boolean document = answer.statusCode() < 300 || answer.statusCode() == 303;
                    boolean events = answer.headers()
                            .firstValue("Content-Type")
                            .orElse("")
                            .startsWith("text/event-stream");
                    return document && !events
                            ? new BoundedBody(Http.LARGEST)
                            : BodySubscribers.mapping(stream.take(answer), ended -> new byte[0]);
                });
        // One of its own: whatever comes of the client's future hangs up at once when it is cancelled.
        CompletableFuture<HttpResponse<byte[]>> waited = new CompletableFuture<>();
        exchange.whenComplete((answer, thrown) -> {
            if (thrown == null) {
                waited.complete(answer);
            } else {
                waited.completeExceptionally(thrown);
            }
        });
        CompletableFuture<OfferSetResponse> answered = waited.orTimeout(
                        http.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, thrown) -> {
                    if (thrown != null) {
                        throw failure(Http.root(thrown));
                    }
                    return taken(answer);
                });
        answered.whenComplete((set, thrown) -> leave(exchange));
        return answered;
    }

    /**
     * Whoever waits no longer hangs up, but not at once: an answer that is nearly there costs less than a new connection for
     * the next question.
     */
    private static void leave(CompletableFuture<?> exchange) {
        if (!exchange.isDone()) {
            CompletableFuture.delayedExecutor(NEARLY.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> exchange.cancel(true));
        }
    }

    private OfferSetResponse taken(HttpResponse<byte[]> answer) {
        if (answer.body().length > 0) {
            OfferSetResponse set =
                    Documents.offers(new Http.Reply(uri, answer.statusCode(), answer.headers(), answer.body()));
            if (wholeAsPart) {
                consumer.accept(set);
            }
            return set;
        }
        OfferSetResponse set = whole.get();
        if (set == null) {
            throw new NotReachable(uri, "ended its answer before it was whole", null);
        }
        return set;
    }

    private void event(String type, byte[] bytes) {
        heard = true;
        try {
            switch (type) {
                case "offers" -> consumer.accept(Codecs.readOffers(bytes, Http.LARGEST));
                case "set" -> whole.set(Codecs.readOffers(bytes, Http.LARGEST));
                case "problem" -> {
                    Problem problem = Codecs.read(bytes, Format.JSON, Problem.class, Http.LARGEST);
                    int status = problem.status == null ? 500 : Math.toIntExact(problem.status);
                    throw new PlannerProblem(uri, status, problem, null);
                }
                default -> {
                    // a later planner may tell more
                }
            }
        } catch (MalformedDocument malformed) {
            throw new BadAnswer(uri, "sends an event that is no document: " + malformed.getMessage(), malformed);
        }
    }

    private ClientException failure(Throwable cause) {
        if (cause instanceof ClientException known) {
            return known;
        }
        if (cause instanceof EventStream.Unwelcome && cause.getCause() instanceof ClientException known) {
            return known;
        }
        if (cause instanceof BoundedBody.TooLarge) {
            return new BadAnswer(uri, "answered more than is taken: " + cause.getMessage(), cause);
        }
        if (cause instanceof EventStream.Unwelcome) {
            throw new IllegalStateException(cause.getCause());
        }
        return new NotReachable(
                uri,
                cause instanceof TimeoutException
                        ? "did not answer within " + Words.duration(http.timeout())
                        : Http.why(cause),
                cause);
    }
}
