/** The table of storage that is kept. */
@NullMarked
package org.planisphere.planner.storage.store;

import org.jspecify.annotations.NullMarked;
