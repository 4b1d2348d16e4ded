/**
 * The registry's tables, by JPA. Nothing here is on a hot path; identifiers are compared by their lower-cased form.
 */
@NullMarked
package org.planisphere.registry.store;

import org.jspecify.annotations.NullMarked;
