package org.planisphere.planner.federation;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerProblem;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.offer.Accepts;
import org.planisphere.planner.offer.Draft;
import org.planisphere.planner.offer.Found;
import org.planisphere.planner.offer.Inquiry;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Originals;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.session.Sessions;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.KindRef;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;

/**
 * The planner as an aggregator: puts a question to other planners beside its own platforms, and keeps their sessions in
 * step with those that stand in for them. Thread safe.
 */
public final class Federation implements Originals, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Federation.class.getName());
    private static final Duration UNSETTLED = Duration.ofSeconds(30);
    private static final Duration KEPT_EVERY = Duration.ofSeconds(30);
    private static final int REMEMBERED = 50_000;
    private static final int STREAMS = 128;

    /** One remote platform with what belongs to it. */
    private record Member(RemotePlatform platform, Roster roster, Callers callers, OfferReading reading) {}

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Credentials credentials = new Credentials();
    private final FanOut fanOut;
    private final Intents intents;
    private final Reputations reputations;
    private final Sessions sessions;
    private final Clock clock;
    private final String name;
    /** Stand-ins that are being accepted by somebody who wants the data fetched in their name. */
    private final Set<UUID> delegated = ConcurrentHashMap.newKeySet();

    /** Stand-ins whose original is being changed by us. */
    private final Set<UUID> changing = ConcurrentHashMap.newKeySet();

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
        this.intents = new Intents(database);
        this.sessions = sessions;
        this.reputations = new Reputations(database);
        if (platforms.stream().anyMatch(RemotePlatform.class::isInstance)) {
            reputations.read(clock.instant());
        }
        for (Platform platform : platforms) {
            if (platform instanceof RemotePlatform remote) {
                FederationSettings settings = remote.settings();
                Roster roster = new Roster(settings, name, reputations::of);
                Callers callers = new Callers(settings.identity(), credentials, roster, clock);
                remote.bind(new RemotePlatform.Bonds(this::link, roster, callers, clockwork, clock, this::seen));
                members.put(settings.platform().id(), new Member(remote, roster, callers, new OfferReading(settings)));
            }
        }
        sessions.originals(this);
        hub.observe(this::follow);
    }

    /** Whether anybody else is asked at all. */
    public boolean present() {
        return !members.isEmpty();
    }

    public Credentials credentials() {
        return credentials;
    }

    /** Begins to look at registries, to keep connections warm and to settle what a crash left open. */
    public void begin() {
        if (present()) {
            members.values().forEach(member -> member.roster().begin(clockwork));
            var unused =
                    clockwork.scheduleWithFixedDelay(this::settle, 0, UNSETTLED.toMillis() / 3, TimeUnit.MILLISECONDS);
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
        LinkedBlockingQueue<Optional<Arrival>> arrivals = new LinkedBlockingQueue<>();
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
                                    reply -> arrivals.add(Optional.of(new Arrival(member, reply)))),
                            askers)
                    .thenCompose(replies -> replies));
        }
        CompletableFuture<?> all = CompletableFuture.allOf(open.toArray(new CompletableFuture<?>[0]));
        all.whenComplete((nothing, never) -> arrivals.add(Optional.empty()));
        OfferSet own = inquiry.own();
        each.accept("", own);
        Gathering gathering = new Gathering(inquiry, trip, begun, each, together);
        try {
            for (boolean more = true; more; ) {
                List<Optional<Arrival>> batch = new ArrayList<>();
                batch.add(arrivals.take());
                arrivals.drainTo(batch);
                more = !batch.contains(Optional.<Arrival>empty());
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

    private record Arrival(Member member, Reply reply) {}

    /** Takes replies as they come, as many at once as there are, so that one append holds them all. */
    private final class Gathering {
        private final Inquiry inquiry;
        private final Trip trip;
        private final Instant begun;
        private final BiConsumer<String, OfferSet> each;
        private final boolean together;
        private int standIns;

        /** @param together whether all that came at once is one part, and not each planner's */
        Gathering(Inquiry inquiry, Trip trip, Instant begun, BiConsumer<String, OfferSet> each, boolean together) {
            this.together = together;
            this.inquiry = inquiry;
            this.trip = trip;
            this.begun = begun;
            this.each = each;
        }

        void take(List<Arrival> batch) {
            for (Member member : members.values()) {
                List<Arrival> own = batch.stream()
                        .filter(arrival -> arrival.member() == member)
                        .toList();
                if (!own.isEmpty()) {
                    take(member, own);
                }
            }
        }

        private void take(Member member, List<Arrival> batch) {
            List<Draft> drafts = new ArrayList<>();
            List<PassedOffer> passed = new ArrayList<>();
            List<Message> said = new ArrayList<>();
            Map<Peer, Found> found = new LinkedHashMap<>();
            Instant now = clock.instant();
            for (Arrival arrival : batch) {
                Reply reply = arrival.reply();
                Found one = read(member, reply, now);
                if (reply instanceof Reply.Answered answered && !answered.parts()) {
                    learn(reply.peer(), one, now);
                }
                found.merge(reply.peer(), one, Found::and);
                drafts.addAll(one.drafts());
                passed.addAll(one.passed());
                said.addAll(one.messages());
            }
            drafts.sort(SOONEST);
            int room = Math.max(0, member.platform().settings().offers() - standIns);
            List<Draft> beyond = drafts.size() > room ? List.copyOf(drafts.subList(room, drafts.size())) : List.of();
            List<Draft> kept = drafts.size() > room ? drafts.subList(0, room) : drafts;
            Inquiry.Part part =
                    inquiry.add(new Found(kept, passed, said), member.platform().describe());
            standIns += part.set().offers().size();
            if (inquiry.hold()) {
                part.leftOut().forEach(original -> giveBack(member, original));
                beyond.forEach(draft -> giveBack(member, draft.original()));
            }
            if (together) {
                each.accept(member.platform().describe().name(), part.set());
                return;
            }
            found.forEach((peer, one) -> {
                // An aggregator that gave its offers in parts has nothing more to say at its end.
                if (!one.isEmpty()) {
                    each.accept(peer.name(), of(peer, one, part.set()));
                }
            });
        }

        private Found read(Member member, Reply reply, Instant now) {
            if (reply instanceof Reply.Part part) {
                return read(member, reply.peer(), part.set(), true, now);
            }
            if (reply instanceof Reply.Answered answered) {
                return read(member, reply.peer(), answered.set(), answered.parts(), now);
            }
            return new Found(List.of(), List.of(), ((Reply.Silent) reply).why());
        }

        private Found read(Member member, Peer peer, OfferSetResponse set, boolean rest, Instant now) {
            return member.reading().read(peer, set, inquiry.task(), trip.question(), inquiry.hold(), rest, begun, now);
        }

        /** What of a part came from one planner. */
        private OfferSet of(Peer peer, Found found, OfferSet part) {
            return new OfferSet(
                    part.id(),
                    part.owner(),
                    part.kindBase(),
                    part.created(),
                    part.held(),
                    part.offers().stream()
                            .filter(offer -> offer.original() != null
                                    && offer.original().base().equals(peer.base()))
                            .toList(),
                    found.messages(),
                    found.passed());
        }

        private void learn(Peer peer, Found one, Instant now) {
            if (!one.drafts().isEmpty() || !one.passed().isEmpty()) {
                return;
            }
            for (Message message : one.messages()) {
                String code = message.values().getOrDefault("code", "");
                if (code.equals("kind-not-offered") || code.equals("kind-unknown")) {
                    peer.declined(Peer.name(inquiry.task().executable().kind()), now);
                }
            }
        }

        private void giveBack(Member member, @Nullable Original original) {
            if (original != null) {
                member.platform()
                        .withdraw(new Link(UUID.randomUUID(), inquiry.caller().id(), original));
            }
        }
    }

    private static final Comparator<Draft> SOONEST = Comparator.<Draft, Instant>comparing(
                    draft -> draft.schedule().start().start())
            .thenComparing(Federation::price);

    private static double price(Draft draft) {
        for (Bound cost : draft.costs()) {
            if (cost.type().contains("money")) {
                return cost.max() == null ? 0 : cost.max();
            }
        }
        return 0;
    }

    // Keeping originals in step.

    /**
     * Accepts a stand-in, and has the original's data fetched in the caller's name.
     *
     * @return empty, and nothing is accepted, when the other planner would not be shown the caller's own token
     */
    public Optional<Answer> delegating(Session offered, Supplier<Answer> accept) {
        Link link = link(offered);
        Member member = members.get(offered.offer().platform());
        if (link == null
                || member == null
                || !member.callers().themselves(link.original().base(), link.owner())) {
            return Optional.empty();
        }
        delegated.add(offered.id());
        try {
            return Optional.of(accept.get());
        } finally {
            delegated.remove(offered.id());
        }
    }

    @Override
    public Given accept(Session offered) {
        Link link = link(offered);
        Member member = link == null ? null : members.get(offered.offer().platform());
        if (link == null) {
            return new Given.Had();
        }
        if (member == null) {
            return new Given.Gone(Says.gone(
                    link.original().planner(), "it is not part of the federation any more.", clock.instant()));
        }
        boolean delegates = delegated.contains(offered.id());
        intents.begin(offered.id(), clock.instant());
        Optional<Peer> peer = member.roster().at(link.original().base());
        try {
            member.platform().accept(link, delegates);
            peer.ifPresent(known -> known.reputation().saw(Reputation.Deed.ACCEPTED));
            return new Given.Had();
        } catch (PlannerProblem e) {
            if (delegates && e.status() == 400) {
                // It hands no token on; without the wish the offer is still there.
                intents.end(offered.id());
                return new Given.Unknown(
                        Says.said(link.original().planner(), String.valueOf(e.getMessage()), clock.instant()));
            }
            if (e.status() >= 500 || e.status() == 429 || e.status() == 401 || e.status() == 403) {
                return new Given.Unknown(
                        Says.silent(link.original().planner(), "could not take it: " + e.title(), clock.instant()));
            }
            intents.end(offered.id());
            peer.ifPresent(known -> known.reputation().saw(Reputation.Deed.BROKE_OFFER));
            return new Given.Gone(
                    Says.gone(link.original().planner(), String.valueOf(e.getMessage()), clock.instant()));
        } catch (ClientException e) {
            return new Given.Unknown(Says.silent(link.original().planner(), FanOut.why(e), clock.instant()));
        }
    }

    @Override
    public void settled(Session offered, boolean accepted) {
        Link link = link(offered);
        if (link == null) {
            return;
        }
        changing.remove(offered.id());
        if (accepted) {
            intents.end(offered.id());
        } else {
            clockwork.execute(() -> undo(link));
        }
    }

    @Override
    public Optional<Bounds> bounds(Session standIn, boolean fresh) {
        Link link = link(standIn);
        Member member = link == null ? null : members.get(standIn.offer().platform());
        if (link == null || member == null) {
            return Optional.empty();
        }
        Optional<Bounds> known = member.platform().changes().known(standIn.id());
        if (fresh) {
            try {
                ExecutionSession now = member.platform().read(link);
                return now == null ? Optional.empty() : Optional.of(Changes.bounds(now));
            } catch (ClientException silent) {
                return known;
            }
        }
        if (known.isEmpty()) {
            // Known a moment later, for whoever looks again.
            clockwork.execute(() -> look(member, link));
        }
        return known;
    }

    private static void look(Member member, Link link) {
        try {
            member.platform().read(link);
        } catch (RuntimeException silent) {
            LOG.log(System.Logger.Level.DEBUG, "an original is not read: " + silent.getMessage());
        }
    }

    @Override
    public Changed change(Session standIn, String path, Schedule wanted) {
        Link link = link(standIn);
        Member member = link == null ? null : members.get(standIn.offer().platform());
        String planner = link == null ? "" : link.original().planner();
        if (link == null || member == null) {
            return new Changed.Not(Says.said(planner, "it is not part of the federation any more.", clock.instant()));
        }
        intents.begin(standIn.id(), clock.instant());
        changing.add(standIn.id());
        try {
            ExecutionSession now = member.platform().change(link, Changes.update(path, wanted));
            return new Changed.Done(Changes.schedule(now, standIn), OfferReading.costs(now.costs));
        } catch (PlannerProblem e) {
            changing.remove(standIn.id());
            if (e.status() < 500 && e.status() != 429) {
                intents.end(standIn.id());
                return new Changed.Not(Says.said(planner, String.valueOf(e.getMessage()), clock.instant()));
            }
            return new Changed.Not(Says.silent(planner, "did not change it: " + e.title(), clock.instant()));
        } catch (ClientException e) {
            changing.remove(standIn.id());
            return new Changed.Not(Says.silent(planner, FanOut.why(e), clock.instant()));
        }
    }

    @Override
    public void left(Session standIn) {
        changing.remove(standIn.id());
    }

    /** A change that was cut off: the stand-in gets what the original has. */
    private void agree(Session session) {
        Link link = link(session);
        Member member = link == null ? null : members.get(session.offer().platform());
        ExecutionSession now =
                link == null || member == null ? null : member.platform().read(link);
        // What we change ourselves meanwhile makes the session another one: then nothing is done here.
        if (now != null && !changing.contains(session.id()) && !agrees(session, now)) {
            sessions.agree(session, Changes.schedule(now, session), OfferReading.costs(now.costs));
        }
    }

    /** What runs has begun when it has: then only its duration counts. */
    private static boolean agrees(Session session, ExecutionSession now) {
        Schedule has = session.schedule();
        Schedule schedule = Changes.schedule(now, session);
        return schedule.duration().equals(has.duration())
                && (session.began() != null || schedule.start().equals(has.start()));
    }

    /** An original whose duration was changed there, or by a call whose answer was lost. */
    private void seen(Link link, ExecutionSession now) {
        if (now.schedule == null || OfferReading.duration(now.schedule.available) == null) {
            return;
        }
        clockwork.execute(() -> {
            try {
                Session session = sessions.find(link.session()).orElse(null);
                if (session != null
                        && session.began() != null
                        && session.phase() == Phase.RUNNING
                        && session.outcome() == null
                        && !agrees(session, now)) {
                    agree(session);
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "a stand-in does not agree yet: " + e.getMessage());
            }
        });
    }

    /** Stops an original that was accepted for a stand-in that could not be; the wish stays noted until that is done. */
    private void undo(Link link) {
        try {
            Member member = member(link.session());
            if (member != null) {
                member.platform().cancel(link.session());
            }
            intents.end(link.session());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "an original is stopped later: " + e.getMessage());
        }
    }

    /** What was being accepted when this planner, or a connection, died: finishes it or takes it back. */
    private void settle() {
        try {
            for (UUID id : intents.before(clock.instant().minus(UNSETTLED))) {
                Session session = sessions.find(id).orElse(null);
                if (session == null) {
                    intents.end(id);
                } else if (session.phase() == Phase.OFFERED) {
                    finish(session);
                } else if (session.phase() == Phase.REJECTED || session.phase() == Phase.EXPIRED) {
                    Link link = link(session);
                    if (link == null) {
                        intents.end(id);
                    } else {
                        undo(link);
                    }
                } else if (session.phase().active()) {
                    agree(session);
                    intents.end(id);
                } else {
                    intents.end(id);
                }
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "accepts under way are settled later: " + e.getMessage());
        }
    }

    /** An accept that was cut off is finished when the original was accepted; otherwise its asker may try again. */
    private void finish(Session session) {
        Link link = link(session);
        Member member = link == null ? null : members.get(session.offer().platform());
        if (link == null || member == null) {
            intents.end(session.id());
            return;
        }
        var now = member.platform().read(link);
        if (now == null || "OFFERED".equals(now.phase)) {
            intents.end(session.id());
            return;
        }
        Caller owner = session.owner().equals(Caller.ANONYMOUS.id())
                ? Caller.ANONYMOUS
                : new Caller(session.owner(), session.owner(), java.util.Set.of(), java.util.Set.of());
        Answer answer = sessions.accept(session.id(), owner);
        LOG.log(
                System.Logger.Level.INFO,
                "an accept that was cut off is settled: session {0}, {1}",
                session.id(),
                answer.getClass().getSimpleName());
    }

    /** What is not wanted any more here is given back there; how runs end is remembered of their planner. */
    private void follow(SessionEvent event) {
        if (!present() || !event.type().equals("phase")) {
            return;
        }
        Phase phase = event.phase();
        if (phase == Phase.REJECTED || phase == Phase.COMPLETED || phase == Phase.FAILED) {
            clockwork.execute(() -> {
                try {
                    Session now = sessions.find(event.session()).orElse(null);
                    Link link = now == null ? null : link(now);
                    Member member = now == null || link == null
                            ? null
                            : members.get(now.offer().platform());
                    if (now == null || link == null || member == null) {
                        return;
                    }
                    if (phase == Phase.REJECTED) {
                        member.platform().withdraw(link);
                    } else {
                        boolean lost = now.messages().stream()
                                .anyMatch(message -> message.code().equals("run-lost"));
                        member.roster().at(link.original().base()).ifPresent(peer -> {
                            if (phase == Phase.COMPLETED || lost) {
                                peer.reputation().saw(lost ? Reputation.Deed.LOST_RUN : Reputation.Deed.COMPLETED);
                            }
                        });
                    }
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.DEBUG, "an original is not told: " + e.getMessage());
                }
            });
        }
    }

    // Reading what is elsewhere.

    /** Where a session's output and results are read; empty for a session that runs here. */
    public Optional<Elsewhere> elsewhere(Session session) {
        Link link = link(session);
        Member member = link == null ? null : members.get(session.offer().platform());
        return link == null || member == null
                ? Optional.empty()
                : Optional.of(new Elsewhere(
                        member.platform().client(link),
                        link.original(),
                        told -> member.roster().reaches(link.original().base(), told)));
    }

    private @Nullable Member member(UUID session) {
        return sessions.find(session)
                .map(found -> members.get(found.offer().platform()))
                .orElse(null);
    }

    private Optional<Link> link(UUID session) {
        return sessions.find(session).map(Federation::link);
    }

    private static @Nullable Link link(Session session) {
        Original original = session.offer().original();
        return original == null ? null : new Link(session.id(), session.owner(), original);
    }
}
