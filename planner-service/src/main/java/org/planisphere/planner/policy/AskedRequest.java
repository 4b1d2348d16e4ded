package org.planisphere.planner.policy;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.task.Task;

/**
 * A request that was answered, with what a policy is decided on.
 *
 * @param id the offer set's
 * @param who the caller's id
 * @param groups the caller's, as they were recognised
 * @param yes how it was answered
 */
public record AskedRequest(UUID id, Instant at, String who, Set<String> groups, boolean yes, Task task) {
    public AskedRequest {
        groups = Set.copyOf(groups);
    }

    /** Who asked, as far as a policy knows callers. */
    public Caller caller() {
        return new Caller(who, who, groups, Set.of());
    }
}
