package org.planisphere.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which tokens were not refused when they were shown last, by what tells them apart. Never holds a token. Thread safe. */
final class LatelyGood {
    private final long nanos;
    private final Map<String, Long> shown;

    /**
     * @param most what was shown longest ago is forgotten beyond it
     * @param lately how long a token counts
     */
    LatelyGood(int most, Duration lately) {
        this.nanos = lately.toNanos();
        this.shown = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > most;
            }
        };
    }

    /** @param now of {@link System#nanoTime()} */
    synchronized boolean has(String hash, long now) {
        Long at = shown.get(hash);
        return at != null && now - at < nanos;
    }

    synchronized void add(String hash, long now) {
        shown.put(hash, now);
    }

    synchronized void forget(String hash) {
        shown.remove(hash);
    }
}
