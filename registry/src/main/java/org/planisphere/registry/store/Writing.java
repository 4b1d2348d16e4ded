package org.planisphere.registry.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** One transaction that changes records. Not thread safe. */
public final class Writing {
    private final EntityManager manager;
    private final long revision;
    private final Set<RecordRow> touched = Collections.newSetFromMap(new IdentityHashMap<>());

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
        touched.add(row);
    }

    /**
     * Writes records that there were none of, all at once and without the mapper, which takes as long as the database for
     * them. They may not be changed any more in this transaction.
     */
    public void add(List<RecordRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try {
            NewRecords.insert(manager.unwrap(Connection.class), rows);
        } catch (SQLException e) {
            throw new PersistenceException("new records were not written", e);
        }
        rows.forEach(Changes::added);
    }

    long revision() {
        return revision;
    }

    /** What searching needs to know of the records that were touched, as they are now. */
    List<Records.Extract> extracts() {
        List<Records.Extract> extracts = new ArrayList<>(touched.size());
        for (RecordRow row : touched) {
            extracts.add(
                    new Records.Extract(row.ivoid, row.type, row.status, row.availability, row.summary, row.revision));
        }
        return extracts;
    }
}
