package org.planisphere.planner.task;

import java.util.List;

/**
 * An executable task with everything the client said about what it needs: the request document once it has been read
 * and found without fault. Immutable; what the client left open is open here too.
 *
 * @param costs ceilings
 * @param metrics floors
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, ExecutionRequest</a>
 */
public record Task(
        Executable executable,
        ComputeRequest compute,
        List<StorageRequest> storage,
        List<DataRequest> data,
        ScheduleRequest schedule,
        List<Bound> costs,
        List<Bound> metrics) {
    public Task {
        storage = List.copyOf(storage);
        data = List.copyOf(data);
        costs = List.copyOf(costs);
        metrics = List.copyOf(metrics);
    }
}
