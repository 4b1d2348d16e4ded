package org.planisphere.planner.quota;

import org.jspecify.annotations.Nullable;

/**
 * What a caller would be granted as a member of a group that takes members: told in refusals, never granted.
 *
 * @param join where to ask for membership; null where the policy does not say
 */
public record Joinable(Terms terms, @Nullable String join) {}
