package org.planisphere.planner;

import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.quota.FixedQuotas;
import org.planisphere.planner.quota.Quotas;

/** What callers may have, from the settings. */
final class Limits {
    private static final long MIB_PER_GIB = 1024;

    private Limits() {}

    static Quotas quotas(Settings settings) {
        return new FixedQuotas(
                new FixedQuotas.Limits(
                        amounts(
                                settings.get(Keys.ANONYMOUS_CORES),
                                settings.get(Keys.ANONYMOUS_MEMORY),
                                settings.get(Keys.ANONYMOUS_STORAGE),
                                settings.get(Keys.ANONYMOUS_SESSIONS)),
                        settings.get(Keys.ANONYMOUS_OFFERS),
                        settings.get(Keys.DURATION_MAX),
                        settings.get(Keys.HORIZON)),
                new FixedQuotas.Limits(
                        amounts(
                                settings.get(Keys.NAMED_CORES),
                                settings.get(Keys.NAMED_MEMORY),
                                settings.get(Keys.NAMED_STORAGE),
                                settings.get(Keys.NAMED_SESSIONS)),
                        settings.get(Keys.NAMED_OFFERS),
                        settings.get(Keys.DURATION_MAX),
                        settings.get(Keys.HORIZON)));
    }

    /** Accelerators are limited by the platform alone. */
    private static Amounts amounts(long cores, long memoryBytes, long storageBytes, long sessions) {
        return new Amounts(cores, mebibytes(memoryBytes), mebibytes(storageBytes), Amounts.UNLIMITED, sessions);
    }

    private static long mebibytes(long bytes) {
        return bytes / (MIB_PER_GIB * MIB_PER_GIB);
    }
}
