/**
 * Task and caller in, offers or reasoned refusals out. Deciding is pure; the desk commits it.
 */
@NullMarked
package org.planisphere.planner.offer;

import org.jspecify.annotations.NullMarked;
