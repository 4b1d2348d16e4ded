package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.EURO;
import static org.planisphere.planner.offer.Worlds.GIB;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.YOU;
import static org.planisphere.planner.offer.Worlds.allowance;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.minute;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.offer.Worlds.World;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/** What holds for every task, platform and timeline. The worlds are small, so that everything meets everything. */
class DeciderProperties {
    private static final int HORIZON = 40;

    /** A random world, the same for the same seed. */
    private static World world(long seed, long extraCapacity) {
        Random random = new Random(seed);
        World world = new World();
        world.now = NOW.plusSeconds(random.nextInt(120));
        world.settings = new DeskSettings(
                Duration.ofSeconds(30 + random.nextInt(300)), Duration.ofSeconds(5), 3, Duration.ofMinutes(1), 1, 1, 1);
        world.maxOffers = 1 + random.nextInt(4);
        int platforms = 1 + (random.nextInt(4) == 0 ? 1 : 0);
        for (int p = 0; p < platforms; p++) {
            Amounts capacity = amounts(
                    1 + random.nextInt(6) + extraCapacity,
                    1 + random.nextInt(6) + extraCapacity,
                    1 + random.nextInt(9) + extraCapacity);
            PlatformDescription platform = bounded(Worlds.platform(
                    "p" + p,
                    capacity,
                    Duration.ofSeconds(random.nextInt(3) * 50L),
                    Duration.ofSeconds(random.nextInt(3) * 20L),
                    random.nextInt(3) == 0 ? shapes(random) : List.of()));
            world.with(platform);
            use(random, world, platform.account());
        }
        world.allowing(allowance(
                amounts(1 + random.nextInt(8), 1 + random.nextInt(8), 1 + random.nextInt(12)),
                3 + random.nextInt(4),
                Duration.ofMinutes(20),
                Duration.ofMinutes(HORIZON)));
        use(random, world, YOU);
        world.held.put(YOU, random.nextInt(3));
        world.asking(task(random));
        return world;
    }

    private static PlatformDescription bounded(PlatformDescription p) {
        return new PlatformDescription(
                p.id(),
                p.name(),
                p.description(),
                p.capacity(),
                p.executables(),
                p.storage(),
                p.data(),
                p.schemes(),
                p.shapes(),
                p.prices(),
                p.preparing(),
                p.releasing(),
                Duration.ofMinutes(7),
                Duration.ofMinutes(20),
                Duration.ofMinutes(HORIZON),
                p.network(),
                p.metrics(),
                p.unenforced());
    }

    private static List<Shape> shapes(Random random) {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            Amounts size =
                    new Amounts(1 + random.nextInt(4), 512L * (2 + random.nextInt(6)), random.nextInt(3) * GIB, 0, 1);
            shapes.add(new Shape("s" + i, size, 0.5 + random.nextInt(3)));
        }
        return shapes;
    }

    private static void use(Random random, World world, Account account) {
        for (int i = random.nextInt(5); i > 0; i--) {
            int from = random.nextInt(HORIZON + 10);
            Amounts taken = new Amounts(random.nextInt(4), random.nextInt(4) * GIB, random.nextInt(4) * GIB, 0, 1);
            world.taking(account, from, from + 1 + random.nextInt(20), taken);
        }
    }

    private static Task task(Random random) {
        List<StorageRequest> storage = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            storage.add(Worlds.storage(range(random, 5)));
        }
        Interval start = null;
        if (random.nextInt(3) > 0) {
            Instant from = minute(random.nextInt(HORIZON + 4) - 3).plusSeconds(random.nextInt(60));
            start = new Interval(from, from.plusSeconds(random.nextInt(1200)));
        }
        List<Bound> costs = random.nextInt(3) == 0 ? List.of(Worlds.cost(EURO, random.nextInt(40) / 100.0)) : List.of();
        Duration duration = random.nextInt(4) == 0 ? null : Duration.ofSeconds(1 + random.nextInt(1300));
        return Worlds.task(
                Worlds.process(),
                range(random, 6),
                range(random, 6),
                storage,
                new ScheduleRequest(duration, start),
                costs,
                List.of());
    }

    private static Range range(Random random, int most) {
        Long min = random.nextInt(3) == 0 ? null : (long) random.nextInt(most);
        Long max = random.nextInt(3) == 0 ? null : (min == null ? 0 : min) + random.nextInt(most);
        return new Range(min, max);
    }

    @Property(tries = 5000)
    void everyOfferKeepsToWhatWasAsked(@ForAll long seed) {
        World world = world(seed, 0);
        Task asked = world.task;
        for (Draft draft : world.decide().drafts()) {
            boolean larger =
                    draft.messages().stream().anyMatch(message -> message.code().equals("larger-than-asked"));
            check(
                    asked.compute().cores(),
                    draft.task().compute().cores(),
                    draft.granted().cores(),
                    larger);
            check(
                    asked.compute().memory(),
                    draft.task().compute().memory(),
                    draft.granted().memory() / GIB,
                    larger);
            long stored = 0;
            for (int i = 0; i < asked.storage().size(); i++) {
                Range given = draft.task().storage().get(i).size();
                check(asked.storage().get(i).size(), given, given.minOr(-1), false);
                stored += given.minOr(-1);
            }
            assertThat(draft.granted().storage()).isGreaterThanOrEqualTo(stored * GIB);
            Schedule schedule = draft.schedule();
            assertThat(schedule.preparing()).isAfterOrEqualTo(world.now);
            assertThat(schedule.preparing().plus(schedule.preparingFor()))
                    .isEqualTo(schedule.start().start());
            Interval start = asked.schedule().start();
            if (start != null) {
                assertThat(start.contains(schedule.start().start())).isTrue();
                assertThat(start.contains(schedule.start().end())).isTrue();
            }
            assertThat(schedule.start().end()).isBeforeOrEqualTo(world.now.plus(Duration.ofMinutes(HORIZON)));
            if (asked.schedule().duration() != null) {
                assertThat(schedule.duration()).isEqualTo(asked.schedule().duration());
            }
            assertThat(draft.expires())
                    .isAfterOrEqualTo(world.now.plus(world.settings.leastLifetime()))
                    .isBeforeOrEqualTo(world.now.plus(world.settings.lifetime()))
                    .isBeforeOrEqualTo(schedule.start().end().minus(schedule.preparingFor()));
            for (Bound ceiling : asked.costs()) {
                assertThat(Quote.of(ceiling.type(), draft.costs()).max()).isLessThanOrEqualTo(ceiling.max());
            }
        }
    }

    private static void check(Range asked, Range given, long granted, boolean larger) {
        assertThat(given).isEqualTo(Range.of(granted, granted));
        assertThat(granted).isGreaterThanOrEqualTo(asked.minOr(0));
        if (!larger) {
            assertThat(granted).isLessThanOrEqualTo(asked.maxOr(Long.MAX_VALUE));
        }
    }

    @Property(tries = 5000)
    void allOffersTogetherNeverExceedAnyLimit(@ForAll long seed) {
        World world = world(seed, 0);
        Decision decision = world.decide();
        assertThat(decision.drafts().size()).isLessThanOrEqualTo(world.maxOffers);
        for (Draft draft : decision.drafts()) {
            for (Claim claim : draft.claims()) {
                world.use.put(
                        claim.account(),
                        world.timeline(claim.account()).with(draft.schedule().window(), draft.granted()));
            }
        }
        for (Draft draft : decision.drafts()) {
            for (Claim claim : draft.claims()) {
                assertThat(world.timeline(claim.account())
                                .peak(draft.schedule().window())
                                .within(claim.limit()))
                        .as("%s of %s", claim, decision)
                        .isTrue();
            }
        }
    }

    /**
     * Tries every slot, and the first instant, for every size; knows nothing of the search.
     */
    @Property(tries = 5000)
    void theAnswerIsNoExactlyWhenThereIsNoWindow(@ForAll long seed) {
        boolean possible = judged(seed);
        Statistics.collect(possible);
        Statistics.coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 10);
            coverage.check(false).percentage(share -> share > 10);
        });
    }

    /** Whether there is a window; the decision is held to it. */
    static boolean judged(long seed) {
        World world = world(seed, 0);
        boolean possible = false;
        boolean full = world.held(YOU) >= world.allowances.get(0).openOffers();
        for (Site site : world.sites) {
            possible |= !full && anyWindow(world, site.platform());
        }
        assertThat(world.decide().yes()).as("%s", world.task).isEqualTo(possible);
        return possible;
    }

    private static boolean anyWindow(World world, PlatformDescription platform) {
        Task task = world.task;
        Duration asked = task.schedule().duration();
        Duration duration = asked == null ? platform.usual() : asked;
        if (duration.compareTo(platform.longest()) > 0) {
            return false;
        }
        Instant prepared = world.now.plus(platform.preparing());
        Instant answerable = prepared.plus(world.settings.leastLifetime());
        Instant horizon = world.now.plus(Duration.ofMinutes(HORIZON));
        Interval start = task.schedule().start() == null
                ? new Interval(world.now, horizon)
                : task.schedule().start();
        List<Instant> starts = new ArrayList<>();
        starts.add(start.start().isBefore(prepared) ? prepared : start.start());
        starts.add(answerable);
        for (int i = 0; i <= HORIZON + 2; i++) {
            starts.add(minute(i).plus(platform.preparing()));
        }
        for (Size size : sizes(world, platform, duration)) {
            for (Instant at : starts) {
                Instant end = at.isBefore(answerable) ? answerable : at;
                if (at.isBefore(prepared) || !start.contains(at) || !start.contains(end) || end.isAfter(horizon)) {
                    continue;
                }
                Window window = new Window(
                        at.minus(platform.preparing()), end.plus(duration).plus(platform.releasing()));
                if (world.timeline(platform.account()).fits(window, size.amounts(), platform.capacity())
                        && world.timeline(YOU)
                                .fits(
                                        window,
                                        size.amounts(),
                                        world.allowances.get(0).limit())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Size> sizes(World world, PlatformDescription platform, Duration duration) {
        Task task = world.task;
        Range cores = task.compute().cores();
        Range memory = task.compute().memory();
        if (cores.maxOr(1) < 1 || memory.maxOr(1) < 1) {
            return List.of();
        }
        long leastCores = Math.max(1, cores.minOr(1));
        long leastMemory = Math.max(1, memory.minOr(1));
        List<Long> storages = new ArrayList<>();
        task.storage()
                .forEach(one ->
                        storages.add(one.size().minOr(Math.min(1, one.size().maxOr(1)))));
        long scratch = task.storage().isEmpty() ? 1 : 0;
        Quote quote = new Quote(platform.prices(), platform.preparing().plus(platform.releasing()));
        List<Size> sizes = new ArrayList<>();
        if (platform.shapes().isEmpty()) {
            sizes.add(Size.free(leastCores, leastMemory, storages, 0, scratch, 0));
        }
        for (Shape shape : platform.shapes()) {
            if (shape.size().cores() >= leastCores && shape.size().memory() >= leastMemory * GIB) {
                long disk = shape.size().storage();
                long needed = (Size.sum(storages) + (disk > 0 ? 0 : scratch)) * GIB;
                Amounts given = new Amounts(shape.size().cores(), shape.size().memory(), Math.max(disk, needed), 0, 1);
                sizes.add(new Size(given.cores(), 0, storages, given, shape.name(), shape.factor()));
            }
        }
        sizes.removeIf(size -> !Quote.within(task.costs(), quote.of(size.amounts(), size.factor(), duration)));
        boolean anyWithin = sizes.stream()
                .anyMatch(size -> size.shape() != null && possible(world, platform, size) && withinMost(size, task));
        if (!platform.shapes().isEmpty() && anyWithin) {
            sizes.removeIf(size -> !withinMost(size, task));
        } else if (!platform.shapes().isEmpty()) {
            sizes.removeIf(size -> !possible(world, platform, size));
            sizes.sort(java.util.Comparator.<Size>comparingLong(Size::cores)
                    .thenComparing(size -> size.amounts().memory())
                    .thenComparing(size -> platform.shapes().stream()
                            .filter(shape -> shape.name().equals(size.shape()))
                            .findFirst()
                            .orElseThrow()
                            .size()
                            .storage())
                    .thenComparing(Size::factor)
                    .thenComparing(Size::shape));
            return sizes.isEmpty() ? sizes : List.of(sizes.get(0));
        }
        return sizes;
    }

    private static boolean possible(World world, PlatformDescription platform, Size size) {
        return size.amounts().within(platform.capacity())
                && size.amounts().within(world.allowances.get(0).limit());
    }

    private static boolean withinMost(Size size, Task task) {
        return size.amounts().cores() <= task.compute().cores().maxOr(99)
                && size.amounts().memory() / GIB <= task.compute().memory().maxOr(99);
    }

    @Property(tries = 2000)
    void moreCapacityNeverTurnsYesIntoNo(@ForAll long seed) {
        World world = world(seed, 0);
        boolean free =
                world.sites.stream().allMatch(site -> site.platform().shapes().isEmpty());
        if (free && world.decide().yes()) {
            assertThat(world(seed, 1 + Math.floorMod(seed, 5)).decide().yes()).isTrue();
        }
    }

    @Property(tries = 2000)
    void everyNoHasAReasonFromTheList(@ForAll long seed) {
        Decision decision = world(seed, 0).decide();
        if (!decision.yes()) {
            assertThat(decision.messages()).anyMatch(message -> message.level() == Message.Level.ERROR);
            assertThat(decision.messages()).allMatch(message -> Refusals.CODES.contains(message.code()));
            assertThat(decision.messages()).noneMatch(message -> message.text().contains("${"));
        }
    }

    @Property(tries = 2000)
    void anEarliestTimeThatIsToldIsTrue(@ForAll long seed) {
        World world = world(seed, 0);
        for (Message message : world.decide().messages()) {
            String earliest = message.values().get("earliest");
            if (earliest == null || message.code().equals("start-too-soon") || world.sites.size() > 1) {
                continue;
            }
            Instant at = Instant.parse(earliest);
            Task asked = world.task;
            world.asking(new Task(
                    asked.executable(),
                    asked.compute(),
                    asked.storage(),
                    asked.data(),
                    new ScheduleRequest(asked.schedule().duration(), new Interval(at, at.plusSeconds(60))),
                    asked.costs(),
                    asked.metrics()));
            Decision again = world.decide();
            assertThat(again.yes()).as("%s then %s", message, again.messages()).isTrue();
        }
    }

    @Property(tries = 500)
    void theSameQuestionHasTheSameAnswer(@ForAll long seed) {
        assertThat(world(seed, 0).decide()).isEqualTo(world(seed, 0).decide());
    }
}
