package org.planisphere.planner.federation;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.MinMax;

/**
 * Finds offers that cannot be meant: outside what was asked, beyond what the planner has, over already, or offered once
 * before. Thread safe.
 */
final class Lies {
    /** Clocks and roundings differ. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private static final int REMEMBERED = 100_000;

    /** Which question each original was offered in; the oldest are forgotten. */
    private final Map<URI, String> offered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<URI, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * What is wrong with an offer, in half a sentence; empty when nothing is.
     *
     * @param original the offer's address, read from it
     * @param standIn whether we are to call that address; an offer that is passed on may have come from further away
     * @param lifetime how long it stands, by the planner's own clock; null when it does not say
     */
    Optional<String> of(
            Peer peer,
            Task task,
            ExecutionSession offer,
            URI original,
            @Nullable Interval start,
            @Nullable Duration duration,
            @Nullable Duration lifetime,
            String question,
            boolean held,
            boolean standIn) {
        if (standIn && !peer.owns(original)) {
            return Optional.of("its address is not one of that planner's");
        }
        if (!standIn && held && !String.valueOf(original.getScheme()).matches("https?")) {
            return Optional.of("its address is none of a planner");
        }
        if (offer.phase != null && !offer.phase.equals("OFFERED")) {
            return Optional.of("it is in phase " + offer.phase.replaceAll("[^A-Z]", ""));
        }
        if (held && lifetime != null && (lifetime.isNegative() || lifetime.isZero())) {
            return Optional.of("it had expired when it was offered");
        }
        Interval asked = task.schedule().start();
        if (asked != null
                && start != null
                && (start.start().isBefore(asked.start().minus(TOLERANCE))
                        || start.start().isAfter(asked.end().plus(TOLERANCE)))) {
            return Optional.of("it starts at " + start.start() + ", outside the interval asked");
        }
        Duration wanted = task.schedule().duration();
        if (wanted != null && duration != null && duration.plus(TOLERANCE).compareTo(wanted) < 0) {
            return Optional.of("it lasts " + duration + " where " + wanted + " was asked");
        }
        Compute compute = offer.compute;
        if (compute != null) {
            Optional<String> size = size("cores", task.compute().cores(), compute.cores, peer.cores());
            if (size.isEmpty()) {
                size = size("GiB of memory", task.compute().memory(), compute.memory, peer.memory());
            }
            if (size.isPresent()) {
                return size;
            }
        }
        Optional<String> cost = cost(task.costs(), offer.costs);
        if (cost.isPresent()) {
            return cost;
        }
        return held && again(original, question)
                ? Optional.of("it was offered before, in another answer")
                : Optional.empty();
    }

    private static Optional<String> size(String what, Range asked, @Nullable MinMax given, @Nullable Long has) {
        Long most = given == null ? null : given.max != null ? given.max : given.min;
        if (most == null) {
            return Optional.empty();
        }
        if (asked.min() != null && most < asked.min()) {
            return Optional.of("it gives " + most + " " + what + " where at least " + asked.min() + " were asked");
        }
        return has != null && most > has
                ? Optional.of("it gives " + most + " " + what + " where that planner has " + has)
                : Optional.empty();
    }

    private static Optional<String> cost(List<Bound> ceilings, @Nullable List<Cost> quoted) {
        if (quoted == null) {
            return Optional.empty();
        }
        for (Bound ceiling : ceilings) {
            for (Cost cost : quoted) {
                if (ceiling.max() != null
                        && ceiling.type().equals(cost.type)
                        && cost.max != null
                        && cost.max > ceiling.max() * (1 + 1e-9)) {
                    return Optional.of("it costs " + cost.max + " where at most " + ceiling.max() + " was asked");
                }
            }
        }
        return Optional.empty();
    }

    private synchronized boolean again(URI original, String question) {
        String before = offered.putIfAbsent(original, question);
        return before != null && !before.equals(question);
    }
}
