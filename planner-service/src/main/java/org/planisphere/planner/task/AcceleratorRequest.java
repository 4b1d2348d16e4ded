package org.planisphere.planner.task;

/**
 * Accelerators asked for.
 *
 * @param type URI of the accelerator's type; empty for any
 * @param memory GiB on each
 */
public record AcceleratorRequest(String type, Range count, Range memory) {}
