/**
 * Measures the planner's heart on this machine, for {@code ./planisphere bench}: no part of a node uses it.
 */
@NullMarked
package org.planisphere.planner.bench;

import org.jspecify.annotations.NullMarked;
