package org.planisphere.registry.door;

import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.resource.Ivoid;

/** Makes problems of the registry's refusals. */
final class Refusals {
    private Refusals() {}

    static ProblemException problem(Refusal refusal) {
        ProblemType type = switch (refusal.why()) {
            case NOT_AUTHENTICATED -> ProblemType.NOT_AUTHENTICATED;
            case NOT_ALLOWED -> ProblemType.NOT_ALLOWED;
            case NOT_FOUND -> ProblemType.NOT_FOUND;
            case INVALID -> ProblemType.INVALID_DOCUMENT;
        };
        return new ProblemException(type, refusal.getMessage(), refusal.faults());
    }

    /** The identifier in an address: with {@code ivo://}, with the slashes folded on the way, or without the scheme. */
    static Ivoid ivoid(String path) {
        String text = path.replaceFirst("(?i)^ivo:/+", "");
        return Ivoid.of("ivo://" + text)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.NOT_FOUND, "The address ends with an identifier, authority/path."));
    }
}
