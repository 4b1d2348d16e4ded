/** Areas of the sky as sets of HEALPix pixels: reading them, and making them of circles and polygons. Knows nobody. */
@NullMarked
package org.planisphere.registry.sky;

import org.jspecify.annotations.NullMarked;
