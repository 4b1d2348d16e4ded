package org.planisphere.planner.platform;

import org.planisphere.planner.ledger.Amounts;

/**
 * A fixed size on offer.
 *
 * @param name small, medium, large …
 * @param size what it gives; storage is its own disk
 * @param factor by which the platform's prices are multiplied; above 0
 */
public record Shape(String name, Amounts size, double factor) {}
