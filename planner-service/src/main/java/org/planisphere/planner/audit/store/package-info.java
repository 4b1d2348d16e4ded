/** The audit's tables. */
@NullMarked
package org.planisphere.planner.audit.store;

import org.jspecify.annotations.NullMarked;
