/**
 * Compose files, read: what a file says becomes a checked project of services, or a list of everything in it that cannot be
 * honoured, each with its place. Knows no engine, and touches nothing.
 */
@NullMarked
package org.planisphere.planner.platform.compose;

import org.jspecify.annotations.NullMarked;
