package org.planisphere.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** Is told of every change of a record, in the transaction that makes it. */
public interface RecordListener {
    /** Does nothing. */
    RecordListener NOBODY = (connection, records) -> {};

    /**
     * What a record has become.
     *
     * @param ivoid lower case
     * @param active whether it is neither inactive nor deleted
     * @param xml {@code ri:Resource} with the canonical prefixes
     * @param fresh whether it is certain that there was none before
     */
    record Changed(String ivoid, boolean active, String xml, boolean fresh) {}

    /**
     * Writes what follows from the changes; may be told of a record that is what it was.
     *
     * @param connection of the transaction, which the caller ends
     */
    void changed(Connection connection, Collection<Changed> records) throws SQLException;
}
