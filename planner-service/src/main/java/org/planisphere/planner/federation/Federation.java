package org.planisphere.planner.federation;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.offer.Accepts;
import org.planisphere.planner.offer.Inquiry;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.Sessions;
import org.planisphere.planner.task.KindRef;
import org.planisphere.wire.ExecutionRequest;

/**
 * The planner as an aggregator: puts a question to other planners beside its own platforms. Thread safe.
 */
public final class Federation implements AutoCloseable {
    private static final Duration KEPT_EVERY = Duration.ofSeconds(30);
    private static final int REMEMBERED = 50_000;
    private static final int STREAMS = 128;

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Credentials credentials = new Credentials();
    private final FanOut fanOut;
    private final Reputations reputations;
    private final RemoteOriginals originals;
    private final Clock clock;
    private final String name;

    private final ScheduledExecutorService clockwork = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "federation");
        thread.setDaemon(true);
        return thread;
    });

    private final ExecutorService streams =
            new ThreadPoolExecutor(0, STREAMS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "answer-stream");
                thread.setDaemon(true);
                return thread;
            });

    private final ExecutorService askers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "federation-asker");
        thread.setDaemon(true);
        return thread;
    });

    /** Questions that have come by; the oldest are forgotten. */
    private final Map<String, Boolean> questions = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param platforms of the planner; only the remote ones matter
     * @param address the planner's public address, by which it knows itself on a path
     */
    public Federation(
            List<Platform> platforms, URI address, DataSource database, Sessions sessions, EventHub hub, Clock clock) {
        this.name = Trip.nameOf(address.toString());
        this.clock = clock;
        this.fanOut = new FanOut(clock);
        this.originals = new RemoteOriginals(members, new Intents(database), sessions, clockwork, clock);
        this.reputations = new Reputations(database);
        if (platforms.stream().anyMatch(RemotePlatform.class::isInstance)) {
            reputations.read(clock.instant());
        }
        for (Platform platform : platforms) {
            if (platform instanceof RemotePlatform remote) {
                FederationSettings settings = remote.settings();
                Roster roster = new Roster(settings, name, reputations::of);
                Callers callers = new Callers(settings.identity(), credentials, roster, clock);
                remote.bind(
                        new RemotePlatform.Bonds(originals::link, roster, callers, clockwork, clock, originals::seen));
                members.put(settings.platform().id(), new Member(remote, roster, callers, new OfferReading(settings)));
            }
        }
        sessions.originals(originals);
        hub.observe(originals::follow);
    }

    /** Whether anybody else is asked at all. */
    public boolean present() {
        return !members.isEmpty();
    }

    public Credentials credentials() {
        return credentials;
    }

    /** Where accepts and changes of stand-ins reach what they stand for. */
    public RemoteOriginals originals() {
        return originals;
    }

    /** Begins to look at registries, to keep connections warm and to settle what a crash left open. */
    public void begin() {
        if (present()) {
            members.values().forEach(member -> member.roster().begin(clockwork));
            var unused = clockwork.scheduleWithFixedDelay(
                    originals::settle, 0, RemoteOriginals.UNSETTLED.toMillis() / 3, TimeUnit.MILLISECONDS);
            var kept = clockwork.scheduleWithFixedDelay(
                    () -> reputations.keep(clock.instant()),
                    KEPT_EVERY.toMillis(),
                    KEPT_EVERY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Runs an answer that is sent in parts.
     *
     * @throws ProblemException when as many as there may be are under way
     */
    public void stream(Runnable answer) {
        try {
            streams.execute(answer);
        } catch (RejectedExecutionException full) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "Too many answers are being sent in parts.")
                    .with("Retry-After", "1");
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        streams.shutdown();
        askers.shutdown();
        fanOut.close();
        if (present()) {
            reputations.keep(clock.instant());
        }
    }

    // Asking.

    /**
     * Puts the question to this planner's own platforms and to the others, and waits for all answers, as long as the
     * budget allows.
     *
     * @param request as it came: it goes out as it is
     * @param each told of each part as it is there, with the name of whoever gave it; empty for this planner itself. Called
     *     by the thread that asks
     */
    public OfferSet ask(Inquiry inquiry, ExecutionRequest request, Trip trip, BiConsumer<String, OfferSet> each) {
        return ask(inquiry, request, trip, each, false);
    }

    /**
     * As {@link #ask}, for an aggregator, which does not care whose offers came in which part.
     *
     * @param each told of the offers as they come, all that are there by then at once; of nothing without offers
     */
    public OfferSet gather(Inquiry inquiry, ExecutionRequest request, Trip trip, Consumer<OfferSet> each) {
        BiConsumer<String, OfferSet> offers = (nobody, part) -> {
            if (part.yes()) {
                each.accept(part.withoutMessages());
            }
        };
        return ask(inquiry, request, trip, offers, true);
    }

    private OfferSet ask(
            Inquiry inquiry, ExecutionRequest request, Trip trip, BiConsumer<String, OfferSet> each, boolean together) {
        Instant begun = clock.instant();
        if (trip.visited(name)) {
            return inquiry.whole(List.of(Says.loop(begun)));
        }
        if (!trip.path().isEmpty() && !first(trip.question())) {
            return inquiry.whole(List.of(Says.repeated(begun)));
        }
        first(trip.question());
        List<Message> last = new ArrayList<>();
        LinkedBlockingQueue<Optional<Gathering.Arrival>> arrivals = new LinkedBlockingQueue<>();
        List<CompletableFuture<?>> open = new ArrayList<>();
        for (Member member : members.values()) {
            FederationSettings settings = member.platform().settings();
            if (trip.path().size() >= settings.depth()) {
                last.add(Says.tooDeep(trip.path().size(), begun));
                continue;
            }
            Duration budget = budget(trip, settings);
            List<Peer> peers = route(member, inquiry, last, begun);
            FanOut.Manner manner = new FanOut.Manner(
                    trip.headers(name, budget),
                    budget,
                    inquiry.hold(),
                    "ask-" + inquiry.id(),
                    peer -> member.callers().client(peer, inquiry.caller().id()));
            // Begun by another thread, so that the first answers are taken while the last planners are still asked.
            open.add(CompletableFuture.supplyAsync(
                            () -> fanOut.ask(
                                    peers,
                                    request,
                                    manner,
                                    reply -> arrivals.add(Optional.of(new Gathering.Arrival(member, reply)))),
                            askers)
                    .thenCompose(replies -> replies));
        }
        CompletableFuture<?> all = CompletableFuture.allOf(open.toArray(new CompletableFuture<?>[0]));
        all.whenComplete((nothing, never) -> arrivals.add(Optional.empty()));
        OfferSet own = inquiry.own();
        each.accept("", own);
        Gathering gathering = new Gathering(members.values(), clock, inquiry, trip, begun, each, together);
        try {
            for (boolean more = true; more; ) {
                List<Optional<Gathering.Arrival>> batch = new ArrayList<>();
                batch.add(arrivals.take());
                arrivals.drainTo(batch);
                more = !batch.contains(Optional.<Gathering.Arrival>empty());
                gathering.take(batch.stream().flatMap(Optional::stream).toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return inquiry.whole(last);
    }

    /**
     * Puts the simple question to the others too, when this planner itself says NO: YES when one of them says so.
     *
     * @param own this planner's NO
     */
    public Accepts accepts(KindRef kind, Caller caller, Trip trip, Accepts own) {
        Instant now = clock.instant();
        if (trip.visited(name)) {
            return new Accepts(false, List.of(Says.loop(now)));
        }
        List<Message> messages = new ArrayList<>(own.messages());
        List<CompletableFuture<Optional<Message>>> open = new ArrayList<>();
        for (Member member : members.values()) {
            FederationSettings settings = member.platform().settings();
            if (trip.path().size() >= settings.depth()) {
                messages.add(Says.tooDeep(trip.path().size(), now));
                continue;
            }
            Duration budget = budget(trip, settings);
            for (Peer peer : able(member, kind, messages, now)) {
                open.add(SimpleQuestion.ask(
                        peer,
                        member.callers().client(peer, caller.id()).withHeaders(trip.headers(name, budget)),
                        kind.uri(),
                        budget,
                        clock));
            }
        }
        return SimpleQuestion.first(open, messages);
    }

    /** Those who may run the kind; why others do not is added to the messages. */
    private static List<Peer> able(Member member, KindRef kind, List<Message> messages, Instant now) {
        List<Peer> able = new ArrayList<>();
        for (Peer peer : member.roster().peers()) {
            String against = peer.against(kind, now);
            if (against == null && !member.roster().allowed(peer.base())) {
                against = "its address is not allowed here";
            }
            if (against == null) {
                able.add(peer);
            } else {
                messages.add(Says.notAsked(peer, against, now));
            }
        }
        return able;
    }

    /** The planners that are asked; why others are not is added to the messages. */
    private static List<Peer> route(Member member, Inquiry inquiry, List<Message> messages, Instant now) {
        List<Peer> asked = able(member, inquiry.task().executable().kind(), messages, now);
        if (!member.platform().settings().nearOnly()) {
            return asked;
        }
        List<Peer> near = asked.stream()
                .filter(peer -> peer.nearness(inquiry.task().data()) > 0)
                .toList();
        if (near.isEmpty()) {
            return asked;
        }
        for (Peer peer : asked) {
            if (!near.contains(peer)) {
                messages.add(Says.notAsked(peer, "the data are near others", now));
            }
        }
        return near;
    }

    /** A little less than the asker allows, for the way back. */
    private static Duration budget(Trip trip, FederationSettings settings) {
        Duration asked = trip.budget();
        if (asked == null) {
            return settings.budget();
        }
        Duration less = asked.multipliedBy(9).dividedBy(10);
        return less.compareTo(settings.budget()) < 0 ? less : settings.budget();
    }

    private boolean first(String question) {
        synchronized (questions) {
            return questions.put(question, true) == null;
        }
    }

    // Reading what is elsewhere.

    /** Where a session's output and results are read; empty for a session that runs here. */
    public Optional<Elsewhere> elsewhere(Session session) {
        Link link = RemoteOriginals.link(session);
        Member member = link == null ? null : members.get(session.offer().platform());
        return link == null || member == null
                ? Optional.empty()
                : Optional.of(new Elsewhere(
                        member.platform().client(link),
                        link.original(),
                        told -> member.roster().reaches(link.original().base(), told)));
    }
}
