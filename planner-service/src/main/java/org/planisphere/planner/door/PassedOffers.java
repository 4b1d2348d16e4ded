package org.planisphere.planner.door;

import java.nio.charset.StandardCharsets;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Offers of other planners as they came. */
final class PassedOffers {
    private PassedOffers() {}

    static ExecutionSession document(PassedOffer passed) {
        try {
            return Codecs.read(passed.document().getBytes(StandardCharsets.UTF_8), Format.JSON, ExecutionSession.class);
        } catch (MalformedDocument e) {
            throw new IllegalStateException("a stored offer cannot be read", e);
        }
    }
}
