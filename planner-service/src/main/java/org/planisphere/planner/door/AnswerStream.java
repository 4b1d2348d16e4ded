package org.planisphere.planner.door;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
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
    private boolean parts;
    private @Nullable Object last;

    AnswerStream(SseEventSink sink, Sse sse) {
        this.sink = sink;
        this.sse = sse;
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
        send("offers", Codecs.write(part, Format.JSON));
    }

    /** Sends offers that do not come again, in JSON. */
    void part(byte[] offers) {
        parts = true;
        send("offers", offers);
    }

    /** What the set is at the end where each offer is sent once, and some have been. */
    void last(OfferSet set, Function<OfferSet, OfferSetResponse> rest) {
        if (parts) {
            OfferSetResponse document = rest.apply(set.withoutOffers());
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
