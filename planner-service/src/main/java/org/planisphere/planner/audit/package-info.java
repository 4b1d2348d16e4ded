/**
 * Who did what, when, and under which policy: written with the act itself, then chained by hashes so that nobody changes
 * the past unseen.
 */
@NullMarked
package org.planisphere.planner.audit;

import org.jspecify.annotations.NullMarked;
