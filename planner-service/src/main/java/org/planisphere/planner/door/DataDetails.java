package org.planisphere.planner.door;

import java.util.Map;
import org.planisphere.wire.Data;
import org.planisphere.wire.codec.Json;

/** The kind's own fields of a data resource, from the tree the task carries to the wire type. */
final class DataDetails {
    private DataDetails() {}

    static Data document(Map<String, Object> details) {
        return details.isEmpty() ? new Data() : Json.mapper().convertValue(details, Data.class);
    }
}
