package org.planisphere.registry.harvest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.RecordListener;
import org.planisphere.wire.codec.Fault;

/**
 * One record as it came, read but not yet judged.
 *
 * @param named what the header says it is
 * @param ivoid the same as an identifier; null when it is none
 * @param resource null when it is deleted or cannot be read
 * @param unusable why it cannot be read; null when it can be
 * @param text what came, for the quarantine; empty when it can be read
 * @param faults everything that is wrong with a record that can be read
 * @param prepared what follows from the record; null when that was not read yet
 */
record Incoming(
        String named,
        @Nullable Ivoid ivoid,
        boolean deleted,
        @Nullable Resource resource,
        @Nullable String unusable,
        String text,
        List<Fault> faults,
        RecordListener.@Nullable Prepared prepared) {
    /** By which it is found among what is known. */
    String key() {
        return ivoid == null ? "" : ivoid.key();
    }
}
