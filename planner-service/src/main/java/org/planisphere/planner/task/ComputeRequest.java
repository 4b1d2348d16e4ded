package org.planisphere.planner.task;

import java.util.List;

/**
 * The machine asked for.
 *
 * @param kind the kind of the resource; {@link Kind#SIMPLE_COMPUTE} where the request names none
 * @param cores whole processor cores
 * @param memory GiB
 */
public record ComputeRequest(
        KindRef kind,
        Label label,
        Range cores,
        Range memory,
        List<AcceleratorRequest> accelerators,
        List<Volume> volumes) {
    public static final ComputeRequest ANY = new ComputeRequest(
            KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), List.of());

    public ComputeRequest {
        accelerators = List.copyOf(accelerators);
        volumes = List.copyOf(volumes);
    }
}
