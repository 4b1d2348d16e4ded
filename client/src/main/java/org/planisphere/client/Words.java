package org.planisphere.client;

import java.time.Duration;

/** Values as people read them. */
final class Words {
    private Words() {}

    static String duration(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
