/**
 * The places that an operator opens for staging: S3, WebDAV, FTP, VOSpace, Rucio. Each is a source, a sink or both, reaches
 * only the host that the operator named, and has its credentials from the vault.
 */
@NullMarked
package org.planisphere.planner.staging.places;

import org.jspecify.annotations.NullMarked;
