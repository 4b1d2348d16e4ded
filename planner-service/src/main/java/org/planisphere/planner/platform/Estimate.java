package org.planisphere.planner.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine expects of one task before it is offered.
 *
 * @param preparing how long it takes to make everything ready: pulling, staging, building; at least 0
 * @param releasing how long it takes to bring the results where they belong; at least 0
 * @param notes whole sentences for the asker, such as what has to be pulled first; offers repeat them
 */
public record Estimate(Duration preparing, Duration releasing, List<String> notes) {
    public Estimate {
        if (preparing.isNegative() || releasing.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards");
        }
        notes = List.copyOf(notes);
    }

    /** What the platform quotes for every task. */
    public static Estimate usual(PlatformDescription platform) {
        return new Estimate(platform.preparing(), platform.releasing(), List.of());
    }

    /** It with the time that its image has to be waited for. */
    public Estimate afterImage(Duration pull) {
        Duration rounded = Duration.ofSeconds(Math.max(1, (pull.toMillis() + 999) / 1000));
        List<String> more = new ArrayList<>(notes);
        more.add("The image is not here yet; pulling it is expected to take " + rounded.toSeconds() + " s.");
        return new Estimate(preparing.plus(rounded), releasing, more);
    }
}
