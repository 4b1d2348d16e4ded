package org.planisphere.planner.platform.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.planisphere.planner.platform.Objection;

/**
 * Something in a Compose file that cannot be honoured.
 *
 * @param path where it stands, as {@code services.web.privileged}; empty for the file as a whole
 * @param reason half a sentence for people
 */
public record ComposeFault(String path, String reason) {
    /** The code of the objections that these faults become. */
    public static final String CODE = "compose-not-possible";

    private static final int MOST_TOLD = 20;

    /** One objection for each fault, at most twenty and one that says how many more there are. */
    public static List<Objection> objections(List<ComposeFault> faults) {
        List<Objection> all = new ArrayList<>();
        for (ComposeFault fault : faults.subList(0, Math.min(MOST_TOLD, faults.size()))) {
            all.add(new Objection(
                    CODE,
                    fault.path().isEmpty() ? "The Compose file: ${reason}." : "${path} of the Compose file: ${reason}.",
                    Map.of("path", fault.path(), "reason", fault.reason())));
        }
        if (faults.size() > MOST_TOLD) {
            all.add(new Objection(
                    CODE,
                    "The Compose file: ${count} more faults are not listed.",
                    Map.of("path", "", "count", String.valueOf(faults.size() - MOST_TOLD))));
        }
        return all;
    }

    /** All of them in one text. */
    public static String text(List<ComposeFault> faults) {
        List<String> texts = objections(faults).stream().map(Objection::text).toList();
        return String.join(" ", texts);
    }
}
