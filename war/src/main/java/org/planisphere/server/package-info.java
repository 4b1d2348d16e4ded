/** Wiring: makes the planner and the registry one web application, and keeps the server's own pages out of sight. */
@NullMarked
package org.planisphere.server;

import org.jspecify.annotations.NullMarked;
