package org.planisphere.planner.quota;

import org.jspecify.annotations.Nullable;

/**
 * Under which grant an offer was made, and who pays. Stored with the offer.
 *
 * @param policy version of the policy that was in force
 * @param grant its name
 * @param group the group that pays, {@code issuer|group}; null when the caller pays alone
 * @param factor by which the platform's prices were multiplied
 * @param exportable whether results may leave the platform
 */
public record Funding(String policy, String grant, @Nullable String group, double factor, boolean exportable) {}
