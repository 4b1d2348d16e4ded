package org.planisphere.planner.task;

/**
 * Accelerators asked for.
 *
 * @param kind {@link Kind#ACCELERATOR}, or one that nobody here knows
 * @param type URI of the accelerator's type; empty for any
 * @param memory GiB on each
 */
public record AcceleratorRequest(KindRef kind, String type, Range count, Range memory) {}
