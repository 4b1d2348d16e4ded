/**
 * Who asks: a bearer token or nobody, made into a {@link org.planisphere.foundation.identity.Caller}.
 */
@NullMarked
package org.planisphere.foundation.identity;

import org.jspecify.annotations.NullMarked;
