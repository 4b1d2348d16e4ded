package org.planisphere.planner.door;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Offers of other planners as they came. */
final class PassedOffers {
    private PassedOffers() {}

    /** The JSON of a set with its own offers, if any, and those passed on copied as they are. */
    static byte[] with(OfferSetResponse own, List<PassedOffer> passed) {
        List<String> offers = new ArrayList<>();
        if (own.offers != null) {
            own.offers.forEach(offer -> offers.add(json(offer)));
        }
        passed.forEach(offer -> offers.add(offer.document()));
        own.offers = null;
        String set = json(own);
        if (offers.isEmpty()) {
            return set.getBytes(StandardCharsets.UTF_8);
        }
        return (set.substring(0, set.length() - 1) + ",\"offers\":[" + String.join(",", offers) + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String json(Object document) {
        return new String(Codecs.write(document, Format.JSON), StandardCharsets.UTF_8).strip();
    }

    static ExecutionSession document(PassedOffer passed) {
        try {
            return Codecs.read(passed.document().getBytes(StandardCharsets.UTF_8), Format.JSON, ExecutionSession.class);
        } catch (MalformedDocument e) {
            throw new IllegalStateException("a stored offer cannot be read", e);
        }
    }
}
