package org.planisphere.planner.staging;

/**
 * What was fetched.
 *
 * @param size bytes
 * @param sha256 empty for a folder
 */
public record Staged(long size, String sha256) {}
