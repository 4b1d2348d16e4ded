/**
 * From a wire document to a {@link org.planisphere.planner.task.Task}, with every fault and its path.
 * With {@code door} the only room that sees wire types.
 */
@NullMarked
package org.planisphere.planner.request;

import org.jspecify.annotations.NullMarked;
