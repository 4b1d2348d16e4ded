package org.planisphere.planner.quota;

import java.time.Instant;
import java.util.List;
import org.planisphere.foundation.identity.Caller;

/** Who may have how much. Thread safe; asked once per decision. */
public interface Quotas {
    /** Every allowance the caller draws on, whatever is asked. */
    List<Allowance> allowances(Caller caller);

    /** What the caller may have at the instant. */
    default Standing standing(Caller caller, Instant at) {
        return Standing.of(allowances(caller));
    }
}
