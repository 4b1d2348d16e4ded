package org.planisphere.registry.store;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What this process has committed lately, by the number of the change, so that searching need not read again what was just
 * written. What is not here is in the database. Thread safe.
 */
final class LateChanges {
    /** Records that are kept at most: some megabytes. */
    private static final int MOST = 3000;

    private final TreeMap<Long, List<Records.Extract>> changes = new TreeMap<>();
    private int kept;

    /** @param extracts of every record that the change touched */
    synchronized void add(long revision, List<Records.Extract> extracts) {
        put(revision, extracts);
        while (kept > MOST) {
            kept -= changes.pollFirstEntry().getValue().size();
        }
    }

    private void put(long revision, List<Records.Extract> extracts) {
        List<Records.Extract> before = changes.put(revision, extracts);
        kept += extracts.size() - (before == null ? 0 : before.size());
    }

    /** What a change touched, and forgets it and what was earlier; empty when it is not known. */
    synchronized Optional<List<Records.Extract>> take(long revision) {
        while (!changes.isEmpty() && changes.firstKey() < revision) {
            kept -= changes.pollFirstEntry().getValue().size();
        }
        List<Records.Extract> found = changes.remove(revision);
        if (found != null) {
            kept -= found.size();
        }
        return Optional.ofNullable(found);
    }
}
