/**
 * Sessions, events and offer sets in the database: plain SQL that rides in the ledger's transactions for what is changed,
 * JPA for what is read, listed and cleaned up. The values themselves are JSON documents with a version of their own.
 */
@NullMarked
package org.planisphere.planner.session.store;

import org.jspecify.annotations.NullMarked;
