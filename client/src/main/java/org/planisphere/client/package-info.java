/**
 * The Java client of a planner and of a registry: what the command line, portals and other planners stand on. It knows
 * the wire types and HTTP, and nothing of a server.
 */
@NullMarked
package org.planisphere.client;

import org.jspecify.annotations.NullMarked;
