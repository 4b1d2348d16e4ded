package org.planisphere.planner.quota;

import java.util.List;
import org.planisphere.foundation.identity.Caller;

/** Who may have how much. Thread safe; asked once per decision. */
public interface Quotas {
    /** Every allowance the caller draws on; all of them must have room. At least one. */
    List<Allowance> allowances(Caller caller);
}
