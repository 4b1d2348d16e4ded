package org.planisphere.planner.session;

import java.time.Instant;
import java.util.UUID;

/** Which event it is, and when it was. */
public record EventKey(UUID session, long number, Instant at) {}
