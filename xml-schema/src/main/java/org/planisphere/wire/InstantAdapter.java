package org.planisphere.wire;

import jakarta.xml.bind.annotation.adapters.XmlAdapter;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants as ISO 8601 text in UTC, to the millisecond at most; any offset is taken on input. */
public final class InstantAdapter extends XmlAdapter<String, Instant> {
    @Override
    public @Nullable Instant unmarshal(@Nullable String text) {
        return text == null ? null : OffsetDateTime.parse(text.trim()).toInstant();
    }

    @Override
    public @Nullable String marshal(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
