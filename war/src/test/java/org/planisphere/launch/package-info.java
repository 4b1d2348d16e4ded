/** The launcher's parts, without a server. */
package org.planisphere.launch;
