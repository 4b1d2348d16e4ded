/** Names of container images and which of them may be run: the same for every engine that runs images. */
@NullMarked
package org.planisphere.planner.platform.image;

import org.jspecify.annotations.NullMarked;
