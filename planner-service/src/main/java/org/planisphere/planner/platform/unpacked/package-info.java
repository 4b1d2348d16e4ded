/**
 * Container images without a daemon: pulled and unpacked by the planner, entered by a program of the host (Charliecloud,
 * Apptainer) inside the walls and limits of the process engine.
 */
@NullMarked
package org.planisphere.planner.platform.unpacked;

import org.jspecify.annotations.NullMarked;
