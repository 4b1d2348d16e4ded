package org.planisphere.planner.platform;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The offer or session of another planner for which one of ours stands in. Immutable.
 *
 * @param planner the other planner's name here, for people and for messages
 * @param base the other planner's address; credentials for it go nowhere else
 * @param session where the original is read and changed; below {@code base}
 * @param platform what the other planner calls the platform it runs on; null where it does not say
 */
public record Original(
        String planner, URI base, URI session, @Nullable String platform) {}
