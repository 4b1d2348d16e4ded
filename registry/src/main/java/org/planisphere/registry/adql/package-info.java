/**
 * ADQL 2.1: a query is parsed by a grammar of our own, checked against the published tables, and only then written as SQL.
 * Nothing of the query's characters reaches the database but the texts it compares with, as parameters.
 */
@NullMarked
package org.planisphere.registry.adql;

import org.jspecify.annotations.NullMarked;
