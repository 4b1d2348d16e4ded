package org.planisphere.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;

/** An answer whose body is read as it comes. To be closed. */
public record RawAnswer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        body.close();
    }
}
