package org.planisphere.registry.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PostUpdate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.planisphere.registry.resource.Summary;

/**
 * Notes which records a transaction changes, by the mapper's own callbacks and {@link Writing#add}, and tells the listener before it ends.
 * Changes that leave the record's text, its status and what it runs alone are none.
 */
public final class Changes {
    private static final ThreadLocal<Map<String, RecordListener.Changed>> SEEN =
            ThreadLocal.withInitial(LinkedHashMap::new);

    @PostLoad
    void loaded(RecordRow row) {
        row.knownRecord = row.record;
        row.knownStatus = row.status;
        row.knownKinds = Summary.kinds(row.summary);
    }

    @PostPersist
    void made(RecordRow row) {
        note(row, true);
    }

    @PostUpdate
    void changed(RecordRow row) {
        if (!row.record.equals(row.knownRecord)
                || !row.status.equals(row.knownStatus)
                || !Summary.kinds(row.summary).equals(row.knownKinds)) {
            note(row, false);
        }
    }

    /** Notes a record that was written without the mapper. */
    static void added(RecordRow row) {
        note(row, true);
    }

    private static void note(RecordRow row, boolean fresh) {
        SEEN.get()
                .put(
                        row.ivoid,
                        new RecordListener.Changed(
                                row.ivoid,
                                row.status.equals("active"),
                                row.record,
                                fresh,
                                Summary.kinds(row.summary),
                                row.prepared));
        row.knownRecord = row.record;
        row.knownStatus = row.status;
        row.knownKinds = Summary.kinds(row.summary);
    }

    /** Forgets what an earlier transaction of this thread left. */
    static void begin() {
        SEEN.remove();
    }

    /** Writes what is not written yet, and tells what has changed. */
    static void end(EntityManager manager, RecordListener listener) {
        manager.flush();
        List<RecordListener.Changed> records = List.copyOf(SEEN.get().values());
        SEEN.remove();
        if (!records.isEmpty()) {
            try {
                listener.changed(manager.unwrap(Connection.class), records);
            } catch (SQLException e) {
                throw new PersistenceException("what follows from changed records was not written", e);
            }
        }
    }
}
