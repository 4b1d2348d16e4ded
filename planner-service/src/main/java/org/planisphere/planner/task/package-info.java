/**
 * The executable task and its resources as values. The ground floor: knows no other room.
 * Amounts are as the contract states them (GiB, whole cores); names are the client's.
 */
@NullMarked
package org.planisphere.planner.task;

import org.jspecify.annotations.NullMarked;
