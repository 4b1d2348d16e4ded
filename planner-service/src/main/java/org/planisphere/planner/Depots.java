package org.planisphere.planner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.staging.Depot;

/** The node's depot, as its settings say. */
final class Depots {
    private Depots() {}

    static Depot open(Settings settings) {
        try {
            return Depot.in(
                    settings.sessionsDir().resolve(".staging"),
                    List.of(),
                    settings.get(Keys.STAGING_CACHE),
                    settings.get(Keys.STAGING_PATIENCE),
                    settings.get(Keys.STAGING_PARALLEL));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for staged data cannot be used: " + e.getMessage(), e);
        }
    }
}
