/**
 * The life of an accepted offer: one transition table, updates and options, events.
 */
@NullMarked
package org.planisphere.planner.session;

import org.jspecify.annotations.NullMarked;
