package org.planisphere.foundation.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.DocumentTooLarge;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Reads wire documents in the three formats; every type fault of a document is told at once. */
@Provider
@Priority(1)
@Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class WireReader implements MessageBodyReader<Object> {
    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type.getPackageName().equals("org.planisphere.wire");
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        Format format = Format.ofMediaType(media.getType() + "/" + media.getSubtype())
                .orElseThrow(() -> new ProblemException(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "Send application/json, application/xml or application/yaml."));
        try {
            return Codecs.read(body, format, type);
        } catch (DocumentTooLarge e) {
            throw new ProblemException(ProblemType.TOO_LARGE, e.getMessage());
        } catch (MalformedDocument e) {
            throw new ProblemException(
                    ProblemType.MALFORMED_DOCUMENT,
                    e.faults().size() == 1
                            ? e.faults().get(0).detail()
                            : "The document has " + e.faults().size() + " faults; see errors.",
                    e.faults());
        }
    }
}
