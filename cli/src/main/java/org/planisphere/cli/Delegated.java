package org.planisphere.cli;

import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import picocli.CommandLine.Option;

/** The option by which whoever accepts has what they name done in their own name. */
final class Delegated {
    /** What may be done in a caller's name. */
    enum What {
        /** The task's inputs are fetched with the caller's token, where the planner's operator allows that. */
        data
    }

    @Option(
            names = "--delegate",
            paramLabel = "data",
            description =
                    "Have the task's inputs fetched with your own token, from the hosts that the planner's operator"
                            + " allows.")
    @Nullable
    What what;

    /** The planner, told so; for the call that accepts only. */
    PlannerClient told(PlannerClient planner) {
        return what == null ? planner : planner.delegating();
    }
}
