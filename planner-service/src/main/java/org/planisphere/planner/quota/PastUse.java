package org.planisphere.planner.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * How much of each platform groups have had lately: the mean part of its scarcest resource, 0 to 1, in which a moment
 * counts half as much as one that is a half-life later. Thread safe; asked once per decision, so it must not block.
 */
public interface PastUse {
    /** Nobody has used anything. */
    PastUse NONE = new PastUse() {
        @Override
        public Map<String, Double> of(String group, Instant at, Duration halfLife) {
            return Map.of();
        }

        @Override
        public Map<String, Double> ofOthers(Set<String> groups, Instant at, Duration halfLife) {
            return Map.of();
        }
    };

    /**
     * By platform, for a group; without those it has not used.
     *
     * @param halfLife zero when the past does not count
     */
    Map<String, Double> of(String group, Instant at, Duration halfLife);

    /** By platform, for all together who paid with another group than these, or with none. */
    Map<String, Double> ofOthers(Set<String> groups, Instant at, Duration halfLife);
}
