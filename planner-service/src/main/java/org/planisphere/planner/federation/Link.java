package org.planisphere.planner.federation;

import java.util.UUID;
import org.planisphere.planner.platform.Original;

/** A session of ours and its original. */
record Link(UUID session, String owner, Original original) {}
