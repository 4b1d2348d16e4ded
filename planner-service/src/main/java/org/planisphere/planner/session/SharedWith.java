package org.planisphere.planner.session;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Which groups a session or an offer set was shared with. Thread safe; blocks on the database. */
public interface SharedWith {
    /** Where nothing is ever shared. */
    SharedWith NONE = new SharedWith() {
        @Override
        public Set<String> of(List<UUID> components) {
            return Set.of();
        }

        @Override
        public void add(UUID component, String group) {
            throw new UnsupportedOperationException("nothing is shared here");
        }

        @Override
        public void remove(UUID component, String group) {}

        @Override
        public int sweep() {
            return 0;
        }
    };

    /** The groups that any of these was shared with. */
    Set<String> of(List<UUID> components);

    /** SharedWith; doing it twice is harmless. */
    void add(UUID component, String group);

    /** Shares no longer; doing it twice is harmless. */
    void remove(UUID component, String group);

    /** Forgets about sessions and offer sets that are gone; how many. */
    int sweep();
}
