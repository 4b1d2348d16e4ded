package org.planisphere.planner.federation;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerProblem;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.Originals;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.session.Sessions;
import org.planisphere.wire.ExecutionSession;

/**
 * Keeps the sessions of other planners in step with those that stand in for them here: accepts, changes and stops them, and
 * settles what a crash or a cut connection left open. Thread safe.
 */
public final class RemoteOriginals implements Originals {
    private static final System.Logger LOG = System.getLogger(RemoteOriginals.class.getName());
    /** How long an accept or a change may be under way before it is looked at. */
    static final Duration UNSETTLED = Duration.ofSeconds(30);

    private final Map<String, Member> members;
    private final Intents intents;
    private final Sessions sessions;
    private final Executor clockwork;
    private final Clock clock;
    /** Stand-ins that are being accepted by somebody who wants the data fetched in their name. */
    private final Set<UUID> delegated = ConcurrentHashMap.newKeySet();

    /** Stand-ins whose original is being changed by us. */
    private final Set<UUID> changing = ConcurrentHashMap.newKeySet();

    /**
     * @param members by platform; complete before anything is asked
     * @param clockwork for what may wait for another planner
     */
    RemoteOriginals(Map<String, Member> members, Intents intents, Sessions sessions, Executor clockwork, Clock clock) {
        this.members = members;
        this.intents = intents;
        this.sessions = sessions;
        this.clockwork = clockwork;
        this.clock = clock;
    }

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
    void seen(Link link, ExecutionSession now) {
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
    void settle() {
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
                : new Caller(session.owner(), session.owner(), Set.of(), Set.of());
        Answer answer = sessions.accept(session.id(), owner);
        LOG.log(
                System.Logger.Level.INFO,
                "an accept that was cut off is settled: session {0}, {1}",
                session.id(),
                answer.getClass().getSimpleName());
    }

    /** What is not wanted any more here is given back there; how runs end is remembered of their planner. */
    void follow(SessionEvent event) {
        if (members.isEmpty() || !event.type().equals("phase")) {
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

    private @Nullable Member member(UUID session) {
        return sessions.find(session)
                .map(found -> members.get(found.offer().platform()))
                .orElse(null);
    }

    Optional<Link> link(UUID session) {
        return sessions.find(session).map(RemoteOriginals::link);
    }

    static @Nullable Link link(Session session) {
        Original original = session.offer().original();
        return original == null ? null : new Link(session.id(), session.owner(), original);
    }
}
