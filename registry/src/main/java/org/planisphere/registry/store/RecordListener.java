package org.planisphere.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Is told of every change of a record, in the transaction that makes it. */
public interface RecordListener {
    /** Does nothing. */
    RecordListener NOBODY = (connection, records) -> {};

    /** What a listener has made of a record before the transaction, for itself. */
    interface Prepared {}

    /**
     * What a record has become.
     *
     * @param ivoid lower case
     * @param active whether it is neither inactive nor deleted
     * @param xml {@code ri:Resource} with the canonical prefixes
     * @param fresh whether it is certain that there was none before
     * @param kinds executable kinds it is known to run, URIs; in its text, or told by the planner itself
     * @param prepared what {@link #prepare} made of this text; null when nobody asked it
     */
    record Changed(
            String ivoid,
            boolean active,
            String xml,
            boolean fresh,
            List<String> kinds,
            @Nullable Prepared prepared) {}

    /**
     * Reads from a record what will follow from it, while it is a tree in memory anyway and no transaction waits. Any
     * number of threads may ask.
     *
     * @param ivoid lower case
     * @param root {@code ri:Resource}, with any prefixes
     */
    default @Nullable Prepared prepare(String ivoid, Element root) {
        return null;
    }

    /**
     * Thousands of records that nobody has seen will come now: what only helps to find them may wait until {@link
     * #manyHaveCome}, which is called for every call of this, unless the process is killed.
     */
    default void manyAreComing() {}

    /**
     * Makes up for what waited, and for what a killed process left undone.
     *
     * @return why not, to be tried again by {@link #makeUp}; null when nothing is left to be done
     */
    default @Nullable String manyHaveCome() {
        return null;
    }

    /** Tries again what {@link #manyHaveCome} could not do; answers as that. */
    default @Nullable String makeUp() {
        return null;
    }

    /**
     * Writes what follows from the changes; may be told of a record that is what it was.
     *
     * @param connection of the transaction, which the caller ends
     */
    void changed(Connection connection, Collection<Changed> records) throws SQLException;
}
