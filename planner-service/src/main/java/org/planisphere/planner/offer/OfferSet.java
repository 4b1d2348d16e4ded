package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The answer to one request. YES when it has offers, NO with messages that say why when it has none.
 *
 * @param owner the caller's id; {@code anonymous} for nobody's
 * @param kindBase the spelling of the kind URIs' base that the request used; answers use the same
 * @param held false for an indicative answer, which is not stored and holds nothing
 */
public record OfferSet(
        UUID id,
        String owner,
        String kindBase,
        Instant created,
        boolean held,
        List<Offer> offers,
        List<Message> messages) {
    public OfferSet {
        offers = List.copyOf(offers);
        messages = List.copyOf(messages);
    }

    public boolean yes() {
        return !offers.isEmpty();
    }
}
