package org.planisphere.planner.policy;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An expert's word that one exact executable may be run.
 *
 * @param digest {@code sha256:} and 64 hex digits; of a container image its digest, of anything else its fingerprint
 * @param by the expert
 * @param signed whether a signature of the expert's was given; a wrong one is a fault of the policy
 */
public record Approval(
        String digest, String title, String by, @Nullable LocalDate on, boolean signed) {}
