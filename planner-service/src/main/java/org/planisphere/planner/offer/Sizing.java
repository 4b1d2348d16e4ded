package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/**
 * The sizes in which a platform can grant a task, whatever is taken there, within capacity, allowances and ceilings; or
 * the reasons why there are none. A free platform grants anything between the least and the most that is asked; a
 * platform of fixed sizes those that give the least, above the most asked only when no other does.
 */
final class Sizing {
    private final Task task;
    private final PlatformDescription platform;
    private final Terms terms;
    private final List<Limit> limits;
    private final DeskSettings settings;
    private final Quote quote;
    private final Duration duration;
    private final Instant now;
    private final Refusals refusals;
    private final List<Message> reasons = new ArrayList<>();
    private final List<Size> sizes = new ArrayList<>();
    private final boolean shaped;

    private final long cores;
    private final long memory;
    private final List<Long> storages = new ArrayList<>();
    private final long accelerators;
    private final long there;
    private final Map<Integer, KeptStorage> kept;

    Sizing(Question question, Site site, Terms terms, List<Limit> limits, Quote quote, Duration duration) {
        this.task = question.task();
        this.platform = site.platform();
        this.terms = terms;
        this.limits = limits;
        this.settings = question.settings();
        this.quote = quote;
        this.duration = duration;
        this.now = question.now();
        this.refusals = new Refusals(now);
        this.shaped = !platform.shapes().isEmpty();
        this.cores = atLeast(
                Resource.CORES,
                task.compute().cores(),
                settings.cores(),
                Math.max(1, site.least().cores()));
        this.memory = atLeast(
                Resource.MEMORY,
                task.compute().memory(),
                settings.memory(),
                Math.max(1, (site.least().memory() + Size.MIB - 1) / Size.MIB));
        long known = 0;
        for (int i = 0; i < task.storage().size(); i++) {
            KeptStorage kept = site.kept().get(i);
            if (task.storage().get(i).external()) {
                storages.add(0L);
            } else if (kept == null) {
                storages.add(least(task.storage().get(i).size(), settings.storage()));
            } else {
                storages.add(kept.mib() / Size.MIB);
                known += kept.mib() / Size.MIB;
            }
        }
        this.there = known;
        this.kept = site.kept();
        this.accelerators = accelerators();
        if (!reasons.isEmpty()) {
            return;
        }
        if (shaped) {
            shapes();
        } else {
            free();
        }
    }

    /** Why there is no size; empty when there is one. */
    List<Message> reasons() {
        return reasons;
    }

    /**
     * Free platform: the least and the most, or only one when they are the same. Fixed sizes: each that may be offered,
     * the smallest first.
     */
    List<Size> sizes() {
        return sizes;
    }

    boolean shaped() {
        return shaped;
    }

    /** The largest size between the least and the most for which the free amounts suffice; they suffice for the least. */
    Size grown(Size least, Size most, Amounts free) {
        long grownCores = clamp(free.cores(), least.cores(), most.cores());
        long grownMemory = clamp(free.memory() / Size.MIB, least.memory(), most.memory());
        long spare = Math.max(0, (free.storage() - least.amounts().storage()) / Size.MIB);
        return size(grownCores, grownMemory, filled(least.storages(), most.storages(), spare));
    }

    /** What the size gives more of than was asked at most. */
    List<Message> notes(Size size) {
        List<Message> notes = new ArrayList<>();
        if (size.shape() != null) {
            Range asked = task.compute().cores();
            if (size.cores() > asked.maxOr(Long.MAX_VALUE)) {
                notes.add(refusals.largerThanAsked(size.shape(), Resource.CORES, size.cores(), asked.maxOr(0)));
            }
            asked = task.compute().memory();
            if (size.memory() > asked.maxOr(Long.MAX_VALUE)) {
                notes.add(refusals.largerThanAsked(size.shape(), Resource.MEMORY, size.memory(), asked.maxOr(0)));
            }
        }
        return notes;
    }

    private void free() {
        Size least = size(cores, memory, storages);
        if (tooMuch(least) || tooExpensive(least)) {
            return;
        }
        long mostCores = most(task.compute().cores(), cores, Limit.least(limits, Resource.CORES));
        long mostMemory = most(task.compute().memory(), memory, Limit.least(limits, Resource.MEMORY) / Size.MIB);
        List<Long> asked = new ArrayList<>();
        for (int i = 0; i < storages.size(); i++) {
            asked.add(
                    kept.containsKey(i) || task.storage().get(i).external()
                            ? storages.get(i)
                            : task.storage().get(i).size().maxOr(storages.get(i)));
        }
        long spare = (Limit.least(limits, Resource.STORAGE) - least.amounts().storage()) / Size.MIB;
        Size most = affordable(mostCores, mostMemory, filled(storages, asked, spare));
        sizes.add(least);
        if (!most.equals(least)) {
            sizes.add(most);
        }
    }

    /** The most of each resource that keeps to the ceilings, cores before memory before storage; the least does. */
    private Size affordable(long mostCores, long mostMemory, List<Long> mostStorages) {
        Predicate<Size> within = size -> Quote.within(task.costs(), costs(size));
        Size most = size(mostCores, mostMemory, mostStorages);
        if (within.test(most)) {
            return most;
        }
        List<Long> kept = within.test(size(cores, memory, mostStorages)) ? mostStorages : storages;
        long keptMemory = largest(memory, mostMemory, n -> size(cores, n, kept), within);
        long keptCores = largest(cores, mostCores, n -> size(n, keptMemory, kept), within);
        return size(keptCores, keptMemory, kept);
    }

    /** The largest number whose size is within; the lowest is. */
    private static long largest(long low, long high, LongFunction<Size> size, Predicate<Size> within) {
        long known = low;
        long above = high + 1;
        while (known + 1 < above) {
            long middle = known + (above - known) / 2;
            if (within.test(size.apply(middle))) {
                known = middle;
            } else {
                above = middle;
            }
        }
        return known;
    }

    private void shapes() {
        List<Shape> enough = new ArrayList<>();
        for (Shape shape : platform.shapes()) {
            if (shape.size().cores() >= cores
                    && shape.size().memory() / Size.MIB >= memory
                    && shape.size().accelerators() >= accelerators) {
                enough.add(shape);
            }
        }
        if (enough.isEmpty()) {
            List<String> names = new ArrayList<>();
            platform.shapes().forEach(shape -> names.add(words(shape)));
            String asked = cores + " cores, " + memory + " GiB"
                    + (accelerators > 0 ? ", " + accelerators + " accelerators" : "");
            reasons.add(refusals.noShapeFits(asked, String.join("; ", names), platform.id()));
            return;
        }
        Set<String> named = terms.rules().shapes();
        if (named != null) {
            List<String> names = enough.stream().map(Shape::name).toList();
            enough.removeIf(shape -> !named.contains(shape.name()));
            if (enough.isEmpty()) {
                reasons.add(new PolicyWords(now).notAllowed("size", String.join(", ", names), named, terms));
                return;
            }
        }
        enough.sort(Comparator.<Shape>comparingLong(shape -> shape.size().cores())
                .thenComparingLong(shape -> shape.size().memory())
                .thenComparingLong(shape -> shape.size().accelerators())
                .thenComparingLong(shape -> shape.size().storage())
                .thenComparingDouble(Shape::factor)
                .thenComparing(Shape::name));
        List<Size> possible = new ArrayList<>();
        for (Shape shape : enough) {
            Size size = size(shape);
            if (within(size) && Quote.within(task.costs(), costs(size))) {
                possible.add(size);
            }
        }
        for (Size size : possible) {
            if (notes(size).isEmpty()) {
                sizes.add(size);
            }
        }
        if (!possible.isEmpty() && sizes.isEmpty()) {
            sizes.add(possible.get(0));
        }
        if (possible.isEmpty()) {
            shapeReasons(enough);
        }
    }

    /** What speaks against the first size that the limits allow, or else against the smallest. */
    private void shapeReasons(List<Shape> enough) {
        for (Shape shape : enough) {
            Size size = size(shape);
            if (within(size)) {
                tooExpensive(size);
                return;
            }
        }
        tooMuch(size(enough.get(0)));
    }

    private boolean within(Size size) {
        for (Limit limit : limits) {
            if (!size.amounts().within(limit.most())) {
                return false;
            }
        }
        return true;
    }

    /** Says of each resource who has too little of it. */
    private boolean tooMuch(Size size) {
        for (Limit limit : limits) {
            for (Resource resource : Resource.values()) {
                long asked = size.amounts().of(resource);
                if (asked > limit.most().of(resource)) {
                    reasons.add(refusals.tooMuch(resource, asked, limit));
                }
            }
        }
        return !reasons.isEmpty();
    }

    private boolean tooExpensive(Size size) {
        List<Bound> costs = costs(size);
        for (Bound ceiling : task.costs()) {
            Double most = ceiling.max();
            Bound cost = Quote.of(ceiling.type(), costs);
            if (most != null && cost != null && cost.max() != null && Quote.exceeded(ceiling, costs)) {
                String unit = ceiling.type().equals(Quote.ENERGY)
                        ? "kWh"
                        : platform.prices().currency();
                reasons.add(refusals.tooExpensive(ceiling.type(), most, cost.max(), unit, platform.id()));
            }
        }
        return !reasons.isEmpty();
    }

    List<Bound> costs(Size size) {
        return quote.of(size.amounts(), size.factor(), duration);
    }

    private Size size(long itsCores, long itsMemory, List<Long> itsStorages) {
        return Size.free(itsCores, itsMemory, itsStorages, there, scratch(), accelerators);
    }

    /** A fixed size has its own disk; storage that is asked beyond it is added. */
    private Size size(Shape shape) {
        Amounts given = shape.size();
        long scratch = given.storage() > 0 ? 0 : scratch();
        long asked = Size.mib(Math.min(Amounts.UNLIMITED, Size.sum(storages) - there + scratch));
        Amounts amounts =
                new Amounts(given.cores(), given.memory(), Math.max(given.storage(), asked), given.accelerators(), 1);
        return new Size(
                given.cores(), given.memory() / Size.MIB, List.copyOf(storages), amounts, shape.name(), shape.factor());
    }

    /** GiB for the work folder where no storage is asked that is not there already. */
    private long scratch() {
        long external = task.storage().stream().filter(StorageRequest::external).count();
        return task.storage().size() == kept.size() + external ? settings.storage() : 0;
    }

    private long accelerators() {
        long sum = 0;
        for (AcceleratorRequest accelerator : task.compute().accelerators()) {
            sum = Math.min(Amounts.UNLIMITED, sum + Math.min(Amounts.UNLIMITED, least(accelerator.count(), 1)));
        }
        return sum;
    }

    private long atLeast(Resource resource, Range asked, long usual, long needed) {
        Long max = asked.max();
        if (max != null && max < needed) {
            reasons.add(refusals.maxBelowLeast(resource, max, needed));
        }
        return Math.max(needed, least(asked, usual));
    }

    private static long least(Range asked, long usual) {
        return asked.minOr(Math.min(usual, asked.maxOr(usual)));
    }

    private static long most(Range asked, long least, long available) {
        return clamp(asked.maxOr(least), least, Math.max(least, available));
    }

    /** The least of each with the spare GiB added, to the first as far as it wants, then to the next. */
    private static List<Long> filled(List<Long> least, List<Long> most, long spare) {
        List<Long> filled = new ArrayList<>(least.size());
        long left = Math.max(0, spare);
        for (int i = 0; i < least.size(); i++) {
            long more = Math.min(left, Math.max(0, most.get(i) - least.get(i)));
            filled.add(least.get(i) + more);
            left -= more;
        }
        return filled;
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }

    private static String words(Shape shape) {
        @Nullable
        String accelerators =
                shape.size().accelerators() > 0 ? ", " + shape.size().accelerators() + " accelerators" : "";
        return shape.name() + ": " + shape.size().cores() + " cores, "
                + Refusals.count(Resource.MEMORY, shape.size().memory()) + " GiB" + accelerators;
    }
}
