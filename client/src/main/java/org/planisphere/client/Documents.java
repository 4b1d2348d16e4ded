package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;

/** From an answer to its document. */
final class Documents {
    private Documents() {}

    static <T> T read(Http.Reply reply, Class<T> type) {
        try {
            return Codecs.read(reply.body(), format(reply), type, Http.LARGEST);
        } catch (MalformedDocument malformed) {
            throw bad(reply, type, malformed);
        }
    }

    /** An offer set; with each offer, how it was written where that was in JSON. */
    static OfferSetResponse offers(Http.Reply reply) {
        if (format(reply) != Format.JSON) {
            return read(reply, OfferSetResponse.class);
        }
        try {
            return Codecs.readOffers(reply.body(), Http.LARGEST);
        } catch (MalformedDocument malformed) {
            throw bad(reply, OfferSetResponse.class, malformed);
        }
    }

    private static Format format(Http.Reply reply) {
        String named = reply.headers().firstValue("Content-Type").orElse("");
        return Format.ofMediaType(named)
                .orElseThrow(() -> new BadAnswer(
                        reply.uri(),
                        "answered " + (named.isEmpty() ? "something untold" : named) + ", not a document"));
    }

    private static BadAnswer bad(Http.Reply reply, Class<?> type, MalformedDocument malformed) {
        return new BadAnswer(
                reply.uri(), "answered a malformed " + type.getSimpleName() + ": " + malformed.getMessage(), malformed);
    }

    static JsonNode tree(Http.Reply reply) {
        try {
            JsonNode tree = Json.mapper().readTree(reply.body());
            if (tree == null || !tree.isObject()) {
                throw new BadAnswer(reply.uri(), "answered no JSON object");
            }
            return tree;
        } catch (IOException malformed) {
            throw new BadAnswer(reply.uri(), "answered malformed JSON", malformed);
        }
    }
}
