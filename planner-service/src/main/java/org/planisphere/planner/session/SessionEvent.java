package org.planisphere.planner.session;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.planisphere.planner.offer.Message;

/**
 * Something that happened to a session, numbered from 1 without gaps within it; the number is the SSE event id.
 *
 * @param type {@code phase}, {@code message}, {@code progress}, {@code option} or {@code deleted}
 * @param phase the session's phase after the event
 */
public record SessionEvent(UUID session, long number, Instant at, String type, Phase phase, Message message) {
    /** The values of the message, for programs. */
    public Map<String, String> values() {
        return message.values();
    }
}
