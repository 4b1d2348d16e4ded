package org.planisphere.foundation.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/** Writes wire documents in the three formats. */
@Provider
@Priority(1)
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class WireWriter implements MessageBodyWriter<Object> {
    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type.getPackageName().equals("org.planisphere.wire");
    }

    @Override
    public void writeTo(
            Object document,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        Format format =
                Format.ofMediaType(media.getType() + "/" + media.getSubtype()).orElse(Format.JSON);
        headers.putSingle(HttpHeaders.CONTENT_TYPE, media.getType() + "/" + media.getSubtype() + ";charset=utf-8");
        out.write(Codecs.write(document, format));
    }
}
