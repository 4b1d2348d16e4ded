/**
 * The ledger on a database: the log, the head that is made from it, and the one writer that appends.
 * Nothing here is seen from outside but {@link org.planisphere.planner.ledger.store.SqlLedger} and the audit.
 */
@NullMarked
package org.planisphere.planner.ledger.store;

import org.jspecify.annotations.NullMarked;
