/**
 * The engine that runs tasks as Jobs of a Kubernetes cluster. Only
 * {@link org.planisphere.planner.platform.kubernetes.Cluster} calls the cluster.
 */
@NullMarked
package org.planisphere.planner.platform.kubernetes;

import org.jspecify.annotations.NullMarked;
