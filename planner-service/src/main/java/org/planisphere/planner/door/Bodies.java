package org.planisphere.planner.door;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.DocumentTooLarge;
import org.planisphere.wire.codec.Fault;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Bodies and formats of calls that take a document. */
final class Bodies {
    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.valueOf(Media.JSON),
                    MediaType.valueOf(Media.XML),
                    MediaType.valueOf(Media.YAML),
                    MediaType.valueOf(Media.TEXT_XML),
                    MediaType.valueOf(Media.X_YAML),
                    MediaType.valueOf(Media.TEXT_YAML))
            .build();

    /** How much of a refused body is read all the same. */
    private static final long DRAINED = 8L << 20;

    private Bodies() {}

    static <T> T document(byte[] bytes, HttpHeaders headers, Class<T> type, int maxBytes) {
        return document(bytes, headers, type, maxBytes, (rest, known) -> List.of());
    }

    /** @param further told what could be read of a document with faults, and these: what else is wrong with it */
    static <T> T document(
            byte[] bytes,
            HttpHeaders headers,
            Class<T> type,
            int maxBytes,
            BiFunction<T, List<Fault>, List<Fault>> further) {
        MediaType media = headers.getMediaType();
        Format format = media == null
                ? Format.JSON
                : Format.ofMediaType(media.getType() + "/" + media.getSubtype())
                        .orElseThrow(() -> new ProblemException(
                                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                                "Send application/json, application/xml or application/yaml."));
        try {
            return Codecs.read(bytes, format, type, maxBytes);
        } catch (DocumentTooLarge e) {
            throw new ProblemException(ProblemType.TOO_LARGE, e.getMessage());
        } catch (MalformedDocument e) {
            List<Fault> faults = new ArrayList<>(e.faults());
            e.rest(type).ifPresent(rest -> faults.addAll(further.apply(rest, e.faults())));
            throw new ProblemException(
                    ProblemType.MALFORMED_DOCUMENT,
                    faults.size() == 1
                            ? faults.get(0).detail()
                            : "The document has " + faults.size() + " faults; see errors.",
                    faults);
        }
    }

    /** The whole body, never more than the limit: what is longer is refused without being read. */
    static byte[] bytes(InputStream body, int maxBytes) {
        try {
            byte[] bytes = body.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                // A client that is still sending would not read the answer: let it come to its end, within reason.
                byte[] sink = new byte[8192];
                long left = DRAINED;
                for (int read = body.read(sink); read > 0 && left > 0; read = body.read(sink)) {
                    left -= read;
                }
                throw new ProblemException(
                                ProblemType.TOO_LARGE,
                                "This service takes documents of at most " + maxBytes + " bytes.")
                        .with("Connection", "close");
            }
            return bytes;
        } catch (IOException e) {
            throw new ProblemException(ProblemType.MALFORMED_DOCUMENT, "The body ended before its time.");
        }
    }

    static Format format(Request request) {
        Variant chosen = request.selectVariant(VARIANTS);
        if (chosen == null) {
            throw new ProblemException(
                    ProblemType.NOT_ACCEPTABLE,
                    "This address gives application/json, application/xml and application/yaml.");
        }
        MediaType media = chosen.getMediaType();
        return Format.ofMediaType(media.getType() + "/" + media.getSubtype()).orElse(Format.JSON);
    }
}
