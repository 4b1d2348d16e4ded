package org.planisphere.planner.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A timeline as a segment tree over the slots of an axis. A change copies the path to what it changes and shares the
 * rest. A part of the axis without use has no nodes; a part of constant use has one.
 *
 * <p>What is added to a whole part is kept at the top of it and never pushed down: a node's largest and smallest use
 * count from what its ancestors add, and what the node itself adds is the difference to its children.
 */
public final class SegmentTimeline implements Timeline {
    private final SlotAxis axis;
    private final @Nullable Use root;
    /** Slots before it are forgotten: they count as unused and are not changed any more. */
    private final long first;

    private SegmentTimeline(SlotAxis axis, @Nullable Use root, long first) {
        this.axis = axis;
        this.root = root;
        this.first = first;
    }

    /** A timeline on which nothing is used. */
    public static SegmentTimeline empty(SlotAxis axis) {
        return new SegmentTimeline(axis, null, 0);
    }

    /** Uses the amounts in the whole window. Refuses a window that ends after the axis. */
    public SegmentTimeline plus(Window window, Amounts amounts) {
        return shifted(window, new Use(amounts));
    }

    /** Takes back what {@link #plus} used. */
    public SegmentTimeline minus(Window window, Amounts amounts) {
        return shifted(window, new Use(amounts).negated());
    }

    /** Forgets all use in slots that ended before the instant. */
    public SegmentTimeline forgetBefore(Instant instant) {
        long until = Math.min(axis.at(instant), axis.size());
        return until <= first ? this : new SegmentTimeline(axis, cleared(root, 0, axis.size(), until, Use.NONE), until);
    }

    /** True when nothing is used at any time. */
    public boolean unused() {
        return root == null;
    }

    @Override
    public Amounts peak(Window window) {
        return peak(root, 0, axis.size(), axis.at(window.from()), axis.from(window.until()))
                .amounts();
    }

    @Override
    public boolean fits(Window window, Amounts amounts, Amounts limit) {
        return fits(axis.at(window.from()), axis.from(window.until()), new Use(limit).minus(new Use(amounts)));
    }

    @Override
    public Optional<Instant> firstFit(
            Instant earliest, Instant latest, Duration length, Amounts amounts, Amounts limit) {
        if (length.isZero() || length.isNegative()) {
            throw new IllegalArgumentException("a window has a length");
        }
        if (latest.isBefore(earliest) || length.compareTo(axis.length()) > 0) {
            return Optional.empty();
        }
        Use room = new Use(limit).minus(new Use(amounts));
        if (room.anyBelowZero()) {
            return Optional.empty();
        }
        long from = axis.at(earliest);
        if (fits(from, axis.from(earliest.plus(length)), room)) {
            return Optional.of(earliest);
        }
        long slots = axis.from(Instant.EPOCH.plus(length));
        long last = axis.at(latest);
        long start = from + 1;
        while (start <= last) {
            start = firstFree(root, 0, axis.size(), Math.max(start, 0), room);
            if (start < 0 || start > last || start + slots > axis.size()) {
                return Optional.empty();
            }
            long blocked = lastBlocked(root, 0, axis.size(), start, start + slots, room);
            if (blocked < 0) {
                return Optional.of(axis.start(start));
            }
            start = blocked + 1;
        }
        return Optional.empty();
    }

    @Override
    public List<Span> spans(Window window) {
        Spans spans = new Spans(window);
        spans.visit(root, 0, axis.size(), axis.at(window.from()), axis.from(window.until()), Use.NONE);
        return spans.finished();
    }

    private SegmentTimeline shifted(Window window, Use by) {
        long from = Math.max(axis.at(window.from()), first);
        long until = axis.from(window.until());
        if (until > axis.size()) {
            throw new IllegalArgumentException("the window ends after the ledger's axis: " + window);
        }
        return from >= until || by.zero()
                ? this
                : new SegmentTimeline(axis, shifted(root, 0, axis.size(), from, until, by), first);
    }

    private boolean fits(long from, long until, Use room) {
        return !room.anyBelowZero() && until <= axis.size() && lastBlocked(root, 0, axis.size(), from, until, room) < 0;
    }

    /** The part with {@code by} added in the slots from {@code from} up to {@code until}, which meet it. */
    private static @Nullable Use shifted(@Nullable Use part, long low, long size, long from, long until, Use by) {
        if (from <= low && low + size <= until) {
            return part == null ? by : part.shifted(by).orNull();
        }
        long half = size / 2;
        long middle = low + half;
        Use left = part == null ? null : part.left();
        Use right = part == null ? null : part.right();
        Use added = part == null ? Use.NONE : part.added();
        return Halves.joined(
                added,
                from < middle ? shifted(left, low, half, from, until, by) : left,
                until > middle ? shifted(right, middle, half, from, until, by) : right);
    }

    /** The part with no use left before {@code until}; {@code above} is what its ancestors add. */
    private static @Nullable Use cleared(@Nullable Use part, long low, long size, long until, Use above) {
        if (low >= until) {
            return part;
        }
        if (low + size <= until) {
            return above.negated().orNull();
        }
        long half = size / 2;
        Use added = part == null ? Use.NONE : part.added();
        Use here = above.plus(added);
        return Halves.joined(
                added,
                cleared(part == null ? null : part.left(), low, half, until, here),
                cleared(part == null ? null : part.right(), low + half, half, until, here));
    }

    /** The largest use of each resource in the slots from {@code from} up to {@code until}; nothing outside the part. */
    private static Use peak(@Nullable Use part, long low, long size, long from, long until) {
        if (part == null || until <= low || low + size <= from) {
            return Use.NONE;
        }
        if (from <= low && low + size <= until || part.constant()) {
            return part;
        }
        long half = size / 2;
        long middle = low + half;
        if (until <= middle) {
            return peak(part.left(), low, half, from, until).plus(part.added());
        }
        if (middle <= from) {
            return peak(part.right(), middle, half, from, until).plus(part.added());
        }
        return peak(part.left(), low, half, from, until)
                .most(peak(part.right(), middle, half, from, until))
                .plus(part.added());
    }

    /** The last slot of the window in which a resource is used beyond the room, or -1. */
    private static long lastBlocked(@Nullable Use part, long low, long size, long from, long until, Use room) {
        if (until <= low || low + size <= from) {
            return -1;
        }
        if (part == null) {
            return room.anyBelowZero() ? Math.min(until, low + size) - 1 : -1;
        }
        if (part.within(room)) {
            return -1;
        }
        if (part.wholeBeyond(room)) {
            return Math.min(until, low + size) - 1;
        }
        long half = size / 2;
        Use below = room.minus(part.added());
        long found = lastBlocked(part.right(), low + half, half, from, until, below);
        return found >= 0 ? found : lastBlocked(part.left(), low, half, from, until, below);
    }

    /** The first slot, not before {@code from}, in which no resource is used beyond the room, or -1. */
    private static long firstFree(@Nullable Use part, long low, long size, long from, Use room) {
        if (low + size <= from) {
            return -1;
        }
        if (part == null) {
            return room.anyBelowZero() ? -1 : Math.max(from, low);
        }
        if (part.wholeBeyond(room)) {
            return -1;
        }
        if (part.within(room)) {
            return Math.max(from, low);
        }
        long half = size / 2;
        Use below = room.minus(part.added());
        long found = firstFree(part.left(), low, half, from, below);
        return found >= 0 ? found : firstFree(part.right(), low + half, half, from, below);
    }

    /** Puts the parts of a window in a row, equal neighbours together. */
    private final class Spans {
        private final Window window;
        private final List<Span> found = new ArrayList<>();
        private Instant since;
        private @Nullable Use current;

        Spans(Window window) {
            this.window = window;
            this.since = window.from();
        }

        void visit(@Nullable Use part, long low, long size, long from, long until, Use above) {
            if (until <= low || low + size <= from) {
                return;
            }
            if (part == null) {
                add(low, above);
            } else if (part.constant()) {
                add(low, above.plus(part));
            } else {
                long half = size / 2;
                Use here = above.plus(part.added());
                visit(part.left(), low, half, from, until, here);
                visit(part.right(), low + half, half, from, until, here);
            }
        }

        List<Span> finished() {
            end(window.until());
            return List.copyOf(found);
        }

        private void add(long low, Use use) {
            if (current != null && current.same(use)) {
                return;
            }
            Instant start = axis.start(Math.max(low, 0));
            if (start.isAfter(window.from())) {
                end(start);
                since = start;
            }
            current = use;
        }

        private void end(Instant until) {
            if (since.isBefore(until)) {
                found.add(new Span(new Window(since, until), current == null ? Amounts.NONE : current.amounts()));
            }
        }
    }

    /**
     * The use in every slot of a part of the axis, beyond what is added above it: constant in this class, the largest of
     * each resource in {@link Halves}.
     */
    private static class Use {
        static final Use NONE = new Use(0, 0, 0, 0, 0);

        final long cores;
        final long memory;
        final long storage;
        final long accelerators;
        final long sessions;

        Use(long cores, long memory, long storage, long accelerators, long sessions) {
            this.cores = cores;
            this.memory = memory;
            this.storage = storage;
            this.accelerators = accelerators;
            this.sessions = sessions;
        }

        Use(Amounts amounts) {
            this(amounts.cores(), amounts.memory(), amounts.storage(), amounts.accelerators(), amounts.sessions());
        }

        boolean constant() {
            return true;
        }

        @Nullable
        Use left() {
            return null;
        }

        @Nullable
        Use right() {
            return null;
        }

        /** What is used in all of its slots alike; the halves add to it. */
        Use added() {
            return this;
        }

        /** The smallest use of each resource. */
        Use least() {
            return this;
        }

        /** The same part with more used in all of its slots. */
        Use shifted(Use by) {
            return plus(by);
        }

        /** True when one resource is used beyond the room in every slot. */
        boolean wholeBeyond(Use room) {
            return !within(room);
        }

        /** True when no resource is used beyond the room in any slot. */
        final boolean within(Use room) {
            return cores <= room.cores
                    && memory <= room.memory
                    && storage <= room.storage
                    && accelerators <= room.accelerators
                    && sessions <= room.sessions;
        }

        final Use plus(Use other) {
            return new Use(
                    cores + other.cores,
                    memory + other.memory,
                    storage + other.storage,
                    accelerators + other.accelerators,
                    sessions + other.sessions);
        }

        final Use minus(Use other) {
            return new Use(
                    cores - other.cores,
                    memory - other.memory,
                    storage - other.storage,
                    accelerators - other.accelerators,
                    sessions - other.sessions);
        }

        final Use negated() {
            return NONE.minus(this);
        }

        final Use most(Use other) {
            return new Use(
                    Math.max(cores, other.cores),
                    Math.max(memory, other.memory),
                    Math.max(storage, other.storage),
                    Math.max(accelerators, other.accelerators),
                    Math.max(sessions, other.sessions));
        }

        final Use fewest(Use other) {
            return new Use(
                    Math.min(cores, other.cores),
                    Math.min(memory, other.memory),
                    Math.min(storage, other.storage),
                    Math.min(accelerators, other.accelerators),
                    Math.min(sessions, other.sessions));
        }

        final boolean same(Use other) {
            return cores == other.cores
                    && memory == other.memory
                    && storage == other.storage
                    && accelerators == other.accelerators
                    && sessions == other.sessions;
        }

        final boolean zero() {
            return same(NONE);
        }

        final boolean anyBelowZero() {
            return cores < 0 || memory < 0 || storage < 0 || accelerators < 0 || sessions < 0;
        }

        final Amounts amounts() {
            return new Amounts(cores, memory, storage, accelerators, sessions);
        }

        /** Nothing at all where nothing is used. */
        final @Nullable Use orNull() {
            return constant() && zero() ? null : this;
        }
    }

    /** A part whose halves differ; the inherited numbers are its largest use. */
    private static final class Halves extends Use {
        private final long leastCores;
        private final long leastMemory;
        private final long leastStorage;
        private final long leastAccelerators;
        private final long leastSessions;
        private final @Nullable Use left;
        private final @Nullable Use right;

        private Halves(Use most, Use least, @Nullable Use left, @Nullable Use right) {
            super(most.cores, most.memory, most.storage, most.accelerators, most.sessions);
            this.leastCores = least.cores;
            this.leastMemory = least.memory;
            this.leastStorage = least.storage;
            this.leastAccelerators = least.accelerators;
            this.leastSessions = least.sessions;
            this.left = left;
            this.right = right;
        }

        /** What is added to both halves and the halves; one part where they do not differ, none where nothing is used. */
        static @Nullable Use joined(Use added, @Nullable Use left, @Nullable Use right) {
            Use l = left == null ? NONE : left;
            Use r = right == null ? NONE : right;
            if (l.constant() && r.constant() && l.same(r)) {
                return added.plus(l).orNull();
            }
            return new Halves(l.most(r).plus(added), l.least().fewest(r.least()).plus(added), left, right);
        }

        @Override
        boolean constant() {
            return false;
        }

        @Override
        @Nullable
        Use left() {
            return left;
        }

        @Override
        @Nullable
        Use right() {
            return right;
        }

        @Override
        Use added() {
            return minus((left == null ? NONE : left).most(right == null ? NONE : right));
        }

        @Override
        Use least() {
            return new Use(leastCores, leastMemory, leastStorage, leastAccelerators, leastSessions);
        }

        @Override
        Use shifted(Use by) {
            return new Halves(plus(by), least().plus(by), left, right);
        }

        @Override
        boolean wholeBeyond(Use room) {
            return leastCores > room.cores
                    || leastMemory > room.memory
                    || leastStorage > room.storage
                    || leastAccelerators > room.accelerators
                    || leastSessions > room.sessions;
        }
    }
}
