package org.planisphere.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.planner.quota.Standing;

/** What a policy of 10,000 groups and 100,000 people costs: once to read, and for every caller who asks. */
public final class PolicyBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int GROUPS = 10_000;
    private static final int PEOPLE = 100_000;
    private static final int DECISIONS = 200_000;
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private PolicyBench() {}

    public static void main(String[] arguments) {
        figures().forEach((name, figure) -> System.out.printf("%-48s %14.2f%n", name, figure));
    }

    /** Times in microseconds, and seconds to read; by name. */
    public static Map<String, Double> figures() {
        String document = document();
        long begun = System.nanoTime();
        long used = THREADS.getCurrentThreadCpuTime();
        Policy policy = PolicyReader.read("bench", document);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("policy: processor seconds to read", (THREADS.getCurrentThreadCpuTime() - used) / 1e9);
        figures.put(
                "policy: seconds to read",
                Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3);
        Random random = new Random(1);
        long[] nanos = new long[DECISIONS];
        long terms = 0;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < DECISIONS; i++) {
                Caller caller = caller(random);
                // The thread's own time: what others do on the machine is not the decision's.
                long start = THREADS.getCurrentThreadCpuTime();
                Standing standing = policy.standing(caller, NOW);
                nanos[i] = THREADS.getCurrentThreadCpuTime() - start;
                terms += standing.terms().size();
            }
        }
        Arrays.sort(nanos);
        figures.put("policy: decision p50 us", nanos[DECISIONS / 2] / 1e3);
        figures.put("policy: decision p99 us", nanos[DECISIONS / 100 * 99] / 1e3);
        figures.put("policy: terms of a caller", terms / 2.0 / DECISIONS);
        return figures;
    }

    /** Somebody in three groups. */
    private static Caller caller(Random random) {
        String id = "iam|person" + random.nextInt(PEOPLE);
        Set<String> groups = new java.util.HashSet<>();
        while (groups.size() < 3) {
            groups.add("iam|group" + random.nextInt(GROUPS));
        }
        return new Caller(id, id, groups, Set.of());
    }

    /** A grant for each group, a tenth of them joinable, and an exception for a hundred people in each of 1,000 grants. */
    private static String document() {
        StringBuilder text = new StringBuilder("version: bench\ngroups:\n");
        for (int i = 0; i < GROUPS; i += 10) {
            text.append("- {name: 'iam|group").append(i).append("', joinable: true}\n");
        }
        text.append("grants:\n");
        for (int i = 0; i < GROUPS; i++) {
            text.append("- {id: g")
                    .append(i)
                    .append(", to: {groups: ['iam|group")
                    .append(i)
                    .append("']}, offer: {cores: 16, duration: 2d}, group: {cores: 64},"
                            + " budgets: [{per: group, period: month, core-hours: 1000}], priority: ")
                    .append(i % 7)
                    .append("}\n");
        }
        for (int i = 0; i < PEOPLE / 100; i++) {
            text.append("- {id: p").append(i).append(", to: {people: [");
            for (int j = 0; j < 100; j++) {
                text.append(j == 0 ? "" : ", ")
                        .append("'iam|person")
                        .append(i * 100 + j)
                        .append('\'');
            }
            text.append("]}, person: {cores: 8}}\n");
        }
        return text.toString();
    }
}
