/**
 * How records come into being here: made from what a service says of itself, written by a publisher, or the registry's
 * own; and how they are kept true.
 */
@NullMarked
package org.planisphere.registry.publish;

import org.jspecify.annotations.NullMarked;
