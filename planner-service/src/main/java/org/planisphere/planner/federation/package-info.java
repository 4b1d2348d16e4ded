/**
 * Other planners as platforms of ours: asks them all at once, stands in for their offers or passes them on, and keeps the
 * sessions that run there in step with ours. The only room besides {@code request} and {@code door} that knows the wire.
 */
@NullMarked
package org.planisphere.planner.federation;

import org.jspecify.annotations.NullMarked;
