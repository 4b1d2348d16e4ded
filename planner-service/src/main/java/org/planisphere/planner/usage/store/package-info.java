/** The usage records' table. */
@NullMarked
package org.planisphere.planner.usage.store;

import org.jspecify.annotations.NullMarked;
