package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The answer to one request. YES when it has offers, NO with messages that say why when it has none.
 *
 * @param owner the caller's id; {@code anonymous} for nobody's
 * @param kindBase the spelling of the kind URIs' base that the request used; answers use the same
 * @param passed offers of other planners, passed on as they are
 * @param held false for an indicative answer, which is not stored and holds nothing
 */
public record OfferSet(
        UUID id,
        String owner,
        String kindBase,
        Instant created,
        boolean held,
        List<Offer> offers,
        List<Message> messages,
        List<PassedOffer> passed) {
    public OfferSet {
        offers = List.copyOf(offers);
        passed = List.copyOf(passed);
        messages = List.copyOf(messages);
    }

    /** An answer without offers of others. */
    public OfferSet(
            UUID id,
            String owner,
            String kindBase,
            Instant created,
            boolean held,
            List<Offer> offers,
            List<Message> messages) {
        this(id, owner, kindBase, created, held, offers, messages, List.of());
    }

    public boolean yes() {
        return !offers.isEmpty() || !passed.isEmpty();
    }

    /** What is to be said beside the offers. */
    public OfferSet withoutOffers() {
        return new OfferSet(id, owner, kindBase, created, held, List.of(), messages);
    }

    /** The offers alone. */
    public OfferSet withoutMessages() {
        return new OfferSet(id, owner, kindBase, created, held, offers, List.of(), passed);
    }
}
