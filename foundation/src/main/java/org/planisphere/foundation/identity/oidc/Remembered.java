package org.planisphere.foundation.identity.oidc;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was found out of tokens, by their SHA-256, until it is too old or there is too much of it. Never holds a token.
 * Thread safe.
 */
final class Remembered<T> {
    private final int most;
    private final Map<String, Entry<T>> entries;

    private record Entry<T>(T value, Instant until) {}

    Remembered(int most) {
        this.most = most;
        this.entries = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Entry<T>> eldest) {
                return size() > Remembered.this.most;
            }
        };
    }

    synchronized Optional<T> get(String key, Instant now) {
        Entry<T> entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!now.isBefore(entry.until)) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(entry.value);
    }

    synchronized void put(String key, T value, Instant until) {
        entries.put(key, new Entry<>(value, until));
    }
}
