package org.planisphere.planner.platform.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PortionsTest {
    private static final long MIB = 1L << 20;
    private static final long NANOS = 1_000_000_000L;

    private static ComposeFile file(List<Service.Limits> limits) {
        List<Service> services = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            services.add(new Service(
                    "s" + i,
                    "x",
                    "",
                    null,
                    null,
                    Map.of(),
                    null,
                    List.of(),
                    Map.of(),
                    null,
                    limits.get(i),
                    List.of(),
                    Map.of(),
                    true,
                    List.of()));
        }
        return new ComposeFile(services, List.of(), false);
    }

    @Test
    void thoseWithoutLimitsShareWhatIsLeft() {
        Portions portions = new Portions(
                file(List.of(new Service.Limits(0.5, 100 * MIB, 10L), Service.Limits.NONE, Service.Limits.NONE)));
        List<ComposeFault> faults = new ArrayList<>();
        Map<String, Portions.Portion> given = portions.of(new Portions.Portion(2 * NANOS, 300 * MIB, 64), faults);
        assertThat(faults).isEmpty();
        assertThat(given)
                .containsEntry("s0", new Portions.Portion(NANOS / 2, 100 * MIB, 10))
                .containsEntry("s1", new Portions.Portion(3 * NANOS / 4, 100 * MIB, 27))
                .containsEntry("s2", new Portions.Portion(3 * NANOS / 4, 100 * MIB, 27));
    }

    @Test
    void saysOfWhatThereIsTooLittle() {
        List<ComposeFault> faults = new ArrayList<>();
        assertThat(new Portions(file(List.of(new Service.Limits(3.0, 2048 * MIB, 100L))))
                        .of(new Portions.Portion(2 * NANOS, 1024 * MIB, 64), faults))
                .isEmpty();
        assertThat(faults)
                .extracting(ComposeFault::reason)
                .containsExactly(
                        "they need 3 processors together, and have 2",
                        "they need 2048 MiB of memory together, and have 1024",
                        "they need 100 processes together, and have 64");
    }

    @Property(tries = 200)
    void togetherTheyNeverGetMoreThanWasGranted(
            @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0.01, max = 4) Double> cpus,
            @ForAll @IntRange(max = 20) int open,
            @ForAll @LongRange(min = 0, max = 1 << 20) long spare) {
        List<Service.Limits> limits = new ArrayList<>();
        for (int i = 0; i < cpus.size(); i++) {
            limits.add(i < open ? Service.Limits.NONE : new Service.Limits(cpus.get(i), (20 + i) * MIB, 5L + i));
        }
        Portions portions = new Portions(file(limits));
        Portions.Portion least = portions.least();
        Portions.Portion granted =
                new Portions.Portion(least.cpus() + spare, least.memory() + spare, least.processes() + spare);
        List<ComposeFault> faults = new ArrayList<>();
        Map<String, Portions.Portion> given = portions.of(granted, faults);
        assertThat(faults).isEmpty();
        assertThat(given.values().stream().mapToLong(Portions.Portion::cpus).sum())
                .isLessThanOrEqualTo(granted.cpus());
        assertThat(given.values().stream().mapToLong(Portions.Portion::memory).sum())
                .isLessThanOrEqualTo(granted.memory());
        assertThat(given.values().stream()
                        .mapToLong(Portions.Portion::processes)
                        .sum())
                .isLessThanOrEqualTo(granted.processes());
        assertThat(given.values()).allMatch(one -> one.memory() >= 16 * MIB && one.cpus() > 0 && one.processes() > 0);
    }
}
