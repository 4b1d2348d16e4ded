/**
 * What every JAX-RS door of ours shares: wire documents in three formats, RFC 9457 problems, the caller, and idempotency.
 */
@NullMarked
package org.planisphere.foundation.rest;

import org.jspecify.annotations.NullMarked;
