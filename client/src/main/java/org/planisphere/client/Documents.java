package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;

/** From an answer to its document. */
final class Documents {
    private Documents() {}

    static <T> T read(Http.Reply reply, Class<T> type) {
        String named = reply.headers().firstValue("Content-Type").orElse("");
        Format format = Format.ofMediaType(named)
                .orElseThrow(() -> new BadAnswer(
                        reply.uri(),
                        "answered " + (named.isEmpty() ? "something untold" : named) + ", not a document"));
        try {
            return Codecs.read(reply.body(), format, type, Http.LARGEST);
        } catch (MalformedDocument malformed) {
            throw new BadAnswer(
                    reply.uri(),
                    "answered a malformed " + type.getSimpleName() + ": " + malformed.getMessage(),
                    malformed);
        }
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
