/** The WAR, deployed and asked over HTTP. */
package org.planisphere.server;
