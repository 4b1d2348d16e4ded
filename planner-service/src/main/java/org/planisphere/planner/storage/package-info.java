/**
 * Storage that outlives its session: whose it is, how long it is kept, and its end. Where it lies is the staging's affair,
 * and its room the ledger's.
 */
@NullMarked
package org.planisphere.planner.storage;

import org.jspecify.annotations.NullMarked;
