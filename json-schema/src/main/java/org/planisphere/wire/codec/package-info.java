/**
 * Bytes to wire types and back, in JSON, XML and YAML, one meaning in all three. Everything that
 * comes from outside passes here: sizes, depths and syntax are bounded, and all faults of a
 * document are told at once with their place.
 */
@NullMarked
package org.planisphere.wire.codec;

import org.jspecify.annotations.NullMarked;
