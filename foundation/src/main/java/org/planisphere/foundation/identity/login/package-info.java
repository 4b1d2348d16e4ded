/**
 * People who log in at pages of this node: the way through their issuer and back, and what is remembered of them while
 * they are logged in. A page only ever holds an opaque cookie; tokens stay here.
 */
@NullMarked
package org.planisphere.foundation.identity.login;

import org.jspecify.annotations.NullMarked;
