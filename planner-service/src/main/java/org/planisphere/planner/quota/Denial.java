package org.planisphere.planner.quota;

/**
 * What is refused whatever else is granted: whatever one of the lists names; everything when it has no list.
 *
 * @param grant its name
 * @param title for people
 */
public record Denial(String grant, String title, Rules rules) {}
