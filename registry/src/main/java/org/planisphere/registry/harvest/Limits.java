package org.planisphere.registry.harvest;

import java.time.Duration;

/**
 * What a source may take of us.
 *
 * @param page bytes of one answer
 * @param record XML nodes of one record; more is not read, and held in quarantine
 * @param pages of one harvest
 * @param time for one harvest, from its first page to its last
 * @param sources that are taken from the lists of other registries
 */
public record Limits(int page, int record, int pages, Duration time, int sources) {
    public static final Limits USUAL = new Limits(32 << 20, 200_000, 20_000, Duration.ofHours(12), 500);
}
