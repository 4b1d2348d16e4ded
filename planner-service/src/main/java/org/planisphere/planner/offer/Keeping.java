package org.planisphere.planner.offer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/**
 * Storage that comes with an offer and is kept after the run: it has a reservation of its own, from the session's first
 * instant until its lifetime is over.
 *
 * @param id the storage's, and its reservation's
 * @param lifetime after everything that the session reserves
 */
public record Keeping(UUID id, String name, long mib, Duration lifetime) {
    /** Of an offer; none of one that stands in for another planner's. */
    public static List<Keeping> of(Offer offer) {
        return offer.original() == null ? of(offer.task(), offer.components()) : List.of();
    }

    /** @param task with every range closed */
    private static List<Keeping> of(Task task, Map<String, UUID> components) {
        List<Keeping> all = new ArrayList<>();
        for (int i = 0; i < task.storage().size(); i++) {
            StorageRequest storage = task.storage().get(i);
            if (storage.made()) {
                all.add(new Keeping(
                        Objects.requireNonNull(components.get("storage/" + i)),
                        String.valueOf(storage.label().name()),
                        Size.mib(storage.size().minOr(0)),
                        lifetime(storage)));
            }
        }
        return all;
    }

    /** What is kept after the run of a task whose ranges are closed. */
    static Amounts after(Task task) {
        long mib = 0;
        for (StorageRequest storage : task.storage()) {
            mib += storage.made() ? Size.mib(storage.size().minOr(0)) : 0;
        }
        return new Amounts(0, 0, mib, 0, 0);
    }

    /** For how long the longest kept of its storage is. */
    static Duration longest(Task task) {
        Duration longest = Duration.ZERO;
        for (StorageRequest storage : task.storage()) {
            if (storage.made() && lifetime(storage).compareTo(longest) > 0) {
                longest = lifetime(storage);
            }
        }
        return longest;
    }

    private static Duration lifetime(StorageRequest storage) {
        Duration least = storage.minLifetime();
        return least == null ? Objects.requireNonNull(storage.maxLifetime()) : least;
    }

    /** The lifetime that is granted: the most that was asked, as far as it may be, and never less than the least. */
    static @Nullable Duration granted(StorageRequest storage, Duration longest) {
        Duration least = storage.minLifetime();
        Duration most = storage.maxLifetime();
        if (!storage.made() || most == null) {
            return least;
        }
        Duration within = most.compareTo(longest) > 0 ? longest : most;
        return least != null && least.compareTo(within) > 0 ? least : within;
    }

    /** @param session everything that the session reserves */
    public Window window(Window session) {
        return new Window(session.from(), session.until().plus(lifetime));
    }

    public Amounts amounts() {
        return new Amounts(0, 0, mib, 0, 0);
    }
}
