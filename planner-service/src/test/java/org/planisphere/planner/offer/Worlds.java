package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Prices;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/** Small worlds to decide in: one platform, one caller, and the means to change them. */
final class Worlds {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    static final String EURO = "https://www.purl.org/planisphere/costs/money/EUR";
    static final String SPEED = "https://www.purl.org/planisphere/metrics/speed";
    static final Account YOU = new Account("caller:you");
    static final long GIB = 1024;

    private Worlds() {}

    /** A question under construction: everything has a usual value. */
    static final class World implements Ledger.View {
        Task task = task(Range.OPEN, Range.OPEN);
        final List<Site> sites = new ArrayList<>();
        final List<Allowance> allowances = new ArrayList<>();
        final Map<Account, PlainTimeline> use = new HashMap<>();
        final Map<Account, Integer> held = new HashMap<>();
        DeskSettings settings = DeskSettings.usual();
        boolean hold = true;
        int maxOffers = 3;
        Instant now = NOW;
        /** What the caller may have; null for what the allowances say. */
        @Nullable
        Standing standing;

        World() {
            allowances.add(allowance(Amounts.WITHOUT_LIMIT));
        }

        World with(PlatformDescription... platforms) {
            for (PlatformDescription platform : platforms) {
                sites.add(new Site(platform, List.of()));
            }
            return this;
        }

        World objecting(PlatformDescription platform, Objection objection) {
            sites.add(new Site(platform, List.of(objection)));
            return this;
        }

        /** A platform of which others use something. */
        World shared(PlatformDescription platform, Occupied... occupied) {
            sites.add(new Site(platform, List.of(), List.of(occupied), List.of()));
            return this;
        }

        /** A platform whose engine knows that the task needs so much. */
        World needing(PlatformDescription platform, Amounts least) {
            sites.add(new Site(platform, List.of(), List.of(), List.of(), least, Map.of()));
            return this;
        }

        World allowing(Allowance... all) {
            allowances.clear();
            allowances.addAll(List.of(all));
            return this;
        }

        World asking(Task asked) {
            task = asked;
            return this;
        }

        /** Takes an amount between two minutes from now. */
        World taking(Account account, int fromMinute, int untilMinute, Amounts amounts) {
            Window window = new Window(minute(fromMinute), minute(untilMinute));
            use.put(account, timeline(account).with(window, amounts));
            return this;
        }

        Question question() {
            return new Question(task, sites, standing(), this, now, settings, hold, maxOffers);
        }

        Standing standing() {
            return standing == null ? Standing.of(allowances) : standing;
        }

        Decision decide() {
            return Decider.decide(question());
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public PlainTimeline timeline(Account account) {
            return use.getOrDefault(account, PlainTimeline.empty(Slots.of(settings.slot())));
        }

        @Override
        public Optional<Reservation> reservation(UUID id) {
            return Optional.empty();
        }

        @Override
        public Timeline holds(Account account) {
            throw new AssertionError("deciding does not look at who holds what");
        }

        @Override
        public int held(Account account) {
            return held.getOrDefault(account, 0);
        }

        Timeline timelineOf(PlatformDescription platform) {
            return timeline(platform.account());
        }
    }

    static World world(PlatformDescription... platforms) {
        return new World().with(platforms);
    }

    static Instant minute(long minutes) {
        return NOW.plus(Duration.ofMinutes(minutes));
    }

    static Amounts cores(long cores) {
        return new Amounts(cores, 0, 0, 0, 0);
    }

    /** Cores, GiB of memory, GiB of storage. */
    static Amounts amounts(long cores, long memory, long storage) {
        return new Amounts(cores, memory * GIB, storage * GIB, 0, 1000);
    }

    static Allowance allowance(Amounts limit) {
        return new Allowance(YOU, "you", limit, 100, Duration.ofDays(7), Duration.ofDays(30));
    }

    static Allowance allowance(Amounts limit, int openOffers, Duration longest, Duration ahead) {
        return new Allowance(YOU, "you", limit, openOffers, longest, ahead);
    }

    /** 8 cores, 32 GiB of memory, 100 GiB of storage; ready at once, a run usually takes an hour. */
    static PlatformDescription platform() {
        return platform("alpha", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
    }

    static PlatformDescription platform(
            String id, Amounts capacity, Duration preparing, Duration releasing, List<Shape> shapes) {
        return new PlatformDescription(
                id,
                "Platform " + id,
                "for tests",
                capacity,
                Set.of(Kind.PROCESS, Kind.PYTHON_PROGRAM),
                Set.of(Kind.SIMPLE_STORAGE),
                Set.of(Kind.SIMPLE_DATA),
                Set.of("file", "https"),
                shapes,
                new Prices(EURO, "EUR", 0.1, 0.01, 0.001, 0.05, 0.02),
                preparing,
                releasing,
                Duration.ofHours(1),
                Duration.ofDays(2),
                Duration.ofDays(10),
                false,
                Map.of(SPEED, 100.0),
                List.of());
    }

    static Executable process() {
        return new Executable.Process(KindRef.of(Kind.PROCESS), Label.named("run"), List.of("true"), Map.of(), ".");
    }

    static Task task(Range cores, Range memory) {
        return task(process(), cores, memory, List.of(), ScheduleRequest.ANY, List.of(), List.of());
    }

    static Task task(Range cores, Duration duration, Interval start) {
        return task(
                process(), cores, Range.OPEN, List.of(), new ScheduleRequest(duration, start), List.of(), List.of());
    }

    static Task task(
            Executable executable,
            Range cores,
            Range memory,
            List<StorageRequest> storage,
            ScheduleRequest schedule,
            List<Bound> costs,
            List<Bound> metrics) {
        return new Task(executable, compute(cores, memory), storage, List.of(), schedule, costs, metrics);
    }

    static ComputeRequest compute(Range cores, Range memory) {
        return new ComputeRequest(KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, cores, memory, List.of(), List.of());
    }

    static StorageRequest storage(Range size) {
        return new StorageRequest(KindRef.of(Kind.SIMPLE_STORAGE), Label.NONE, size, List.of(), null, null, true);
    }

    static DataRequest data(Kind kind, String location) {
        return new DataRequest(KindRef.of(kind), Label.NONE, null, location, Map.of());
    }

    static Bound cost(String type, double most) {
        return new Bound(KindRef.of(Kind.SIMPLE_COST), type, null, null, most);
    }

    static Bound metric(String type, double least) {
        return new Bound(KindRef.of(Kind.SIMPLE_METRIC), type, null, least, null);
    }

    static List<String> codes(Collection<Message> messages) {
        return messages.stream().map(Message::code).toList();
    }
}
