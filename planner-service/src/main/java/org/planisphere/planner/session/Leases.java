package org.planisphere.planner.session;

import java.time.Duration;
import java.util.Optional;

/**
 * Who conducts which platform, where several planners share a database. Thread safe; every call is one short
 * transaction and is judged by the database's clock.
 */
public interface Leases {
    /** Takes the platform when nobody holds it, when its lease has run out or when this node holds it already. */
    Optional<Lease> take(String platform, String node, Duration length);

    /** Holds on for another length from now; empty when somebody else has taken it. */
    Optional<Lease> renew(Lease lease, Duration length);

    /** Gives it back at a clean end, so that the next need not wait; harmless when it is lost. */
    void giveBack(Lease lease);
}
