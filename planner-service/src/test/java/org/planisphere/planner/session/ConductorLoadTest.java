package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.FakePlatform;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.session.store.JpaSessions;
import org.planisphere.planner.session.store.SqlLeases;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.ScheduleRequest;

/** The whole room on the real ledger with real threads, on both databases; only the engine is a fake. */
class ConductorLoadTest {
    private static final Amounts PLENTY = new Amounts(100_000, 1L << 40, 1L << 40, 0, 100_000);

    private static final class Node implements AutoCloseable {
        final SqlLedger ledger;
        final EntityManagerFactory managers;
        final JpaSessions store;
        final SessionThreads threads = new SessionThreads(4, 4, 2);
        final EventHub hub = new EventHub(threads.watchers());
        final Conductor conductor;
        final Sessions sessions;
        final EventRelay relay;

        Node(Database database, FakePlatform platform, String name) {
            ledger = new SqlLedger(database, LedgerSettings.usual());
            managers = database.entityManagers("sessions", JpaSessions.ENTITIES);
            store = new JpaSessions(managers, database.dataSource());
            Timers timers = new ScheduledTimers(threads.scheduler(), ledger::now);
            SessionSettings settings = new SessionSettings(
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(20),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    Duration.ofDays(30),
                    Duration.ofDays(1));
            conductor = new Conductor(
                    store,
                    ledger,
                    List.of(platform),
                    hub,
                    new SqlLeases(database.dataSource()),
                    timers,
                    threads.quick(),
                    threads.slow(),
                    settings,
                    name);
            sessions = new Sessions(
                    store,
                    ledger,
                    List.of(platform),
                    caller -> List.of(new Allowance(
                            new Account("caller:" + caller.id()),
                            "you",
                            PLENTY,
                            100_000,
                            Duration.ofHours(4),
                            Duration.ofDays(7))),
                    conductor,
                    hub,
                    SharedWith.NONE,
                    settings);
            conductor.start();
            relay = new EventRelay(store, hub, conductor, timers, threads.quick(), ledger::now, Duration.ofMillis(200));
        }

        UUID offer() {
            Instant now = ledger.now();
            Offer made =
                    Planner.offer(now, new Interval(now, now.plusSeconds(600)), 1, Planner.ALICE, ScheduleRequest.ANY);
            Offer offer = new Offer(
                    made.id(),
                    made.platform(),
                    made.task(),
                    made.granted(),
                    null,
                    made.schedule(),
                    made.expires(),
                    made.costs(),
                    made.metrics(),
                    List.of(new Claim(new Account("platform:alpha"), PLENTY, Integer.MAX_VALUE)),
                    made.components(),
                    false,
                    List.of());
            OfferSet set =
                    new OfferSet(UUID.randomUUID(), Planner.ALICE.id(), "k", now, true, List.of(offer), List.of());
            Outcome outcome = ledger.append(new Proposal(
                            List.of(new Entry.Hold(new Reservation(
                                    offer.id(),
                                    set.id(),
                                    Reservation.State.HELD,
                                    offer.schedule().window(),
                                    offer.granted(),
                                    offer.claims(),
                                    offer.expires()))),
                            store.store(set)))
                    .join();
            assertThat(outcome).isInstanceOf(Outcome.Appended.class);
            return offer.id();
        }

        @Override
        public void close() {
            relay.close();
            conductor.close();
            threads.close();
            ledger.close();
            managers.close();
        }
    }

    /** Ends every run as soon as it has begun. */
    private static FakePlatform noOp() {
        FakePlatform platform = new FakePlatform("alpha", PLENTY, Instant::now);
        platform.onChange(id -> {
            if (platform.runs(id)) {
                platform.end(id, Observation.End.SUCCEEDED, 0);
            }
        });
        return platform;
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void manySessionsAtOnceAllCompleteAndGiveEverythingBack(DatabaseKind kind) throws Exception {
        try (Database database = Database.open(kind.fresh(8));
                Node node = new Node(database, noOp(), "one")) {
            int callers = 16;
            int each = 25;
            AtomicInteger completed = new AtomicInteger();
            node.hub.observe(event -> {
                if (event.phase() == Phase.COMPLETED) {
                    completed.incrementAndGet();
                }
            });
            List<UUID> ids = new ArrayList<>();
            ExecutorService clients = Executors.newFixedThreadPool(callers);
            long began = System.nanoTime();
            try {
                List<Future<List<UUID>>> work = new ArrayList<>();
                for (int caller = 0; caller < callers; caller++) {
                    work.add(clients.submit(() -> {
                        List<UUID> mine = new ArrayList<>();
                        for (int i = 0; i < each; i++) {
                            UUID id = node.offer();
                            assertThat(node.sessions.accept(id, Planner.ALICE)).isInstanceOf(Answer.Done.class);
                            mine.add(id);
                        }
                        return mine;
                    }));
                }
                for (Future<List<UUID>> one : work) {
                    ids.addAll(one.get());
                }
            } finally {
                clients.shutdownNow();
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAtomic(completed, org.hamcrest.Matchers.equalTo(callers * each));
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%s: %.0f no-op sessions/s offered, accepted and completed%n", kind, ids.size() / seconds);
            for (UUID id : ids) {
                assertThat(node.store.events(id, 0, 100).stream()
                                .filter(event -> event.type().equals("phase"))
                                .map(SessionEvent::phase))
                        .containsExactly(
                                Phase.ACCEPTED,
                                Phase.PREPARING,
                                Phase.AVAILABLE,
                                Phase.RUNNING,
                                Phase.RELEASING,
                                Phase.COMPLETED);
            }
            assertThat(node.ledger.view(List.of(new Account("platform:alpha"))).reservation(ids.get(0)))
                    .isEmpty();
            assertThat(node.conductor.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void acceptAndCancelAtOnceHaveOneEnd(DatabaseKind kind) throws Exception {
        FakePlatform platform = new FakePlatform("alpha", PLENTY, Instant::now);
        try (Database database = Database.open(kind.fresh(8));
                Node node = new Node(database, platform, "one")) {
            ExecutorService clients = Executors.newFixedThreadPool(8);
            try {
                for (int i = 0; i < 20; i++) {
                    UUID id = node.offer();
                    CountDownLatch go = new CountDownLatch(1);
                    List<Future<Answer>> answers = new ArrayList<>();
                    for (int caller = 0; caller < 4; caller++) {
                        boolean cancel = caller % 2 == 1;
                        answers.add(clients.submit(() -> {
                            go.await();
                            return cancel
                                    ? node.sessions.cancel(id, Planner.ALICE)
                                    : node.sessions.accept(id, Planner.ALICE);
                        }));
                    }
                    go.countDown();
                    for (Future<Answer> answer : answers) {
                        assertThat(answer.get()).isNotInstanceOf(Answer.NotFound.class);
                    }
                    assertThat(node.sessions.find(id).orElseThrow().phase()).isIn(Phase.REJECTED, Phase.CANCELLED);
                    assertThat(platform.runs(id)).isFalse();
                }
            } finally {
                clients.shutdownNow();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsBeingPreparedIsInterruptedByACancel(DatabaseKind kind) {
        FakePlatform platform = new FakePlatform("alpha", PLENTY, Instant::now);
        CountDownLatch preparing = new CountDownLatch(1);
        platform.fault((step, session) -> {
            if (step.equals("prepare")) {
                preparing.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new PlatformException("interrupted", e);
                }
            }
        });
        try (Database database = Database.open(kind.fresh(8));
                Node node = new Node(database, platform, "one")) {
            UUID id = node.offer();
            node.sessions.accept(id, Planner.ALICE);
            await().until(() -> preparing.getCount() == 0);
            Answer answer = node.sessions.cancel(id, Planner.ALICE);
            assertThat(((Answer.Done) answer).session().phase()).isEqualTo(Phase.CANCELLED);
            // The thread that was interrupted works on.
            platform.fault((step, session) -> {});
            UUID next = node.offer();
            node.sessions.accept(next, Planner.ALICE);
            await().until(() -> node.sessions.find(next).orElseThrow().phase() == Phase.RUNNING);
            node.sessions.cancel(next, Planner.ALICE);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DatabaseKind.class, names = "POSTGRESQL")
    void ofTwoPlannersOneConductsAndTheOtherHearsOfIt(DatabaseKind kind) throws Exception {
        FakePlatform platform = new FakePlatform("alpha", PLENTY, Instant::now);
        var settings = kind.fresh(8);
        try (Database first = Database.open(settings);
                Database second = Database.open(settings);
                Node two = new Node(second, new FakePlatform("alpha", PLENTY, Instant::now), "two")) {
            UUID id;
            try (Node one = new Node(first, platform, "one")) {
                two.relay.start();
                one.relay.start();
                assertThat(two.conductor.conducts("alpha")).isTrue();
                assertThat(one.conductor.conducts("alpha")).isFalse();
                id = one.offer();
                CompletableFuture<SessionEvent> running = new CompletableFuture<>();
                try (EventHub.Subscription watching = one.hub.subscribe(id, event -> {
                    if (event.phase() == Phase.RUNNING) {
                        running.complete(event);
                    }
                })) {
                    // Accepted here, conducted there, heard of here.
                    assertThat(one.sessions.accept(id, Planner.ALICE)).isInstanceOf(Answer.Done.class);
                    await().atMost(Duration.ofSeconds(20)).until(running::isDone);
                }
                // Cancelled here, stopped there.
                assertThat(((Answer.Done) one.sessions.cancel(id, Planner.ALICE))
                                .session()
                                .phase())
                        .isEqualTo(Phase.CANCELLED);
                assertThat(platform.history(id)).isEmpty();
                two.conductor.close();
                await().atMost(Duration.ofSeconds(20)).until(() -> one.conductor.conducts("alpha"));
            }
        }
    }
}
