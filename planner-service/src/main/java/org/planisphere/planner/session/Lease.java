package org.planisphere.planner.session;

import java.time.Instant;

/**
 * The right of one node to conduct the sessions of a platform, until it runs out.
 *
 * @param fence rises with every change of the holder; a change stored under an older one is refused
 * @param until by the database's clock
 */
public record Lease(String platform, String node, long fence, Instant until) {}
