package org.planisphere.planner.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the policy says of a group.
 *
 * @param name {@code issuer|group}
 * @param title for people
 * @param joinable whether refusals may name it to people who are not in it
 * @param join where to ask for membership
 * @param share percent of every platform that the group has for itself; 0 for none
 */
public record KnownGroup(
        String name,
        String title,
        boolean joinable,
        @Nullable String join,
        int share) {}
