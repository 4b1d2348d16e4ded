package org.planisphere.planner.task;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data from outside.
 *
 * @param storage name of the storage resource it is to be kept in, where the request says so
 * @param location address for {@link Kind#SIMPLE_DATA}; null for other kinds
 * @param details for other kinds: their own fields as a tree of maps, lists, strings and numbers in the wire's names
 *     ({@code endpoint}, {@code rucio}, {@code ivoa}, {@code skao} …), echoed in the answer and read by the engine that
 *     stages them
 */
public record DataRequest(
        KindRef kind,
        Label label,
        @Nullable String storage,
        @Nullable String location,
        Map<String, Object> details) {
    public DataRequest {
        details = Map.copyOf(details);
    }
}
