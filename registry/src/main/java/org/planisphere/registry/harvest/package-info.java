/**
 * Takes over the records of other registries: in full at first, then what has changed, leniently, and without ever losing
 * what was there because a source has a bad day.
 */
@NullMarked
package org.planisphere.registry.harvest;

import org.jspecify.annotations.NullMarked;
