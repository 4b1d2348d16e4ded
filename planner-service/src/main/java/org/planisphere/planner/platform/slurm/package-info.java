/**
 * The engine that hands tasks to Slurm, by its commands or by slurmrestd. What is offered is what Slurm itself says it has;
 * on the node every run has the same supervisor as under the process engine, inside the job that Slurm made for it.
 */
@NullMarked
package org.planisphere.planner.platform.slurm;

import org.jspecify.annotations.NullMarked;
