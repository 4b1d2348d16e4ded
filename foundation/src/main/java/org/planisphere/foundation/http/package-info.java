/**
 * Requests that this node makes because somebody else named the address: guarded, so that they reach only what the
 * operator allowed.
 */
@NullMarked
package org.planisphere.foundation.http;

import org.jspecify.annotations.NullMarked;
