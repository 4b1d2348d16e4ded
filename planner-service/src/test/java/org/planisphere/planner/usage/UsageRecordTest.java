package org.planisphere.planner.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

class UsageRecordTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void anOfferOfAnotherPlannerThatNamesNoCostsIsCountedAsFree() {
        UsageRecord record = UsageRecord.of(ended(offer()), null);
        assertThat(record.quoted()).isZero();
        assertThat(record.cost()).isZero();
        assertThat(record.currency()).isEqualTo(PlatformSettings.EURO);
        assertThat(record.seconds()).isEqualTo(60);
    }

    private static Offer offer() {
        Task task = new Task(
                new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of("true"), Map.of(), "."),
                new ComputeRequest(
                        KindRef.of(Kind.SIMPLE_COMPUTE),
                        Label.NONE,
                        Range.of(1, 1),
                        Range.of(1, 1),
                        List.of(),
                        List.of()),
                List.of(),
                List.of(),
                new ScheduleRequest(HOUR, null),
                List.of(),
                List.of());
        return new Offer(
                UUID.randomUUID(),
                "everybody",
                task,
                new Amounts(1, 1024, 0, 0, 1),
                null,
                new Schedule(AT, Duration.ZERO, new Interval(AT, AT.plusSeconds(300)), HOUR, Duration.ZERO),
                AT.plusSeconds(300),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                true,
                List.of());
    }

    private static Session ended(Offer offer) {
        return new Session(
                offer.id(),
                UUID.randomUUID(),
                "anonymous",
                "https://example.org/kinds/",
                Phase.COMPLETED,
                5,
                offer,
                offer.schedule(),
                AT,
                AT.plusSeconds(60),
                AT,
                AT,
                AT.plusSeconds(60),
                0,
                Phase.COMPLETED,
                List.of());
    }
}
