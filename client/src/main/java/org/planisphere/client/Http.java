package org.planisphere.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Problem;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * One server over HTTP: deadlines, bounded answers, safe repetition, redirections and problems. The token goes to the
 * server's own origin only, wherever a redirection or a link leads.
 */
final class Http {
    /** Largest document that is taken. */
    static final int LARGEST = 4 * 1024 * 1024;

    private static final int HOPS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int WORKERS = 16;

    private static final ThreadPoolExecutor WORK = workers();

    /** Shared: a client is only a pool of connections. Follows nothing by itself. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .executor(WORK)
            .build();

    /**
     * Threads of the client. It would else begin one for every answer that comes while others are read, a thousand for a
     * thousand planners. More than one for each core, because a consumer of events may take its time.
     */
    private static ThreadPoolExecutor workers() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(WORKERS, WORKERS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "planisphere-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** How many steps of calls, of all servers, wait for a thread. */
    static int waiting() {
        return WORK.getQueue().size();
    }

    /** What goes out. A body makes it repeatable only together with an idempotency key among the headers. */
    record Call(String method, URI uri, byte @Nullable [] body, Map<String, String> headers) {
        Call to(String otherMethod, URI other) {
            return new Call(otherMethod, other, null, headers);
        }

        static Call get(URI uri, String accept) {
            return new Call("GET", uri, null, Map.of("Accept", accept));
        }

        boolean repeatable() {
            return !method.equals("POST") || headers.containsKey("Idempotency-Key");
        }
    }

    /** What came back: 200 to 299, or 304 or 416, or a 303 with a body. */
    record Reply(URI uri, int status, HttpHeaders headers, byte[] body) {}

    private final URI home;
    private final @Nullable String token;
    private final Duration timeout;
    private final int repeats;
    private final Map<String, String> extra;

    Http(URI home, @Nullable String token, Duration timeout, int repeats) {
        this(home, token, timeout, repeats, Map.of());
    }

    /** @param extra headers that go to the server's own origin with every call */
    Http(URI home, @Nullable String token, Duration timeout, int repeats, Map<String, String> extra) {
        this.home = home;
        this.token = token;
        this.timeout = timeout;
        this.repeats = repeats;
        this.extra = Map.copyOf(extra);
    }

    /**
     * Sends, and again when the connection is lost or the server asks to come back, as long as the deadline allows.
     * Completes exceptionally with a {@link ClientException} only.
     */
    CompletableFuture<Reply> send(Call call) {
        return new Conversation(call, Instant.now().plus(timeout)).attempt(call, 0, 0);
    }

    /** Sends a streaming call once; the body is the subscriber's business. */
    <T> CompletableFuture<HttpResponse<T>> stream(Call call, HttpResponse.BodyHandler<T> handler) {
        return CLIENT.sendAsync(request(call, null), handler);
    }

    /** Begins a GET whose body is read as it comes; the deadline is for the answer to begin. */
    RawAnswer open(Call call) {
        CompletableFuture<HttpResponse<InputStream>> exchange =
                CLIENT.sendAsync(request(call, timeout), HttpResponse.BodyHandlers.ofInputStream());
        HttpResponse<InputStream> answer = await(exchange.handle((begun, thrown) -> {
            if (thrown == null) {
                return begun;
            }
            throw new NotReachable(call.uri(), "gave no answer: " + root(thrown).getMessage(), root(thrown));
        }));
        return new RawAnswer(answer.statusCode(), answer.headers(), answer.body());
    }

    /**
     * Sends somebody else's call on, with its body as it comes; nothing is followed. The deadline is for the answer to begin.
     *
     * @param length of the body; negative when it is not known
     */
    RawAnswer forward(Call call, @Nullable InputStream body, long length) {
        HttpRequest.BodyPublisher publisher = body == null || length == 0
                ? BodyPublishers.noBody()
                : length < 0
                        ? BodyPublishers.ofInputStream(() -> body)
                        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), length);
        HttpRequest request;
        try {
            HttpRequest named = request(call, timeout);
            request = HttpRequest.newBuilder(named, (name, value) -> true)
                    .method(call.method(), publisher)
                    .build();
        } catch (IllegalArgumentException wrong) {
            throw new BadAnswer(call.uri(), "cannot be called so", wrong);
        }
        HttpResponse<InputStream> answer = await(CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .handle((begun, thrown) -> {
                    if (thrown == null) {
                        return begun;
                    }
                    throw new NotReachable(
                            call.uri(), "gave no answer: " + root(thrown).getMessage(), root(thrown));
                }));
        return new RawAnswer(answer.statusCode(), answer.headers(), answer.body());
    }

    /** The outcome of a call, awaited. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof ClientException known) {
                throw known;
            }
            throw new IllegalStateException(cause);
        } catch (InterruptedException interrupted) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new NotReachable(URI.create("about:blank"), "was not waited for", interrupted);
        }
    }

    /** Whether the token may go there. */
    boolean ours(URI uri) {
        return origin(home).equals(origin(uri));
    }

    Duration timeout() {
        return timeout;
    }

    /** A problem from whatever came with an error status. */
    static PlannerProblem problem(URI uri, int status, HttpHeaders headers, byte[] body) {
        String type = headers.firstValue("Content-Type").orElse("");
        Optional<Format> format = Format.ofMediaType(type);
        Problem problem = null;
        if (format.isPresent() && body.length > 0) {
            try {
                problem = Codecs.read(body, format.get(), Problem.class);
            } catch (MalformedDocument unreadable) {
                // then the status has to say it
            }
        }
        if (problem == null) {
            problem = new Problem();
            if (type.startsWith("text/plain")) {
                String text = new String(body, StandardCharsets.UTF_8)
                        .replaceAll("[\\p{Cntrl}\\s]+", " ")
                        .strip();
                problem.detail = text.isEmpty() ? null : text.substring(0, Math.min(200, text.length()));
            }
        }
        if (problem.title == null) {
            problem.title = "HTTP " + status;
        }
        return new PlannerProblem(uri, status, problem, retryAfter(headers));
    }

    static @Nullable Duration retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("").trim();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant when = text.isEmpty()
                    ? null
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
            Duration wait = when == null ? null : Duration.between(Instant.now(), when);
            return wait == null || wait.isNegative() ? null : wait;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    /** Why a planner was not reached, as the end of a sentence about its address. */
    static String why(Throwable cause) {
        if (cause instanceof ConnectException) {
            return "refuses the connection";
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return "gave no connection within " + CONNECT.toSeconds() + " s";
        }
        return cause instanceof IOException
                ? "broke the connection: " + cause.getMessage()
                : "could not be called: " + cause;
    }

    /** What lies under a failed future. */
    static Throwable root(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    /** The headers that say who calls; none for a server that is not ours. */
    Map<String, String> credentials(URI uri) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (ours(uri)) {
            headers.putAll(extra);
            if (token != null) {
                headers.put("Authorization", "Bearer " + token);
            }
        }
        return headers;
    }

    private HttpRequest request(Call call, @Nullable Duration limit) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(call.uri())
                .method(
                        call.method(),
                        call.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()));
        credentials(call.uri()).forEach(builder::setHeader);
        call.headers().forEach(builder::setHeader);
        if (limit != null) {
            builder.timeout(limit);
        }
        return builder.build();
    }

    /** One call with everything that is done to have it answered. */
    private final class Conversation {
        private final Call original;
        private final Instant deadline;

        Conversation(Call original, Instant deadline) {
            this.original = original;
            this.deadline = deadline;
        }

        CompletableFuture<Reply> attempt(Call call, int repeated, int hops) {
            Duration left = Duration.between(Instant.now(), deadline);
            if (left.isNegative() || left.isZero()) {
                return CompletableFuture.failedFuture(late(call, null));
            }
            HttpRequest request;
            try {
                request = request(call, left);
            } catch (IllegalArgumentException notHttp) {
                return CompletableFuture.failedFuture(
                        new BadAnswer(call.uri(), "is not an http or https address", notHttp));
            }
            CompletableFuture<HttpResponse<byte[]>> exchange =
                    CLIENT.sendAsync(request, answer -> new BoundedBody(LARGEST));
            return exchange.copy()
                    .orTimeout(left.toMillis() + 1, TimeUnit.MILLISECONDS)
                    .handle((answer, thrown) -> {
                        if (thrown == null) {
                            return answered(call, answer, repeated, hops);
                        }
                        // The body may still be on its way; hang up.
                        exchange.cancel(true);
                        return failed(call, root(thrown), repeated, hops);
                    })
                    .thenCompose(next -> next);
        }

        private CompletableFuture<Reply> answered(Call call, HttpResponse<byte[]> answer, int repeated, int hops) {
            int status = answer.statusCode();
            Reply reply = new Reply(call.uri(), status, answer.headers(), answer.body());
            if (status >= 200 && status < 300 || status == 304 || status == 416) {
                return CompletableFuture.completedFuture(reply);
            }
            if (status >= 301 && status <= 308 && status != 305 && status != 306) {
                return redirected(call, reply, hops);
            }
            PlannerProblem problem = problem(call.uri(), status, answer.headers(), answer.body());
            boolean later = status == 429 || status == 503;
            // The first try is still being worked on: its answer is the one we want.
            boolean twin = status == 409 && repeated > 0 && problem.type().contains("idempotency");
            if ((later && problem.retryAfter().isPresent() || twin) && call.repeatable() && repeated < repeats) {
                Duration wait = problem.retryAfter().orElse(pause(repeated));
                if (Instant.now().plus(wait).isBefore(deadline)) {
                    return later(call, repeated, hops, wait);
                }
            }
            return CompletableFuture.failedFuture(problem);
        }

        private CompletableFuture<Reply> redirected(Call call, Reply reply, int hops) {
            if (reply.status() == 303
                    && reply.body().length > 0
                    && reply.headers().firstValue("Content-Type").isPresent()) {
                return CompletableFuture.completedFuture(reply);
            }
            String location = reply.headers().firstValue("Location").orElse("");
            URI target;
            try {
                target = call.uri().resolve(location);
            } catch (IllegalArgumentException unreadable) {
                return CompletableFuture.failedFuture(
                        new BadAnswer(call.uri(), "redirects to what is no address", unreadable));
            }
            if (location.isEmpty() || hops >= HOPS) {
                return CompletableFuture.failedFuture(new BadAnswer(
                        call.uri(), location.isEmpty() ? "redirects to nowhere" : "redirects again and again"));
            }
            boolean same = reply.status() == 307 || reply.status() == 308;
            if (same && !call.method().equals("GET") && !ours(target)) {
                return CompletableFuture.failedFuture(
                        new BadAnswer(call.uri(), "redirects a " + call.method() + " to another server"));
            }
            Call next = same
                    ? new Call(call.method(), target, call.body(), call.headers())
                    : new Call("GET", target, null, withoutBody(call.headers()));
            return attempt(next, 0, hops + 1);
        }

        private CompletableFuture<Reply> failed(Call call, Throwable cause, int repeated, int hops) {
            if (cause instanceof BoundedBody.TooLarge) {
                return CompletableFuture.failedFuture(
                        new BadAnswer(call.uri(), "answered more than is taken: " + cause.getMessage(), cause));
            }
            if (cause instanceof TimeoutException || !Instant.now().isBefore(deadline)) {
                return CompletableFuture.failedFuture(late(call, cause));
            }
            if (cause instanceof IOException && call.repeatable() && repeated < repeats) {
                Duration wait = pause(repeated);
                if (Instant.now().plus(wait).isBefore(deadline)) {
                    return later(call, repeated, hops, wait);
                }
            }
            return CompletableFuture.failedFuture(new NotReachable(original.uri(), why(cause), cause));
        }

        private CompletableFuture<Reply> later(Call call, int repeated, int hops, Duration wait) {
            Executor afterwards = CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS);
            CompletionStage<Reply> again = CompletableFuture.runAsync(() -> {}, afterwards)
                    .thenCompose(nothing -> attempt(call, repeated + 1, hops));
            return again.toCompletableFuture();
        }

        private Duration pause(int repeated) {
            return FIRST_PAUSE.multipliedBy(1L << Math.min(repeated, 6));
        }

        private NotReachable late(Call call, @Nullable Throwable cause) {
            return new NotReachable(call.uri(), "did not answer within " + Words.duration(timeout), cause);
        }

        private Map<String, String> withoutBody(Map<String, String> headers) {
            Map<String, String> rest = new LinkedHashMap<>(headers);
            rest.remove("Content-Type");
            rest.remove("Idempotency-Key");
            return rest;
        }
    }
}
