package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.AcceptsResponse;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetList;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.ResultItem;
import org.planisphere.wire.ResultList;
import org.planisphere.wire.SessionList;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * A planner, as its callers see it. Immutable and safe for many threads; every call exists blocking and as a future.
 *
 * <p>Every call has one deadline for all of it, repetitions included (30 seconds unless said otherwise). Every POST carries
 * an {@code Idempotency-Key} and is sent again with the same key when the connection is lost, so that it counts once.
 * Answers are taken up to 4 MiB. All failures are {@link ClientException}s; futures complete exceptionally with them. The
 * token is sent to the planner's own origin only.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0</a>
 */
public final class PlannerClient {
    /** The header by which whoever accepts has the inputs fetched in their own name. */
    public static final String DELEGATE = "Planisphere-Delegate";

    private static final String STREAMED = "text/event-stream, application/json;q=0.5, application/problem+json;q=0.4";

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
    private static final int USUAL_REPEATS = 3;

    private final URI base;
    private final @Nullable String token;
    private final Duration timeout;
    private final int repeats;
    private final Format format;
    private final Map<String, String> headers;
    private final Http http;

    private PlannerClient(
            URI base,
            @Nullable String token,
            Duration timeout,
            int repeats,
            Format format,
            Map<String, String> headers) {
        this.base = base;
        this.token = token;
        this.timeout = timeout;
        this.repeats = repeats;
        this.format = format;
        this.headers = Map.copyOf(headers);
        this.http = new Http(base, token, timeout, repeats, this.headers);
    }

    /**
     * The planner at this base URL ({@code https://host/planner}), called anonymously, in JSON.
     *
     * @throws IllegalArgumentException when it is not an absolute http or https URL
     */
    public static PlannerClient at(URI base) {
        return new PlannerClient(Uris.base(base), null, USUAL_TIMEOUT, USUAL_REPEATS, Format.JSON, Map.of());
    }

    /**
     * The planner to which a session or an offer set belongs: everything before {@code /sessions/} or
     * {@code /offersets/}.
     *
     * @throws IllegalArgumentException when the URL is neither
     */
    public static PlannerClient of(URI component) {
        return at(Uris.plannerOf(component));
    }

    /** The same planner, called with this bearer token; anonymously with null. */
    public PlannerClient withToken(@Nullable String bearer) {
        return new PlannerClient(base, bearer, timeout, repeats, format, headers);
    }

    /** The same planner with another deadline for each call; above 0. */
    public PlannerClient withTimeout(Duration each) {
        return new PlannerClient(base, token, each, repeats, format, headers);
    }

    /** The same planner with another number of repetitions of a call that got no answer; 0 for none. */
    public PlannerClient withRepeats(int times) {
        return new PlannerClient(base, token, timeout, times, format, headers);
    }

    /** The same planner, spoken to in another of the contract's formats. */
    public PlannerClient withFormat(Format spoken) {
        return new PlannerClient(base, token, timeout, repeats, spoken, headers);
    }

    /** The same planner, told these headers with every call; they go to the planner's own origin only. */
    public PlannerClient withHeaders(Map<String, String> told) {
        return new PlannerClient(base, token, timeout, repeats, format, told);
    }

    /** The same planner, told with every call that accepts to fetch the inputs with the caller's own token. */
    public PlannerClient delegating() {
        Map<String, String> told = new LinkedHashMap<>(headers);
        told.put(DELEGATE, "data");
        return withHeaders(told);
    }

    /** The base URL, without a slash at its end. */
    public URI base() {
        return base;
    }

    /** The URL of a session of this planner. */
    public URI sessionUrl(UUID session) {
        return Uris.under(base, "/sessions/" + session);
    }

    /** The URL of an offer set of this planner. */
    public URI offerSetUrl(UUID offerSet) {
        return Uris.under(base, "/offersets/" + offerSet);
    }

    /** The URL of a session or offer set as it names itself, or made from its UUID. */
    public URI urlOf(ExecutionSession session) {
        if (session.meta != null && session.meta.url != null) {
            return base.resolve(session.meta.url);
        }
        if (session.meta != null && session.meta.uuid != null) {
            return Uris.under(base, "/sessions/" + session.meta.uuid);
        }
        throw new IllegalArgumentException("the session has neither URL nor UUID");
    }

    /** Asks where, when and on what terms; NO is an answer as well. */
    public OfferSetResponse ask(ExecutionRequest request) {
        return Http.await(askAsync(request));
    }

    /** As {@link #ask}. */
    public CompletableFuture<OfferSetResponse> askAsync(ExecutionRequest request) {
        return post("/requests", request, OfferSetResponse.class);
    }

    /** As {@link #ask(ExecutionRequest)}, in a particular way. */
    public OfferSetResponse ask(ExecutionRequest request, AskOptions options) {
        return Http.await(askAsync(request, options));
    }

    /** As {@link #ask(ExecutionRequest, AskOptions)}. */
    public CompletableFuture<OfferSetResponse> askAsync(ExecutionRequest request, AskOptions options) {
        URI uri = Uris.under(base, "/requests" + options.query());
        return http.send(new Http.Call("POST", uri, Codecs.write(request, format), asking(options, accept())))
                .thenApply(reply -> Documents.read(reply, OfferSetResponse.class));
    }

    /** As {@link #askStreamingAsync}, and blocks until the set is whole. */
    public OfferSetResponse askStreaming(
            ExecutionRequest request, AskOptions options, Consumer<OfferSetResponse> consumer) {
        return Http.await(askStreamingAsync(request, options, consumer));
    }

    /**
     * Asks, and takes the offers as the planner gets them. The consumer is given each platform's part as a set of its own
     * ({@code meta.name} names the platform where the planner says it) on a thread of the HTTP client, one at a time; the
     * future completes with the whole set. A planner that does not stream gives one part, the whole. The call is not
     * repeated: ask again, with the same {@link AskOptions#key()}, when the connection broke.
     */
    public CompletableFuture<OfferSetResponse> askStreamingAsync(
            ExecutionRequest request, AskOptions options, Consumer<OfferSetResponse> consumer) {
        URI uri = Uris.under(base, "/requests" + options.query());
        return new Asking(http, uri, consumer, true).send(Codecs.write(request, format), asking(options, STREAMED));
    }

    /**
     * As {@link #askStreamingAsync}, for one question to many planners: with a request that is written already in this
     * client's format, and with every offer once. The planner is asked not to repeat in the set what came in a part; one
     * that does not stream gives no part, and one that repeats is not kept from it. When the connection breaks before
     * anything came, the question is put once more under its key.
     */
    public CompletableFuture<OfferSetResponse> askInPartsAsync(
            byte[] request, AskOptions options, Consumer<OfferSetResponse> consumer) {
        URI uri = Uris.under(base, "/requests" + options.query());
        Map<String, String> headers = asking(options, STREAMED);
        headers.put("Prefer", "return=minimal");
        return new Asking(http, uri, consumer, false).sendTwice(request, headers);
    }

    /**
     * How many steps of calls, of all planners, wait for a thread of the client: questions that are to be sent and answers
     * that are to be read. They are taken in the order in which they came, so that whoever has a thousand questions does
     * well to wait while there are many, or the first answer is read when the last question has been sent.
     */
    public static int waiting() {
        return Http.waiting();
    }

    private Map<String, String> asking(AskOptions options, String accept) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put("Accept", accept);
        told.put("Content-Type", format.mediaType());
        told.put("Idempotency-Key", options.key() == null ? UUID.randomUUID().toString() : options.key());
        if (options.budget() != null) {
            told.put(
                    AskOptions.BUDGET,
                    Long.toString(Math.max(1, options.budget().toMillis())));
        }
        return told;
    }

    /** Asks and accepts in one step; a {@link PlannerProblem} when it cannot be met. */
    public ExecutionSession direct(ExecutionRequest request) {
        return Http.await(directAsync(request));
    }

    /** As {@link #direct}. */
    public CompletableFuture<ExecutionSession> directAsync(ExecutionRequest request) {
        return post("/direct", request, ExecutionSession.class);
    }

    /** An offer set with its sessions as they are now. */
    public OfferSetResponse offerSet(URI url) {
        return Http.await(offerSetAsync(url));
    }

    /** As {@link #offerSet}. */
    public CompletableFuture<OfferSetResponse> offerSetAsync(URI url) {
        return get(url, OfferSetResponse.class);
    }

    /** A session as it is now. */
    public ExecutionSession session(URI url) {
        return Http.await(sessionAsync(url));
    }

    /** As {@link #session}. */
    public CompletableFuture<ExecutionSession> sessionAsync(URI url) {
        return get(url, ExecutionSession.class);
    }

    /** Accepts an offer; a {@link PlannerProblem} with status 409 when it can no longer be had. */
    public ExecutionSession accept(URI session) {
        return Http.await(acceptAsync(session));
    }

    /** As {@link #accept}. */
    public CompletableFuture<ExecutionSession> acceptAsync(URI session) {
        return updateAsync(session, Updates.phase("ACCEPTED"));
    }

    /** Turns an offer down; what it held is free at once. */
    public ExecutionSession reject(URI session) {
        return Http.await(rejectAsync(session));
    }

    /** As {@link #reject}. */
    public CompletableFuture<ExecutionSession> rejectAsync(URI session) {
        return updateAsync(session, Updates.phase("REJECTED"));
    }

    /** Stops an accepted session, wherever it stands. */
    public ExecutionSession cancel(URI session) {
        return Http.await(cancelAsync(session));
    }

    /** As {@link #cancel}. */
    public CompletableFuture<ExecutionSession> cancelAsync(URI session) {
        return updateAsync(session, Updates.phase("CANCELLED"));
    }

    /** Changes a session along one of its options; a {@link PlannerProblem} when it is none of them now. */
    public ExecutionSession update(URI session, Update change) {
        return Http.await(updateAsync(session, change));
    }

    /** As {@link #update}. */
    public CompletableFuture<ExecutionSession> updateAsync(URI session, Update change) {
        return post(session, change, ExecutionSession.class);
    }

    /**
     * As {@link #updateAsync(URI, Update)}, under an idempotency key of the caller's: for a change that may have to be
     * made again after a crash, and must count once.
     */
    public CompletableFuture<ExecutionSession> updateAsync(URI session, Update change, String key) {
        return post(session, change, ExecutionSession.class, key);
    }

    /** Deletes an ended session with its output and results. */
    public void delete(URI session) {
        Http.await(deleteAsync(session));
    }

    /** As {@link #delete}. */
    public CompletableFuture<Void> deleteAsync(URI session) {
        Http.Call call = new Http.Call("DELETE", base.resolve(session), null, Map.of("Accept", accept()));
        return http.send(call).thenApply(reply -> null);
    }

    /** The caller's own sessions, newest pages first as the planner sorts them. */
    public Pages<ExecutionSession> sessions(Filter filter) {
        return pages("/sessions?" + filter.query(), SessionList.class, list -> list.items, list -> list.next);
    }

    /** The caller's own offer sets. */
    public Pages<OfferSetResponse> offerSets(Filter filter) {
        return pages("/offersets?" + filter.query(), OfferSetList.class, list -> list.items, list -> list.next);
    }

    /** The simple question of the note: whether tasks of a type are taken at all. */
    public AcceptsResponse accepts(String taskType) {
        return Http.await(acceptsAsync(taskType));
    }

    /** As {@link #accepts}. */
    public CompletableFuture<AcceptsResponse> acceptsAsync(String taskType) {
        String query = URLEncoder.encode(taskType, StandardCharsets.UTF_8);
        return get(Uris.under(base, "/accepts?tasktype=" + query), AcceptsResponse.class);
    }

    /** Who the planner takes the caller for, and the limits that follow. */
    public JsonNode me() {
        return Http.await(meAsync());
    }

    /** As {@link #me}. */
    public CompletableFuture<JsonNode> meAsync() {
        URI uri = Uris.under(base, "/me");
        return http.send(Http.Call.get(uri, "application/json")).thenApply(Documents::tree);
    }

    /** The planner's books: usage, policy and audit. */
    public Office office() {
        return new Office(http, base);
    }

    /** What the planner says of itself. */
    public List<Capability> capabilities() {
        return Http.await(capabilitiesAsync());
    }

    /** As {@link #capabilities}. */
    public CompletableFuture<List<Capability>> capabilitiesAsync() {
        URI uri = Uris.under(base, "/capabilities");
        return http.send(Http.Call.get(uri, "application/xml, text/xml")).thenApply(Capability::parse);
    }

    /** Whether the planner is there: looks at its VOSI availability and keeps the connection for the next call. */
    public CompletableFuture<Void> touchAsync() {
        URI uri = Uris.under(base, "/availability");
        return http.send(Http.Call.get(uri, "application/xml, text/xml, */*;q=0.1"))
                .thenApply(reply -> null);
    }

    /**
     * Watches a session: every event after the one with this number, in order, once each, until the session has ended. The
     * connection is taken up again whenever it is lost. The consumer is called on a thread of the HTTP client, one call at
     * a time; what it throws ends the watch.
     *
     * @param after number of the last event already seen, 0 for none
     */
    public Watch watchAsync(URI session, long after, Consumer<SessionEvent> consumer) {
        Watch watch = new Watch(this, http, base.resolve(session), after, consumer);
        watch.start();
        return watch;
    }

    /**
     * As {@link #watchAsync}, and blocks until the session has ended.
     *
     * @return number of the last event
     */
    public long watch(URI session, long after, Consumer<SessionEvent> consumer) {
        try (Watch watch = watchAsync(session, after, consumer)) {
            return Http.await(watch.done());
        }
    }

    /**
     * What there is of an output beyond a place.
     *
     * @param from place of the first byte, at least 0
     * @param most bytes to take at most, 1 to 4 MiB
     */
    public Chunk output(URI session, Output output, long from, int most) {
        return Http.await(outputAsync(session, output, from, most));
    }

    /** As {@link #output}. */
    public CompletableFuture<Chunk> outputAsync(URI session, Output output, long from, int most) {
        if (from < 0 || most < 1 || most > Http.LARGEST) {
            throw new IllegalArgumentException("from " + from + ", most " + most);
        }
        URI uri = Uris.under(base.resolve(session), "/" + output.path());
        Map<String, String> headers = Map.of(
                "Accept", "text/plain, */*;q=0.1", "Range", "bytes=" + from + "-" + Math.addExact(from, most - 1L));
        return http.send(new Http.Call("GET", uri, null, headers)).thenApply(reply -> chunk(reply, from));
    }

    /** The files the session has left. */
    public List<ResultItem> results(URI session) {
        URI uri = Uris.under(base.resolve(session), "/results");
        return new Pages<>(uri, page -> Http.await(page(page, ResultList.class, list -> list.items, list -> list.next)))
                .stream().toList();
    }

    /** As {@link #results}. */
    public CompletableFuture<List<ResultItem>> resultsAsync(URI session) {
        return CompletableFuture.supplyAsync(() -> results(session));
    }

    /**
     * Downloads one result into a folder, under its name, and checks size and SHA-256. The file appears only when it is
     * whole and right. Interrupted downloads go on where they stopped.
     *
     * @return where the file is
     * @throws BadAnswer when the bytes are not what the list says, or the name leads out of the folder
     * @throws UncheckedIOException when the file cannot be written
     */
    public Path download(ResultItem result, Path folder) {
        return new Download(http, base, repeats).to(result, folder);
    }

    /** As {@link #download}. */
    public CompletableFuture<Path> downloadAsync(ResultItem result, Path folder) {
        return CompletableFuture.supplyAsync(() -> download(result, folder));
    }

    /**
     * The bytes of an address of this planner as they come, for passing them on: an output, a result, an archive. Blocks
     * until the answer has begun; the caller closes the stream. Status and headers are the planner's.
     *
     * @param headers to send besides, {@code Range} for one
     * @throws IllegalArgumentException when the address is not this planner's
     */
    public RawAnswer open(URI address, Map<String, String> headers) {
        URI uri = base.resolve(address);
        if (!http.ours(uri)) {
            throw new IllegalArgumentException(uri + " is not an address of " + base);
        }
        return http.open(new Http.Call("GET", uri, null, headers));
    }

    /**
     * Sends somebody else's call on, with its body as it comes, and follows nothing. Blocks until the answer has begun; the
     * caller closes the stream. The token goes along to this planner's own addresses only.
     *
     * @param headers without those that belong to one connection
     * @param body null for none
     * @param length of the body; negative when it is not known
     */
    public RawAnswer forward(
            String method, URI address, Map<String, String> headers, @Nullable InputStream body, long length) {
        return http.forward(new Http.Call(method, address, null, headers), body, length);
    }

    /** The headers by which this client says who calls, for a connection it does not make itself; none for other servers. */
    public Map<String, String> credentials(URI address) {
        return http.credentials(address);
    }

    @Override
    public String toString() {
        return base.toString();
    }

    private static Chunk chunk(Http.Reply reply, long from) {
        if (reply.status() == 416 || reply.status() == 204) {
            return new Chunk(from, new byte[0]);
        }
        if (reply.status() == 206) {
            HttpHeaders headers = reply.headers();
            String range = headers.firstValue("Content-Range").orElse("");
            if (!range.startsWith("bytes " + from + "-")) {
                throw new BadAnswer(reply.uri(), "answered another part than asked: " + range);
            }
            return new Chunk(from, reply.body());
        }
        byte[] all = reply.body();
        if (from >= all.length) {
            return new Chunk(from, new byte[0]);
        }
        return new Chunk(from, java.util.Arrays.copyOfRange(all, (int) from, all.length));
    }

    private String accept() {
        return format == Format.JSON ? "application/json" : format.mediaType() + ", application/json;q=0.5";
    }

    private <T> CompletableFuture<T> post(String path, Object document, Class<T> answer) {
        return post(Uris.under(base, path), document, answer);
    }

    private <T> CompletableFuture<T> post(URI uri, Object document, Class<T> answer) {
        return post(uri, document, answer, UUID.randomUUID().toString());
    }

    private <T> CompletableFuture<T> post(URI uri, Object document, Class<T> answer, String key) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put("Accept", accept());
        told.put("Content-Type", format.mediaType());
        told.put("Idempotency-Key", key);
        byte[] body = Codecs.write(document, format);
        return http.send(new Http.Call("POST", base.resolve(uri), body, told))
                .thenApply(reply -> Documents.read(reply, answer));
    }

    private <T> CompletableFuture<T> get(URI uri, Class<T> answer) {
        return http.send(Http.Call.get(base.resolve(uri), accept())).thenApply(reply -> Documents.read(reply, answer));
    }

    private <L, T> Pages<T> pages(
            String path, Class<L> type, Function<L, @Nullable List<T>> items, Function<L, @Nullable String> next) {
        return new Pages<>(Uris.under(base, path), uri -> Http.await(page(uri, type, items, next)));
    }

    private <L, T> CompletableFuture<Pages.Page<T>> page(
            URI uri, Class<L> type, Function<L, @Nullable List<T>> items, Function<L, @Nullable String> next) {
        return get(uri, type).thenApply(list -> {
            List<T> found = items.apply(list);
            String link = next.apply(list);
            return new Pages.Page<>(found == null ? List.of() : found, link == null ? null : uri.resolve(link));
        });
    }
}
