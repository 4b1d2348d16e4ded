package org.planisphere.planner.task;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Room for files.
 *
 * @param size GiB
 * @param data names of the data resources kept there
 * @param minLifetime how long it is to be kept after the end of the run, at least
 * @param managed whether the platform deletes it at the end of its lifetime
 */
public record StorageRequest(
        KindRef kind,
        Label label,
        Range size,
        List<String> data,
        @Nullable Duration minLifetime,
        @Nullable Duration maxLifetime,
        boolean managed) {
    public StorageRequest {
        data = List.copyOf(data);
    }
}
