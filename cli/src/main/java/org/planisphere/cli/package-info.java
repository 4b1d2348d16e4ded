/**
 * The command {@code planisphere}, over the Java client only. Each command is one class; what they share is the
 * {@link org.planisphere.cli.Kit}.
 */
@NullMarked
package org.planisphere.cli;

import org.jspecify.annotations.NullMarked;
