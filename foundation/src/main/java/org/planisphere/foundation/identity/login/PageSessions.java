package org.planisphere.foundation.identity.login;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in, by the SHA-256 of what their cookies hold. In memory only; so many of one person and so many in all,
 * then whoever was idle for longest is logged out. Thread safe.
 */
final class PageSessions {
    private static final int NAME = 16;

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

    /** Those of one person, or of everybody, oldest use first. */
    synchronized List<Logins.Open> list(@Nullable String person, String here, Instant now) {
        List<Logins.Open> open = new ArrayList<>();
        entries.forEach((key, entry) -> {
            PageSession session = entry.session;
            if (!over(entry, now) && (person == null || person.equals(session.person()))) {
                open.add(new Logins.Open(
                        name(key), session.person(), session.began(), entry.seen, session.until(), key.equals(here)));
            }
        });
        return open;
    }

    /**
     * Takes away some of one person's, or of everybody's.
     *
     * @param name of the only one; null for all of them
     */
    synchronized List<PageSession> remove(@Nullable String person, @Nullable String name) {
        List<PageSession> gone = new ArrayList<>();
        entries.entrySet().removeIf(each -> {
            boolean theirs =
                    (person == null || person.equals(each.getValue().session.person()))
                            && (name == null || name.equals(name(each.getKey())));
            if (theirs) {
                gone.add(each.getValue().session);
            }
            return theirs;
        });
        return gone;
    }

    /** By which a login is told from others; it opens nothing. */
    private static String name(String key) {
        return key.substring(0, Math.min(NAME, key.length()));
    }

    private boolean over(Entry entry, Instant now) {
        return !now.isBefore(entry.seen.plus(idle)) || !now.isBefore(entry.session.until());
    }
}
