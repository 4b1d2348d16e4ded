package org.planisphere.planner.door;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/** One answer that is sent in parts. Used by one thread; when the asker has gone, the question is still answered. */
final class AnswerStream {
    private final SseEventSink sink;
    private final Sse sse;
    private final boolean once;
    private boolean parts;
    private @Nullable Object last;

    /** @param once whether the set leaves out what came in parts */
    AnswerStream(SseEventSink sink, Sse sse, boolean once) {
        this.sink = sink;
        this.sse = sse;
        this.once = once;
    }

    /** Sends what the supplier answers as the whole set, or what it throws as a problem, and ends the stream. */
    void run(Supplier<Response> whole) {
        try (SseEventSink open = sink) {
            try {
                Object answer = whole.get().getEntity();
                // An answer that is given again, for its key, had no parts this time.
                send("set", last == null ? answer : last);
            } catch (RuntimeException e) {
                send("problem", new AnyProblemMapper().toResponse(e).getEntity());
            }
        }
    }

    /** Sends one platform's part. */
    void part(String platform, OfferSetResponse part) {
        boolean empty = part.offers == null || part.offers.isEmpty();
        if (!once || !empty) {
            parts |= !empty;
            send("offers", Codecs.write(part, Format.JSON));
        }
    }

    /** What the set is at the end where each offer is sent once, and some have been. */
    void last(OfferSet set, Supplier<OfferSetResponse> rest) {
        if (once && parts) {
            OfferSetResponse document = rest.get();
            document.result = "YES";
            document.description =
                    set.offers().size() + set.passed().size() + " offers, told in the events before this one";
            last = Codecs.write(document, Format.JSON);
        }
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
