package org.planisphere.planner.federation;

/** One remote platform with what belongs to it. */
record Member(RemotePlatform platform, Roster roster, Callers callers, OfferReading reading) {}
