package org.planisphere.registry.regtap;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Terms of VOResource 1.0 and the ones the IVOA's vocabularies use instead, lower case.
 *
 * @see <a href="https://www.ivoa.net/rdf/voresource/relationship_type">voresource/relationship_type</a>
 * @see <a href="https://www.ivoa.net/rdf/voresource/date_role">voresource/date_role</a>
 */
final class Terms {
    private static final Map<String, String> RELATIONSHIPS = Map.of(
            "mirror-of", "isidenticalto",
            "service-for", "isservicefor",
            "served-by", "isservedby",
            "derived-from", "isderivedfrom");

    private static final Map<String, String> DATES = Map.of(
            "creation", "created",
            "update", "updated",
            "representative", "collected");

    private Terms() {}

    static @Nullable String relationship(@Nullable String term) {
        return term == null ? null : RELATIONSHIPS.getOrDefault(term, term);
    }

    static @Nullable String dateRole(@Nullable String term) {
        return term == null ? null : DATES.getOrDefault(term, term);
    }
}
