package org.planisphere.planner.staging;

import java.time.Instant;

/**
 * A file that a run left.
 *
 * @param name path below the work folder, with {@code /} between its parts; never absolute, without {@code .} and
 *     {@code ..}
 * @param size bytes
 * @param sha256 64 lower-case hexadecimal digits
 * @param mediaType by the name's ending; {@code application/octet-stream} when it says nothing
 */
public record ResultFile(String name, long size, String sha256, String mediaType, Instant modified) {}
