package org.planisphere.planner.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/**
 * An offer and what has become of it. Immutable; every change is a new value with the next version.
 *
 * @param offerSet UUID of the set it was offered in
 * @param owner the caller's id
 * @param kindBase spelling of the kind URIs' base
 * @param version the number of its newest event, 0 before the first; the store refuses a change of another version than
 *     it holds
 * @param schedule as it stands now: cut at the accept, changed by updates
 * @param accepted when it was accepted
 * @param began when the run began
 * @param ended when the session reached its terminal phase
 * @param exitCode of the run, where it has one
 * @param outcome the phase in which it is going to end, once that is known: CANCELLED from when it was asked to stop,
 *     COMPLETED or FAILED from the end of the run
 * @param messages what has happened that its owner should know; the offer's own messages come first
 * @param connectors the ways into its run, as they were last seen open
 */
public record Session(
        UUID id,
        UUID offerSet,
        String owner,
        String kindBase,
        Phase phase,
        long version,
        Offer offer,
        Schedule schedule,
        Instant created,
        Instant modified,
        @Nullable Instant accepted,
        @Nullable Instant began,
        @Nullable Instant ended,
        @Nullable Integer exitCode,
        @Nullable Phase outcome,
        List<Message> messages,
        List<LiveConnector> connectors) {
    public Session {
        messages = List.copyOf(messages);
        connectors = List.copyOf(connectors);
    }

    /** One into whose run no way leads. */
    public Session(
            UUID id,
            UUID offerSet,
            String owner,
            String kindBase,
            Phase phase,
            long version,
            Offer offer,
            Schedule schedule,
            Instant created,
            Instant modified,
            @Nullable Instant accepted,
            @Nullable Instant began,
            @Nullable Instant ended,
            @Nullable Integer exitCode,
            @Nullable Phase outcome,
            List<Message> messages) {
        this(
                id, offerSet, owner, kindBase, phase, version, offer, schedule, created, modified, accepted, began,
                ended, exitCode, outcome, messages, List.of());
    }

    /** An offer as it is when its set is decided, and as it is stored with it. */
    public static Session offered(OfferSet set, Offer offer) {
        return new Session(
                offer.id(),
                set.id(),
                set.owner(),
                set.kindBase(),
                Phase.OFFERED,
                0,
                offer,
                offer.schedule(),
                set.created(),
                set.created(),
                null,
                null,
                null,
                null,
                null,
                offer.messages());
    }

    /** What its engine is told. */
    Work work() {
        Task task = offer.task();
        return new Work(
                id,
                task.executable(),
                offer.granted(),
                schedule.duration(),
                named(task.storage()),
                task.data(),
                task.compute().volumes(),
                offer.network(),
                paying());
    }

    /** What is kept is known to its engine by its id. */
    private List<StorageRequest> named(List<StorageRequest> storage) {
        if (offer.original() != null || storage.stream().noneMatch(StorageRequest::kept)) {
            return storage;
        }
        List<StorageRequest> named = new ArrayList<>(storage.size());
        for (int i = 0; i < storage.size(); i++) {
            StorageRequest one = storage.get(i);
            named.add(one.kept() ? one.of(offer.components().get("storage/" + i)) : one);
        }
        return named;
    }

    private List<String> paying() {
        Funding funding = offer.funding();
        return funding == null || funding.group() == null ? List.of() : List.of(funding.group());
    }
}
