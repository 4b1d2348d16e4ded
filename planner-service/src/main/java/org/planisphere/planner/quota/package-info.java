/**
 * What a caller may hold: limits on the ledger's axis.
 */
@NullMarked
package org.planisphere.planner.quota;

import org.jspecify.annotations.NullMarked;
