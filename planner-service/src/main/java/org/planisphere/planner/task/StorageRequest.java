package org.planisphere.planner.task;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Room for files.
 *
 * @param size GiB
 * @param data names of the data resources kept there
 * @param minLifetime how long it is to be kept after the end of the run, at least
 * @param managed whether the platform deletes it at the end of its lifetime
 * @param id of storage that is kept, once there is one: known when it is used again, and to the engine always
 */
public record StorageRequest(
        KindRef kind,
        Label label,
        Range size,
        List<String> data,
        @Nullable Duration minLifetime,
        @Nullable Duration maxLifetime,
        boolean managed,
        @Nullable UUID id) {
    public StorageRequest {
        data = List.copyOf(data);
    }

    /** Storage that has no name of ours yet. */
    public StorageRequest(
            KindRef kind,
            Label label,
            Range size,
            List<String> data,
            @Nullable Duration minLifetime,
            @Nullable Duration maxLifetime,
            boolean managed) {
        this(kind, label, size, data, minLifetime, maxLifetime, managed, null);
    }

    /** Whether it outlives the run, and the platform sees to its end. */
    public boolean kept() {
        return managed && kind.is(Kind.PERSISTENT_STORAGE);
    }

    /** Whether it is somebody else's, who makes and removes it. */
    public boolean external() {
        return !managed && kind.is(Kind.PERSISTENT_STORAGE);
    }

    /** Whether it is to be made and then kept; without a lifetime, one that is kept already is meant. */
    public boolean made() {
        return kept() && (minLifetime != null || maxLifetime != null);
    }

    /** The same of this id. */
    public StorageRequest of(@Nullable UUID known) {
        return new StorageRequest(kind, label, size, data, minLifetime, maxLifetime, managed, known);
    }
}
