package org.planisphere.planner.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.ledger.Amounts;

/**
 * What an engine expects of one task before it is offered.
 *
 * @param preparing how long it takes to make everything ready: pulling, staging, building; at least 0
 * @param releasing how long it takes to bring the results where they belong; at least 0
 * @param notes whole sentences for the asker, such as what has to be pulled first; offers repeat them
 * @param least cores and memory that the task needs here whatever else it asks; none where its request says all
 */
public record Estimate(Duration preparing, Duration releasing, List<String> notes, Amounts least) {
    public Estimate {
        if (preparing.isNegative() || releasing.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards");
        }
        notes = List.copyOf(notes);
    }

    /** Of a task whose request says what it needs. */
    public Estimate(Duration preparing, Duration releasing, List<String> notes) {
        this(preparing, releasing, notes, Amounts.NONE);
    }

    /** It for a task that needs at least so much. */
    public Estimate needing(Amounts amounts) {
        return new Estimate(preparing, releasing, notes, amounts);
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
        return new Estimate(preparing.plus(rounded), releasing, more, least);
    }
}
