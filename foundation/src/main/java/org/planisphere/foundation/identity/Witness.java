package org.planisphere.foundation.identity;

/**
 * Notes in the node's audit what was done outside of the ledger: in the registry, and at the pages where people log in. Thread
 * safe; may block on the database, never fails.
 */
@FunctionalInterface
public interface Witness {
    /** Notes nothing. */
    Witness NONE = (who, act, object, detail) -> {};

    /**
     * Called when it is done.
     *
     * @param act one word of at most 20 letters
     * @param object what it was done to
     * @param detail one line for people; never a secret
     */
    void saw(Caller who, String act, String object, String detail);
}
