/**
 * Who has what when: capacity over time, holds and quotas on one axis.
 * The truth is an append-only log in the database; the index in memory is rebuilt from it.
 */
@NullMarked
package org.planisphere.planner.ledger;

import org.jspecify.annotations.NullMarked;
