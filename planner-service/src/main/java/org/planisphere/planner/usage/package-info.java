/**
 * What every accepted session came to: who, which group paid, what was granted and used, what it cost. Written with the
 * session's end.
 */
@NullMarked
package org.planisphere.planner.usage;

import org.jspecify.annotations.NullMarked;
