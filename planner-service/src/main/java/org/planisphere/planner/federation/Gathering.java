package org.planisphere.planner.federation;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.offer.Draft;
import org.planisphere.planner.offer.Found;
import org.planisphere.planner.offer.Inquiry;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.task.Bound;
import org.planisphere.wire.OfferSetResponse;

/**
 * Takes the replies to one question as they come, as many at once as there are, so that one append holds them all. Used by
 * the thread that asks.
 */
final class Gathering {
    private static final Comparator<Draft> SOONEST = Comparator.<Draft, Instant>comparing(
                    draft -> draft.schedule().start().start())
            .thenComparing(Gathering::price);

    /** What one planner said. */
    record Arrival(Member member, Reply reply) {}

    private final Collection<Member> members;
    private final Clock clock;
    private final Inquiry inquiry;
    private final Trip trip;
    private final Instant begun;
    private final BiConsumer<String, OfferSet> each;
    private final boolean together;
    private int standIns;

    /**
     * @param members all that are asked
     * @param begun when the question was put
     * @param each told of each part, with the name of whoever gave it
     * @param together whether all that came at once is one part, and not each planner's
     */
    Gathering(
            Collection<Member> members,
            Clock clock,
            Inquiry inquiry,
            Trip trip,
            Instant begun,
            BiConsumer<String, OfferSet> each,
            boolean together) {
        this.members = members;
        this.clock = clock;
        this.together = together;
        this.inquiry = inquiry;
        this.trip = trip;
        this.begun = begun;
        this.each = each;
    }

    void take(List<Arrival> batch) {
        for (Member member : members) {
            List<Arrival> own =
                    batch.stream().filter(arrival -> arrival.member() == member).toList();
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

    private static double price(Draft draft) {
        for (Bound cost : draft.costs()) {
            if (cost.type().contains("money")) {
                return cost.max() == null ? 0 : cost.max();
            }
        }
        return 0;
    }
}
