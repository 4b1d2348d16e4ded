package org.planisphere.planner.offer;

import org.junit.jupiter.api.Test;

/** The properties of deciding over a fixed set of worlds: quick, and the same at every run. */
class DeciderSweepTest {
    private static final int WORLDS = 400;
    private final DeciderProperties properties = new DeciderProperties();

    @Test
    void everyOfferKeepsToWhatWasAsked() {
        for (long seed = 0; seed < WORLDS; seed++) {
            properties.everyOfferKeepsToWhatWasAsked(seed);
        }
    }

    @Test
    void allOffersTogetherNeverExceedAnyLimit() {
        for (long seed = 0; seed < WORLDS; seed++) {
            properties.allOffersTogetherNeverExceedAnyLimit(seed);
        }
    }

    @Test
    void theAnswerIsNoExactlyWhenThereIsNoWindow() {
        for (long seed = 0; seed < WORLDS; seed++) {
            DeciderProperties.judged(seed);
        }
    }

    @Test
    void everyNoHasAReasonAndItsEarliestTimeIsTrue() {
        for (long seed = 0; seed < WORLDS; seed++) {
            properties.everyNoHasAReasonFromTheList(seed);
            properties.anEarliestTimeThatIsToldIsTrue(seed);
        }
    }
}
