/**
 * Measures a planner as its users meet it, and the ledger by itself. Run by {@code ./planisphere bench}; never part of the
 * tests, for these figures are about a machine.
 */
@NullMarked
package org.planisphere.bench;

import org.jspecify.annotations.NullMarked;
