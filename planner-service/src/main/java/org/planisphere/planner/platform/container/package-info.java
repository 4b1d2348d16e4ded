/**
 * The engine that runs tasks as containers, over the Docker-compatible interface of Docker or podman. Only
 * {@link org.planisphere.planner.platform.container.Containers} knows the client library.
 */
@NullMarked
package org.planisphere.planner.platform.container;

import org.jspecify.annotations.NullMarked;
