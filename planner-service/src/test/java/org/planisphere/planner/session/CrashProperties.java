package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.task.Interval;

/**
 * Random callers, runs and crashes: the planner dies at any write and at any step of the engine, and another starts on
 * the same database, ledger and platform. Whatever the order, every session comes to one end by the table, runs at most
 * once, and gives everything back.
 */
class CrashProperties {
    /** The planner is gone; nothing of it runs on. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Map<UUID, Phase> last = new HashMap<>();
    private final Set<UUID> promised = new HashSet<>();

    /** Once: given back after a fault, the planner killed, prepared again and started. */
    @Property(tries = 20, seed = "5999675976341975211")
    void everySessionComesToOneEndAsOnceItDidNot(@ForAll Random random) {
        everySessionComesToOneEnd(random);
    }

    @Property(tries = 100)
    void everySessionComesToOneEnd(@ForAll Random random) {
        everySessionComesToOneEnd(random, false);
    }

    /** Short runs are given back before it is stored that they have ended. */
    @Property(tries = 60)
    void everySessionComesToOneEndWhereThePlatformRemembersIt(@ForAll Random random) {
        everySessionComesToOneEnd(random, true);
    }

    private void everySessionComesToOneEnd(Random random, boolean remembers) {
        last.clear();
        promised.clear();
        try (Planner planner = Planner.onH2()) {
            if (remembers) {
                planner.platform.remember();
            }
            List<UUID> offers = new ArrayList<>();
            for (int step = 0; step < 40; step++) {
                try {
                    act(planner, random, offers);
                } catch (Crash crash) {
                    planner.restart(random.nextBoolean() ? "one" : "two");
                }
                check(planner, offers);
            }
            // Let everything come to its end, without further trouble.
            planner.platform.fault((step, session) -> {});
            planner.ledger.fault(() -> {});
            planner.restart("one");
            for (int round = 0; round < 4; round++) {
                planner.advance(Duration.ofMinutes(40));
                planner.ledger.expire();
            }
            check(planner, offers);
            for (UUID id : offers) {
                Session session = planner.session(id);
                assertThat(session.phase().terminal()).as(session.toString()).isTrue();
                assertThat(planner.platform.history(id).stream().filter("start"::equals))
                        .as("runs of %s", id)
                        .hasSizeLessThanOrEqualTo(1);
                assertThat(planner.platform.runs(id)).isFalse();
                if (remembers) {
                    assertThat(session.messages())
                            .noneMatch(message -> message.text().contains("does not know it"));
                }
            }
            assertThat(planner.ledger.reservations()).isEmpty(); // I6
            assertThat(planner.conductor.size()).isZero();
        }
    }

    private void act(Planner planner, Random random, List<UUID> offers) {
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                long begin = random.nextInt(3) * 1200L;
                Interval start = new Interval(
                        planner.time.now().plusSeconds(begin),
                        planner.time.now().plusSeconds(begin + 600));
                try {
                    OfferSet set = planner.offer(Planner.ALICE, 1 + random.nextInt(3), start, 1);
                    set.offers().stream().map(Offer::id).forEach(offers::add);
                } catch (IllegalStateException full) {
                    assertThat(full).hasMessageContaining("Moved");
                }
            }
            case 2, 3, 4 ->
                one(random, offers, id -> {
                    Phase before = planner.phase(id);
                    Answer answer = planner.sessions.accept(id, Planner.ALICE);
                    boolean inTime = planner.time
                            .now()
                            .isBefore(planner.session(id).offer().expires());
                    if (before == Phase.OFFERED) {
                        assertThat(answer instanceof Answer.Done)
                                .as("I2: %s", answer)
                                .isEqualTo(inTime);
                    }
                    if (answer instanceof Answer.Done) {
                        promised.add(id);
                    }
                });
            case 5 ->
                one(random, offers, id -> {
                    Answer answer = planner.sessions.cancel(id, Planner.ALICE);
                    if (answer instanceof Answer.Done done) {
                        assertThat(done.session().outcome() == Phase.CANCELLED
                                        || done.session().phase() == Phase.REJECTED)
                                .isTrue();
                    }
                });
            case 6 ->
                one(
                        random,
                        offers,
                        id -> planner.sessions.update(
                                id,
                                Planner.ALICE,
                                new Change.IntegerChange(
                                        "schedule/available/duration", 60 + random.nextInt(1200), "s")));
            case 7 ->
                one(random, offers, id -> {
                    if (planner.platform.runs(id)) {
                        Observation.End[] ends = {
                            Observation.End.SUCCEEDED, Observation.End.FAILED, Observation.End.OUT_OF_MEMORY
                        };
                        int end = random.nextInt(ends.length);
                        planner.platform.end(id, ends[end], end);
                    }
                });
            case 8 -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                    planner.turn();
                }
            }
            case 9 -> {
                planner.advance(Duration.ofSeconds(random.nextInt(400)));
                planner.ledger.expire();
            }
            case 10 -> {
                int fuse = random.nextInt(6);
                int[] left = {fuse};
                boolean before = random.nextBoolean();
                if (before) {
                    planner.ledger.fault(() -> {
                        if (left[0]-- == 0) {
                            throw new Crash();
                        }
                    });
                } else {
                    planner.platform.fault((step, session) -> {
                        if (left[0]-- == 0) {
                            if (random.nextInt(4) == 0) {
                                throw new PlatformException("as the test said");
                            }
                            throw new Crash();
                        }
                    });
                }
                planner.settle();
            }
            default -> planner.settle();
        }
    }

    private interface Act {
        void on(UUID id);
    }

    private static void one(Random random, List<UUID> offers, Act act) {
        if (!offers.isEmpty()) {
            act.on(offers.get(random.nextInt(offers.size())));
        }
    }

    private void check(Planner planner, List<UUID> offers) {
        for (UUID id : offers) {
            Session session = planner.session(id);
            Phase before = last.put(id, session.phase());
            if (before != null && before.terminal()) {
                assertThat(session.phase()).as("I5").isEqualTo(before);
            }
            if (promised.contains(id)) {
                assertThat(session.accepted()).as("I3").isNotNull();
            }
            Phase at = Phase.OFFERED;
            long number = 0;
            for (SessionEvent event : planner.store.events(id, 0, 1000)) {
                assertThat(event.number()).as("numbers without gaps").isEqualTo(++number);
                if (event.type().equals("phase")) {
                    assertThat(Transitions.allowed(at, event.phase()))
                            .as("I5: %s to %s", at, event.phase())
                            .isTrue();
                    at = event.phase();
                }
            }
            assertThat(session.phase()).isEqualTo(at);
            assertThat(session.version()).isEqualTo(number);
            boolean reserved = planner.ledger.reservations().stream()
                    .anyMatch(one -> one.id().equals(id));
            assertThat(reserved).as("%s in phase %s", id, at).isEqualTo(!at.terminal());
            if (planner.platform.runs(id)) {
                assertThat(reserved).as("nothing runs on what was given back").isTrue();
            }
        }
        // I2: of a set, one at most is accepted.
        Map<UUID, Integer> winners = new HashMap<>();
        for (UUID id : offers) {
            Session session = planner.session(id);
            if (session.accepted() != null) {
                assertThat(winners.merge(session.offerSet(), 1, Integer::sum)).isEqualTo(1);
            }
        }
    }
}
