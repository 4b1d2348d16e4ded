package org.planisphere.planner.ledger;

/**
 * An amount of every {@link Resource}. Immutable; never negative.
 *
 * @param cores whole cores
 * @param memory MiB
 * @param storage MiB
 * @param accelerators pieces
 * @param sessions sessions at the same instant
 */
public record Amounts(long cores, long memory, long storage, long accelerators, long sessions) {
    public static final Amounts NONE = new Amounts(0, 0, 0, 0, 0);
    /** More than anything: the limit of an account that is not limited. Sums never overflow. */
    public static final long UNLIMITED = Long.MAX_VALUE / 4;

    public static final Amounts WITHOUT_LIMIT = new Amounts(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    public Amounts {
        if (cores < 0 || memory < 0 || storage < 0 || accelerators < 0 || sessions < 0) {
            throw new IllegalArgumentException("an amount is below 0");
        }
    }

    public long of(Resource resource) {
        return switch (resource) {
            case CORES -> cores;
            case MEMORY -> memory;
            case STORAGE -> storage;
            case ACCELERATORS -> accelerators;
            case SESSIONS -> sessions;
        };
    }

    public Amounts plus(Amounts other) {
        return new Amounts(
                cores + other.cores,
                memory + other.memory,
                storage + other.storage,
                accelerators + other.accelerators,
                sessions + other.sessions);
    }

    /** True when no resource of this exceeds the same resource of the limit. */
    public boolean within(Amounts limit) {
        return cores <= limit.cores
                && memory <= limit.memory
                && storage <= limit.storage
                && accelerators <= limit.accelerators
                && sessions <= limit.sessions;
    }
}
