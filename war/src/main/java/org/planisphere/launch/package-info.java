/**
 * Starts one node: reads the command line and the settings, prepares the server's folder, runs Payara Micro in this
 * process and says when it answers. It travels beside the WAR, not in it.
 */
@NullMarked
package org.planisphere.launch;

import org.jspecify.annotations.NullMarked;
