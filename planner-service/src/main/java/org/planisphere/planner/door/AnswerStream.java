package org.planisphere.planner.door;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/** One answer that is sent in parts. Used by one thread; when the asker has gone, the question is still answered. */
final class AnswerStream {
    private final SseEventSink sink;
    private final Sse sse;

    AnswerStream(SseEventSink sink, Sse sse) {
        this.sink = sink;
        this.sse = sse;
    }

    /** Sends what the supplier answers as the whole set, or what it throws as a problem, and ends the stream. */
    void run(Supplier<Response> whole) {
        try (SseEventSink open = sink) {
            try {
                send("set", whole.get().getEntity());
            } catch (RuntimeException e) {
                send("problem", new AnyProblemMapper().toResponse(e).getEntity());
            }
        }
    }

    /** Sends one platform's part. */
    void part(String platform, OfferSetResponse part) {
        send("offers", Codecs.write(part, Format.JSON));
    }

    private void send(String type, Object document) {
        if (!sink.isClosed() && document instanceof byte[] bytes) {
            // The codec writes JSON over several lines; an event's data is one.
            String line =
                    new String(bytes, StandardCharsets.UTF_8).replace("\r", "").replace("\n", " ");
            sink.send(sse.newEventBuilder().name(type).data(String.class, line).build());
        }
    }
}
