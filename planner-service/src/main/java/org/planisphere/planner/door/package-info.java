/**
 * The ways in. The only room that knows JAX-RS.
 */
@NullMarked
package org.planisphere.planner.door;

import org.jspecify.annotations.NullMarked;
