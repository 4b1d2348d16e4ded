/**
 * The engine that needs no daemon: runs argument vectors, Python programs and notebooks on this machine, each in a folder
 * of its own, bounded and shut in as far as the host can. Every run has a supervisor that outlives the planner.
 */
@NullMarked
package org.planisphere.planner.platform.process;

import org.jspecify.annotations.NullMarked;
