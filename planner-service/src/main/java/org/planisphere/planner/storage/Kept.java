package org.planisphere.planner.storage;

import java.time.Instant;
import java.util.UUID;

/**
 * Storage that is kept for somebody.
 *
 * @param id also its reservation's, and its component's in the session that made it
 * @param name by which its owner uses it again
 * @param session for which it was made
 * @param made when that session was accepted
 * @param ends until when it is kept; nothing of it is removed before
 */
public record Kept(
        UUID id, String owner, String name, String platform, long mib, UUID session, Instant made, Instant ends) {}
