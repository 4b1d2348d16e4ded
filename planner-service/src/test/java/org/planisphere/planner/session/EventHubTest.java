package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.offer.Message;

class EventHubTest {
    private static final Instant AT = Instant.parse("2026-11-21T06:00:00Z");

    private static SessionEvent event(UUID session, long number) {
        return new SessionEvent(
                session,
                number,
                AT,
                "progress",
                Phase.RUNNING,
                new Message("progress", Message.Level.INFO, "on", Map.of(), AT));
    }

    @Test
    void tellsTheSessionsWatchersInOrderAndNobodyElse() {
        EventHub hub = new EventHub(Runnable::run);
        UUID mine = UUID.randomUUID();
        List<Long> seen = new ArrayList<>();
        EventHub.Subscription subscription = hub.subscribe(mine, event -> seen.add(event.number()));
        hub.publish(List.of(event(mine, 1), event(UUID.randomUUID(), 1), event(mine, 2), event(mine, 2)));
        subscription.close();
        hub.publish(List.of(event(mine, 3)));
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(hub.size()).isZero();
    }

    @Test
    void aWatcherThatFailsIsToldOfTheNextAllTheSame() {
        EventHub hub = new EventHub(Runnable::run);
        UUID mine = UUID.randomUUID();
        AtomicInteger seen = new AtomicInteger();
        try (EventHub.Subscription subscription = hub.subscribe(mine, event -> {
            seen.incrementAndGet();
            throw new IllegalStateException("gone away");
        })) {
            hub.publish(List.of(event(mine, 1), event(mine, 2)));
        }
        assertThat(seen).hasValue(2);
    }

    @Test
    void aSlowWatcherDelaysNobodyAndSeesAGapWhenItIsTooSlow() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            EventHub hub = new EventHub(threads);
            UUID mine = UUID.randomUUID();
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch stuck = new CountDownLatch(1);
            List<Long> slow = new ArrayList<>();
            AtomicInteger fast = new AtomicInteger();
            hub.subscribe(mine, event -> {
                stuck.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                synchronized (slow) {
                    slow.add(event.number());
                }
            });
            hub.publish(List.of(event(mine, 1)));
            assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
            hub.subscribe(mine, event -> fast.incrementAndGet());
            for (int number = 2; number <= 1001; number++) {
                hub.publish(List.of(event(mine, number)));
                int told = number - 1;
                await().pollInterval(Duration.ofMillis(1)).untilAtomic(fast, org.hamcrest.Matchers.equalTo(told));
                if (number == 5) {
                    assertThat(go.getCount()).isOne();
                }
            }
            go.countDown();
            await().untilAsserted(() -> {
                synchronized (slow) {
                    assertThat(slow).hasSize(1 + EventHub.QUEUE).startsWith(1L).endsWith(1001L);
                }
            });
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tenThousandWatchersHearOfAChangeWithinAMoment() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            EventHub hub = new EventHub(threads);
            UUID mine = UUID.randomUUID();
            AtomicInteger told = new AtomicInteger();
            for (int i = 0; i < 10_000; i++) {
                hub.subscribe(mine, event -> told.incrementAndGet());
            }
            hub.publish(List.of(event(mine, 1)));
            await().atMost(Duration.ofSeconds(2)).untilAtomic(told, org.hamcrest.Matchers.equalTo(10_000));
        } finally {
            threads.shutdownNow();
        }
    }
}
