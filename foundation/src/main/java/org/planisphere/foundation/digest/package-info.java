/** What tells one text or file from another. */
@NullMarked
package org.planisphere.foundation.digest;

import org.jspecify.annotations.NullMarked;
