package org.planisphere.planner.session;

import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.FakePlatform;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.session.store.JpaSessions;
import org.planisphere.planner.session.store.SqlSharedWith;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/**
 * A planner on a fake platform and a fake ledger, with a clock and threads that a test turns by hand. The planner can die
 * at any step; the platform, the ledger and the database live on, and another planner takes over.
 */
final class Planner implements AutoCloseable {
    static final Instant BEGIN = Instant.parse("2026-11-21T06:00:00Z");
    static final Caller ALICE = new Caller("iss|alice", "Alice", java.util.Set.of(), java.util.Set.of());
    static final Caller BOB = new Caller("iss|bob", "Bob", java.util.Set.of(), java.util.Set.of());
    static final Amounts CAPACITY = new Amounts(8, 16384, 100000, 0, 100);
    static final SessionSettings SETTINGS = new SessionSettings(
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofDays(30),
            Duration.ofDays(1));

    final ManualTimers time = new ManualTimers(BEGIN);
    final Database database;
    final EntityManagerFactory managers;
    final FakeLedger ledger;
    final FakePlatform platform = new FakePlatform("alpha", CAPACITY, time::now);
    final JpaSessions store;
    final FakeLeases leases;
    final SharedWith shares;
    final List<SessionEvent> told = new ArrayList<>();
    final Quotas quotas = caller -> List.of(new Allowance(
            new Account("caller:" + caller.id()),
            "you",
            Amounts.WITHOUT_LIMIT,
            100,
            Duration.ofHours(4),
            Duration.ofDays(7)));

    /** Work that waits for a thread; turned by {@link #settle} or {@link #turn}. */
    final ArrayDeque<Runnable> work = new ArrayDeque<>();

    EventHub hub;
    Conductor conductor;
    Sessions sessions;

    Planner(DatabaseSettings settings) {
        this.database = Database.open(settings);
        this.managers = database.entityManagers("sessions", JpaSessions.ENTITIES);
        this.ledger = new FakeLedger(database.dataSource(), time::now);
        this.leases = new FakeLeases(database.dataSource(), time::now);
        this.store = new JpaSessions(managers, database.dataSource());
        this.shares = new SqlSharedWith(database.dataSource());
        restart();
    }

    static Planner onH2() {
        return new Planner(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", "", 4));
    }

    /** The planner dies without a word and starts again. */
    void restart() {
        restart("one");
    }

    /** The planner dies without a word and another takes over. */
    void restart(String node) {
        work.clear();
        time.clear();
        platform.deaf();
        platform.fault((step, session) -> {});
        ledger.fault(() -> {});
        hub = new EventHub(Runnable::run);
        hub.observe(told::add);
        Executor queue = work::add;
        conductor = new Conductor(store, ledger, List.of(platform), hub, leases, time, queue, queue, SETTINGS, node);
        sessions = new Sessions(store, ledger, List.of(platform), quotas, conductor, hub, shares, SETTINGS);
        conductor.start();
        if (!conductor.conducts("alpha")) {
            // The dead one's lease has to run out first.
            advance(SETTINGS.lease());
        }
    }

    /** Does one piece of waiting work; false when none waits. */
    boolean turn() {
        Runnable next = work.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    /** Does all the work that waits. */
    void settle() {
        while (turn()) {}
    }

    /** Turns the clock on, doing the work that comes up on the way. */
    void advance(Duration by) {
        settle();
        time.advance(by, this::settle);
    }

    /** Makes and holds a set of offers that may begin at once. */
    OfferSet offer(Caller caller, int offers) {
        return offer(caller, offers, new Interval(time.now(), time.now().plusSeconds(600)), 1);
    }

    /** The same where the caller has named that start, unless it is now. */
    OfferSet offer(Caller caller, int offers, Interval start, long cores) {
        return offer(caller, offers, start, cores, start.start().isAfter(time.now()));
    }

    /** @param named whether the caller has named that start; else it is what was found */
    OfferSet offer(Caller caller, int offers, Interval start, long cores, boolean named) {
        Instant now = time.now();
        UUID set = UUID.randomUUID();
        List<Offer> list = new ArrayList<>();
        for (int i = 0; i < offers; i++) {
            list.add(offer(now, start, cores, caller, named ? new ScheduleRequest(null, start) : ScheduleRequest.ANY));
        }
        OfferSet made = new OfferSet(set, caller.id(), "https://example.org/kinds/", now, true, list, List.of());
        List<Entry> holds = new ArrayList<>();
        for (Offer one : list) {
            holds.add(new Entry.Hold(new Reservation(
                    one.id(),
                    set,
                    Reservation.State.HELD,
                    one.schedule().window(),
                    one.granted(),
                    one.claims(),
                    one.expires())));
        }
        Outcome outcome = ledger.append(new Proposal(holds, store.store(made))).join();
        if (!(outcome instanceof Outcome.Appended)) {
            throw new IllegalStateException(outcome.toString());
        }
        return made;
    }

    static Offer offer(Instant now, Interval start, long cores, Caller caller, ScheduleRequest asked) {
        Amounts granted = new Amounts(cores, 1024, 1000, 0, 1);
        Task task = new Task(
                new Executable.Process(
                        KindRef.of(Kind.PROCESS), Label.named("hello"), List.of("echo", "hello"), Map.of(), "."),
                ComputeRequest.ANY,
                List.of(),
                List.of(),
                asked,
                List.of(),
                List.of());
        return new Offer(
                UUID.randomUUID(),
                "alpha",
                task,
                granted,
                null,
                new Schedule(
                        start.start().minusSeconds(10),
                        Duration.ofSeconds(10),
                        start,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(10)),
                now.plusSeconds(300),
                List.of(),
                List.of(),
                List.of(
                        new Claim(new Account("platform:alpha"), CAPACITY, Integer.MAX_VALUE),
                        new Claim(new Account("caller:" + caller.id()), Amounts.WITHOUT_LIMIT, 100)),
                Map.of("executable", UUID.randomUUID()),
                false,
                List.of());
    }

    Session session(UUID id) {
        return store.find(id).orElseThrow();
    }

    Phase phase(UUID id) {
        return session(id).phase();
    }

    /** The phases that a session has been through, by its events. */
    List<Phase> phases(UUID id) {
        return store.events(id, 0, 1000).stream()
                .filter(event -> event.type().equals("phase"))
                .map(SessionEvent::phase)
                .toList();
    }

    @Override
    public void close() {
        conductor.close();
        managers.close();
        database.close();
    }
}
