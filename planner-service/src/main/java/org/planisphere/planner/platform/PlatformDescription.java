package org.planisphere.planner.platform;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.Kind;

/**
 * What a platform is and can do; what every offer is decided on. Immutable.
 *
 * @param id short name, {@code [a-z0-9-]{1,40}}, unique in the planner
 * @param capacity everything it has, at any instant
 * @param largest the most that one run can have of it: less than the capacity where that is spread over machines
 * @param executables kinds it runs here and now
 * @param storage kinds of storage it gives
 * @param data kinds of data it can stage
 * @param schemes URL schemes it can stage from ({@code file}, {@code http}, {@code https})
 * @param shapes fixed sizes, as flavours on OpenStack; empty when any size is given
 * @param preparing time quoted for preparation
 * @param releasing time quoted for storing results
 * @param usual duration of a run whose request names none
 * @param longest longest run
 * @param horizon how far ahead it can be booked
 * @param network whether a run may reach the network
 * @param metrics what it reaches: URI of the metric's type to value
 * @param unenforced limits that this host cannot enforce, in words for people ("memory is not limited: …")
 */
public record PlatformDescription(
        String id,
        String name,
        String description,
        Amounts capacity,
        Amounts largest,
        Set<Kind> executables,
        Set<Kind> storage,
        Set<Kind> data,
        Set<String> schemes,
        List<Shape> shapes,
        Prices prices,
        Duration preparing,
        Duration releasing,
        Duration usual,
        Duration longest,
        Duration horizon,
        boolean network,
        Map<String, Double> metrics,
        List<String> unenforced) {
    public PlatformDescription {
        executables = Set.copyOf(executables);
        storage = Set.copyOf(storage);
        data = Set.copyOf(data);
        schemes = Set.copyOf(schemes);
        shapes = List.copyOf(shapes);
        metrics = Map.copyOf(metrics);
        unenforced = List.copyOf(unenforced);
    }

    /** A platform of which one run can have everything. */
    public PlatformDescription(
            String id,
            String name,
            String description,
            Amounts capacity,
            Set<Kind> executables,
            Set<Kind> storage,
            Set<Kind> data,
            Set<String> schemes,
            List<Shape> shapes,
            Prices prices,
            Duration preparing,
            Duration releasing,
            Duration usual,
            Duration longest,
            Duration horizon,
            boolean network,
            Map<String, Double> metrics,
            List<String> unenforced) {
        this(
                id,
                name,
                description,
                capacity,
                capacity,
                executables,
                storage,
                data,
                schemes,
                shapes,
                prices,
                preparing,
                releasing,
                usual,
                longest,
                horizon,
                network,
                metrics,
                unenforced);
    }

    /** The same platform at prices multiplied. */
    public PlatformDescription priced(double factor) {
        return factor == 1
                ? this
                : new PlatformDescription(
                        id,
                        name,
                        description,
                        capacity,
                        largest,
                        executables,
                        storage,
                        data,
                        schemes,
                        shapes,
                        prices.times(factor),
                        preparing,
                        releasing,
                        usual,
                        longest,
                        horizon,
                        network,
                        metrics,
                        unenforced);
    }

    /** The same platform with other times before and after a run. */
    public PlatformDescription expecting(Estimate estimate) {
        return new PlatformDescription(
                id,
                name,
                description,
                capacity,
                largest,
                executables,
                storage,
                data,
                schemes,
                shapes,
                prices,
                estimate.preparing(),
                estimate.releasing(),
                usual,
                longest,
                horizon,
                network,
                metrics,
                unenforced);
    }

    /** Where the platform's use is counted. */
    public Account account() {
        return new Account("platform:" + id);
    }
}
