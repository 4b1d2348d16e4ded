package org.planisphere.planner.offer;

import java.util.Optional;

/** What storage is kept for whom. Thread safe; may block on a database. */
public interface KeptStorages {
    /** Where nothing is kept. */
    KeptStorages NONE = (owner, platform, name) -> Optional.empty();

    /** The owner's storage of that name on the platform, the newest where there are several. */
    Optional<KeptStorage> find(String owner, String platform, String name);
}
