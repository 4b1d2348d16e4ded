package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a session, as its event stream tells it.
 *
 * @param id number of the event within its session, from 1; the {@code Last-Event-ID} to go on from
 * @param type {@code phase}, {@code message}, {@code progress}, {@code output}, {@code option} or {@code deleted}; others
 *     may come
 * @param phase the session's phase after it, where the event says so
 * @param text one sentence for people; empty when there is nothing to say
 * @param values of the sentence, for programs
 */
public record SessionEvent(
        long id,
        String type,
        @Nullable Instant at,
        @Nullable String phase,
        String text,
        Map<String, String> values) {
    public SessionEvent {
        values = Map.copyOf(values);
    }

    /** Whether nothing will follow: the session has ended or is gone. */
    public boolean last() {
        return type.equals("deleted") || Phases.terminal(phase);
    }

    /** When it happened. */
    public Optional<Instant> time() {
        return Optional.ofNullable(at);
    }

    static SessionEvent of(long id, String type, JsonNode data) {
        JsonNode message = data.path("message");
        boolean plain = message.isTextual();
        JsonNode values = data.has("values") ? data.path("values") : message.path("values");
        Map<String, String> named = new LinkedHashMap<>();
        values.properties()
                .forEach(value -> named.put(value.getKey(), value.getValue().asText()));
        String phase = data.path("phase").asText("");
        String kind = type.equals("message") && data.hasNonNull("type")
                ? data.path("type").asText()
                : type;
        return new SessionEvent(
                id,
                kind,
                instant(data.path("time").asText(data.path("at").asText(""))),
                phase.isEmpty() ? null : phase,
                plain ? message.asText() : message.path("message").asText(""),
                named);
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}
