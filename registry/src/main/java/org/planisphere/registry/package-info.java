/**
 * The VO registry: where services are found. Records live in {@code resource} and {@code store}, come into being in
 * {@code publish}, and are met through {@code door}.
 */
@NullMarked
package org.planisphere.registry;

import org.jspecify.annotations.NullMarked;
