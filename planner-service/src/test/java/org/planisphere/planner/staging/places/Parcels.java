package org.planisphere.planner.staging.places;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.Sink;

/** Results to be put somewhere. */
final class Parcels {
    private Parcels() {}

    static Sink.Parcel of(String name, byte[] content) {
        String file = name.isEmpty() ? "result" : name;
        return new Sink.Parcel(
                name,
                new ResultFile(file, content.length, Sha256.hex(content), "application/octet-stream", Instant.EPOCH),
                () -> new ByteArrayInputStream(content));
    }
}
