package org.planisphere.planner.door;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.planisphere.foundation.rest.Media;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Kind;

/**
 * What a planner says of itself in registries beyond VOResource: what all its platforms together can run. The schema is
 * {@code planisphere-registry.xsd}.
 *
 * @param kinds URIs of executable kinds
 * @param formats media types of requests and answers
 * @param shapes fixed sizes on offer; storage and accelerators are 0 where they are not part of a size
 */
record Extension(Set<String> kinds, List<String> formats, List<Shape> shapes) {
    static final String NAMESPACE = "https://www.purl.org/planisphere/registry/v1.0";

    static Extension of(PlannerContext planner) {
        Set<String> kinds = new TreeSet<>();
        Map<Shape, Shape> shapes = new LinkedHashMap<>();
        for (Platform platform : planner.platforms()) {
            for (Kind kind : platform.describe().executables()) {
                kinds.add(planner.kinds().uri(kind, planner.kinds().standard()));
            }
            for (Shape shape : platform.describe().shapes()) {
                Shape told = new Shape(shape.name(), known(shape.size()), 1);
                shapes.put(told, told);
            }
        }
        return new Extension(kinds, List.of(Media.JSON, Media.XML, Media.YAML), new ArrayList<>(shapes.keySet()));
    }

    private static Amounts known(Amounts size) {
        return new Amounts(
                size.cores(),
                size.memory(),
                size.storage() >= Amounts.UNLIMITED ? 0 : size.storage(),
                size.accelerators() >= Amounts.UNLIMITED ? 0 : size.accelerators(),
                0);
    }
}
