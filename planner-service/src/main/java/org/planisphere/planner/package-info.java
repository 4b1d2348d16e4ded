/**
 * The planner as a whole: {@link org.planisphere.planner.Planner} puts the rooms together.
 */
@NullMarked
package org.planisphere.planner;

import org.jspecify.annotations.NullMarked;
