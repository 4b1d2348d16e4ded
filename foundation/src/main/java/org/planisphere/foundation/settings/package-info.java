/**
 * What an operator may set: every setting described once, as data, read from one YAML file and the environment. Nothing
 * here knows the planner or a container; the launcher, the planner and the registry read their settings through it.
 */
@NullMarked
package org.planisphere.foundation.settings;

import org.jspecify.annotations.NullMarked;
