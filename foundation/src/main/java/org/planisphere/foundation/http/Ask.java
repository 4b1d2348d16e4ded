package org.planisphere.foundation.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that {@link GuardedHttp} is to send. Immutable, as far as its body is.
 *
 * @param headers to send besides the usual ones, asked anew for every redirect
 * @param body null for none
 * @param time for the whole of it, where that is less than the rules allow; null for those
 * @param follows whether redirects are followed, always with the same method; what has a body follows none
 */
public record Ask(
        String method,
        URI location,
        Function<URI, Map<String, String>> headers,
        @Nullable Body body,
        @Nullable Duration time,
        boolean follows) {

    /** What is sent with a request. */
    public interface Body {
        /** Bytes. */
        long length();

        /** Writes as many as there are; the stream stays open. */
        void writeTo(OutputStream out) throws IOException;

        /** One that is at hand. */
        static Body of(byte[] document) {
            return new Body() {
                @Override
                public long length() {
                    return document.length;
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    out.write(document);
                }
            };
        }
    }

    public Ask {
        if (follows && body != null) {
            throw new IllegalArgumentException("a body is sent to one address only");
        }
    }

    /** A GET that follows redirects. */
    public static Ask get(URI location) {
        return new Ask("GET", location, at -> Map.of(), null, null, true);
    }

    /** A HEAD that follows redirects. */
    public static Ask head(URI location) {
        return new Ask("HEAD", location, at -> Map.of(), null, null, true);
    }

    /** A request of any method that follows no redirect. */
    public static Ask of(String method, URI location) {
        return new Ask(method, location, at -> Map.of(), null, null, false);
    }

    public Ask with(Function<URI, Map<String, String>> headers) {
        return new Ask(method, location, headers, body, time, follows);
    }

    public Ask with(Body body) {
        return new Ask(method, location, headers, body, time, false);
    }

    /** Within that time, as far as the rules allow it. */
    public Ask within(Duration time) {
        return new Ask(method, location, headers, body, time, follows);
    }
}
