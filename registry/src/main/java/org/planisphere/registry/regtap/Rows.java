package org.planisphere.registry.regtap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.store.RecordListener;

/** The rows of one record for every relation, in the order of their columns. Belongs to one thread at a time. */
final class Rows implements RecordListener.Prepared {
    private final Map<String, List<@Nullable Object[]>> rows = new LinkedHashMap<>();

    /** @param values as many as the relation has columns, in their order */
    void add(String relation, @Nullable Object... values) {
        rows.computeIfAbsent(relation, name -> new ArrayList<>()).add(values);
    }

    List<@Nullable Object[]> of(String relation) {
        return rows.getOrDefault(relation, List.of());
    }
}
