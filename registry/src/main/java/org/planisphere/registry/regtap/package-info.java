/**
 * The records as relations for queries (RegTAP 1.2): what the relations are, how a record becomes rows of them, and how
 * they are kept in step with the records.
 */
@NullMarked
package org.planisphere.registry.regtap;

import org.jspecify.annotations.NullMarked;
