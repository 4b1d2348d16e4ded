/**
 * Bearer tokens of OpenID Connect issuers: whose they are, whether they are good, and which groups they bring. Nothing a
 * token says ever leads to a request: keys, introspection and groups are asked of configured addresses only.
 */
@NullMarked
package org.planisphere.foundation.identity.oidc;

import org.jspecify.annotations.NullMarked;
