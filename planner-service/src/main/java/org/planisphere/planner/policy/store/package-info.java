/** The table of answered requests. */
@NullMarked
package org.planisphere.planner.policy.store;

import org.jspecify.annotations.NullMarked;
