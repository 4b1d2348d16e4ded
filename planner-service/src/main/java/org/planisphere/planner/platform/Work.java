package org.planisphere.planner.platform;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Volume;

/**
 * Everything an engine needs to run one accepted session. Immutable, and the same whenever it is asked again.
 *
 * @param session the session's UUID, also the name of everything the engine makes for it
 * @param granted what the run may use; memory and storage in MiB
 * @param duration longest run, from its start
 * @param storage with granted sizes: {@code size.min == size.max} GiB
 * @param volumes resolved: every {@code resource} names a member of {@code storage} or {@code data}
 * @param network whether the run may reach the network
 * @param groups the group that pays, {@code issuer|group}; empty when the caller pays alone. For engines that account by
 *     groups of their own
 */
public record Work(
        UUID session,
        Executable executable,
        Amounts granted,
        Duration duration,
        List<StorageRequest> storage,
        List<DataRequest> data,
        List<Volume> volumes,
        boolean network,
        List<String> groups) {
    public Work {
        groups = List.copyOf(groups);
        storage = List.copyOf(storage);
        data = List.copyOf(data);
        volumes = List.copyOf(volumes);
    }

    /** Work for which no group pays. */
    public Work(
            UUID session,
            Executable executable,
            Amounts granted,
            Duration duration,
            List<StorageRequest> storage,
            List<DataRequest> data,
            List<Volume> volumes,
            boolean network) {
        this(session, executable, granted, duration, storage, data, volumes, network, List.of());
    }
}
