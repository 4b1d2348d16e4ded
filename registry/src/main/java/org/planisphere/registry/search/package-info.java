/**
 * Finding records: an index of words and properties in memory, which follows the committed changes of the database, so
 * that every node that shares the database finds the same.
 */
@NullMarked
package org.planisphere.registry.search;

import org.jspecify.annotations.NullMarked;
