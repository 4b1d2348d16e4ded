package org.planisphere.planner.platform;

import java.net.URI;

/**
 * The offer or session of another planner for which one of ours stands in. Immutable.
 *
 * @param planner the other planner's name here, for people and for messages
 * @param base the other planner's address; credentials for it go nowhere else
 * @param session where the original is read and changed; below {@code base}
 */
public record Original(String planner, URI base, URI session) {}
