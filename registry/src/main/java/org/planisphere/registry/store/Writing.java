package org.planisphere.registry.store;

import jakarta.persistence.EntityManager;

/** One transaction that changes records. Not thread safe. */
public final class Writing {
    private final EntityManager manager;
    private final long revision;

    Writing(EntityManager manager) {
        this.manager = manager;
        // Waits for whoever is changing records now, and makes the others wait: numbers appear in their order.
        manager.createNativeQuery("UPDATE registry_revision SET number = number + 1 WHERE id = 1")
                .executeUpdate();
        this.revision = ((Number) manager.createNativeQuery("SELECT number FROM registry_revision WHERE id = 1")
                        .getSingleResult())
                .longValue();
    }

    public EntityManager manager() {
        return manager;
    }

    /** To be called with every record that is changed in whatever is shown or searched. */
    public void touch(RecordRow row) {
        row.revision = revision;
    }
}
