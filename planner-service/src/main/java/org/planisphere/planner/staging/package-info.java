/**
 * Data in, results out: the work folder of a session.
 */
@NullMarked
package org.planisphere.planner.staging;

import org.jspecify.annotations.NullMarked;
