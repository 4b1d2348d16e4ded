package org.planisphere.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a task that does nothing costs, from the request to COMPLETED: how many go through in a second, and one alone
 * beside the same program in a bare sandbox, in turns.
 */
final class TaskBench {
    private static final int ROUNDS = 200;
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                            "command": ["/bin/true"]},
             "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                         "cores": {"min": 1, "max": 1}, "memory": {"min": 1, "max": 1}},
             "schedule": {"requested": {"duration": "PT1M"}}}""";

    private final ServerUnderTest node;
    private final OptionalLong databaseProcess;
    private final String database;
    private final int clients;
    private final Table table;
    private final byte[] body = TASK.getBytes(StandardCharsets.UTF_8);

    /**
     * @param databaseProcess the database server's first process, where it has processes of its own
     * @param clients callers at once; enough that nobody waits for a disk while a core has nothing to do
     */
    TaskBench(ServerUnderTest node, String database, OptionalLong databaseProcess, int clients, Table table) {
        this.node = node;
        this.database = database;
        this.databaseProcess = databaseProcess;
        this.clients = clients;
        this.table = table;
    }

    /** Tasks in a second when callers ask, watch, and ask again. */
    void throughput(double seconds) throws InterruptedException {
        System.err.println(database + ": no-op tasks …");
        Load.Figures cold = Load.run(node.port, clients, 0, seconds, (wire, caller, number) -> task(wire));
        Load.run(node.port, clients, 0, 3 * seconds, (wire, caller, number) -> task(wire));
        ProcessorTime before = now();
        long begun = System.nanoTime();
        Load.Figures warm = Load.run(node.port, clients, 0, 2 * seconds, (wire, caller, number) -> task(wire));
        double took = (System.nanoTime() - begun) / 1e9;
        ProcessorTime each = now().each(before, warm.calls());
        table.put(
                String.format(Locale.ROOT, "no-op tasks/s, asked to completed, in the first %.0f s", seconds),
                "",
                database,
                one(cold.perSecond()));
        table.put(
                String.format(Locale.ROOT, "no-op tasks/s, asked to completed, after %.0f s of them", 4 * seconds),
                "≥ 100",
                database,
                one(warm.calls() / took));
        table.put(
                "… from the request to COMPLETED, p50 / p99 ms",
                "",
                database,
                one(warm.p50()) + " / " + one(warm.p99()));
        table.put(
                "… processor time of one, ms: node + engine and run + database + callers",
                "",
                database,
                String.format(
                        Locale.ROOT,
                        "%.1f + %.1f + %.1f + %.1f = %.1f",
                        each.node(),
                        each.started(),
                        each.database(),
                        each.callers(),
                        each.all()));
        failures(cold);
        failures(warm);
    }

    /** One task at a time, in turns with the same program in a bare sandbox. The node is warm already. */
    void overhead() throws IOException, InterruptedException {
        System.err.println(database + ": overhead …");
        double[] ours = new double[ROUNDS];
        double[] bare = new double[ROUNDS];
        double bareTime = 0;
        ProcessorTime each;
        try (Wire wire = new Wire(node.port);
                BareSandbox sandbox = new BareSandbox()) {
            for (int i = 0; i < ROUNDS / 4; i++) {
                task(wire);
                sandbox.run();
            }
            ProcessorTime before = now();
            for (int i = 0; i < ROUNDS; i++) {
                BareSandbox.Took took = sandbox.run();
                bare[i] = took.milliseconds();
                bareTime += took.processor() / ROUNDS;
                long start = System.nanoTime();
                task(wire);
                ours[i] = (System.nanoTime() - start) / 1e6;
            }
            each = now().each(before, ROUNDS);
        }
        double processor = each.node() + each.started() + each.database();
        table.put("one no-op task in bare bubblewrap, median ms", "", database, one(median(bare)));
        table.put("one no-op task, asked to completed, median ms", "", database, one(median(ours)));
        table.put("what a task costs over the bare engine, ms", "≤ 20", database, one(median(ours) - median(bare)));
        table.put(
                "… in processor time, ms: task − bare",
                "≤ 20",
                database,
                one(processor) + " − " + one(bareTime) + " = " + one(processor - bareTime));
    }

    private ProcessorTime now() {
        return ProcessorTime.of(node.pid(), databaseProcess);
    }

    private void task(Wire wire) throws IOException {
        Wire.Answer answer = wire.call("POST", "/planner/direct", body);
        if (answer.status() != 303) {
            throw new IllegalStateException(answer.status() + " " + answer.text());
        }
        String session = answer.location().substring(answer.location().lastIndexOf('/') + 1);
        // The stream ends with the session, so reading it to its end is waiting for it.
        Wire.Answer events = wire.call("GET", "/planner/sessions/" + session + "/events", new byte[0]);
        if (!events.text().contains("COMPLETED")) {
            throw new IllegalStateException("not completed: " + session + "\n" + events.text());
        }
    }

    private static void failures(Load.Figures figures) {
        if (figures.failures() > 0) {
            System.err.println("tasks: " + figures.failures() + " failures, the first: " + figures.firstFailure());
        }
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
