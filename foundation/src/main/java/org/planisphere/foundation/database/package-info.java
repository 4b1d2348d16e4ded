/**
 * The database of a node: one pool, its migrations and what the object mapper needs.
 * H2 in a file by default, PostgreSQL where an operator names one.
 */
@NullMarked
package org.planisphere.foundation.database;

import org.jspecify.annotations.NullMarked;
