/**
 * The port behind which every engine stands.
 */
@NullMarked
package org.planisphere.planner.platform;

import org.jspecify.annotations.NullMarked;
