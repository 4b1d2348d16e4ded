/**
 * Queries over HTTP (TAP 1.1): at once and as jobs (UWS 1.1), what can be queried (VOSI), and the forms answers have.
 */
@NullMarked
package org.planisphere.registry.tap;

import org.jspecify.annotations.NullMarked;
