package org.planisphere.planner.offer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;

/**
 * A size that could be granted.
 *
 * @param cores whole cores
 * @param memory GiB, as told to the asker
 * @param storages GiB of each storage resource, in the order of the request
 * @param amounts what is reserved
 * @param shape name of the fixed size, where it is one
 * @param factor by which prices are multiplied
 */
record Size(
        long cores,
        long memory,
        List<Long> storages,
        Amounts amounts,
        @Nullable String shape,
        double factor) {
    static final long MIB = 1024;

    /** MiB of so many GiB; {@link Amounts#UNLIMITED} when that is more than can be counted. */
    static long mib(long gib) {
        return gib >= Amounts.UNLIMITED / MIB ? Amounts.UNLIMITED : gib * MIB;
    }

    /** The sum, or {@link Amounts#UNLIMITED} when that is more than can be counted. */
    static long sum(List<Long> numbers) {
        long sum = 0;
        for (long number : numbers) {
            sum = Math.min(Amounts.UNLIMITED, sum + Math.min(Amounts.UNLIMITED, number));
        }
        return sum;
    }

    /**
     * A free size. {@code scratch} GiB are added for the work folder.
     *
     * @param there GiB of its storages that are kept already, and reserved by themselves
     */
    static Size free(long cores, long memory, List<Long> storages, long there, long scratch, long accelerators) {
        long storage = mib(Math.min(Amounts.UNLIMITED, sum(storages) - there + scratch));
        Amounts amounts = new Amounts(
                Math.min(cores, Amounts.UNLIMITED), mib(memory), storage, Math.min(accelerators, Amounts.UNLIMITED), 1);
        return new Size(cores, memory, List.copyOf(storages), amounts, null, 1.0);
    }
}
