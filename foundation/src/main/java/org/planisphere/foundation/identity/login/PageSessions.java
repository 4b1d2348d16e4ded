package org.planisphere.foundation.identity.login;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in, by the SHA-256 of what their cookies hold. In memory only; so many of one person and so many in all,
 * then whoever was idle for longest is logged out. Thread safe.
 */
final class PageSessions {
    private final int most;
    private final int mostOfOne;
    private final Duration idle;
    private final Map<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

    private record Entry(PageSession session, Instant seen) {}

    PageSessions(int most, int mostOfOne, Duration idle) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.idle = idle;
    }

    synchronized void put(String key, PageSession session, Instant now) {
        entries.values().removeIf(entry -> over(entry, now));
        List<String> theirs = new ArrayList<>();
        entries.forEach((other, entry) -> {
            if (entry.session.person().equals(session.person())) {
                theirs.add(other);
            }
        });
        theirs.stream().limit(Math.max(0, theirs.size() - mostOfOne + 1)).forEach(entries::remove);
        for (Iterator<String> eldest = entries.keySet().iterator(); entries.size() >= most && eldest.hasNext(); ) {
            eldest.next();
            eldest.remove();
        }
        entries.put(key, new Entry(session, now));
    }

    /** The session, which counts as seen. */
    synchronized Optional<PageSession> find(String key, Instant now) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (over(entry, now)) {
            entries.remove(key);
            return Optional.empty();
        }
        entries.put(key, new Entry(entry.session, now));
        return Optional.of(entry.session);
    }

    synchronized Optional<PageSession> remove(String key) {
        return Optional.ofNullable(entries.remove(key)).map(Entry::session);
    }

    private boolean over(Entry entry, Instant now) {
        return !now.isBefore(entry.seen.plus(idle)) || !now.isBefore(entry.session.until());
    }
}
