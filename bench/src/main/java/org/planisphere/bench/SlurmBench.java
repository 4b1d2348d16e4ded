package org.planisphere.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.slurm.SlurmEngine;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/**
 * The part of {@code bench engines} for Slurm: what handing over a task costs beside {@code sbatch}, in turns on the same
 * Slurm, and whether many tasks that wait in its queue together all come back.
 */
final class SlurmBench {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final String conf;
    private final Platform platform;
    private final Map<UUID, CompletableFuture<Boolean>> changes = new ConcurrentHashMap<>();

    private SlurmBench(String conf, Platform platform) {
        this.conf = conf;
        this.platform = platform;
        platform.onChange(this::changed);
    }

    /** @param folder of its own; kept by the caller */
    static void run(Path home, Path folder, int rounds, int tasks, Table table) throws Exception {
        Process slurm = new ProcessBuilder(
                        home.resolve("bin/slurm").toString(),
                        folder.resolve("slurm").toString())
                .redirectErrorStream(true)
                .start();
        try {
            String conf = conf(slurm);
            Section item = new Section(
                    "platforms[0]",
                    Map.of("id", "queue", "engine", "slurm", "slurm", Map.of("conf", conf, "poll", "1s")));
            PlatformSettings common = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
            try (Platform platform = new SlurmEngine()
                    .read(common, item.section("slurm"))
                    .open(new WorkFolders(folder.resolve("sessions")))) {
                new SlurmBench(conf, platform).measure(rounds, tasks, table);
            }
        } finally {
            slurm.destroy();
            slurm.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static String conf(Process slurm) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(slurm.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return line.substring(6).strip();
            }
            said.append(line).append(' ');
        }
        throw new IOException(said.toString().strip());
    }

    private void measure(int rounds, int tasks, Table table) throws Exception {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        bare();
        finish(submit());
        for (int i = 0; i < rounds; i++) {
            theirs[i] = bare();
            Work work = work();
            platform.prepare(work, step -> {});
            long begun = System.nanoTime();
            platform.start(work);
            ours[i] = (System.nanoTime() - begun) / 1e6;
            finish(work);
        }
        table.put("one submit, sbatch, median ms", "", "slurm", EngineBench.one(EngineBench.median(theirs)));
        table.put("one submit, Slurm engine, median ms", "", "slurm", EngineBench.one(EngineBench.median(ours)));
        table.put(
                "engine over sbatch, ms",
                "≤ 20",
                "slurm",
                EngineBench.one(EngineBench.median(ours) - EngineBench.median(theirs)));
        long begun = System.nanoTime();
        List<Work> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(submit());
        }
        int done = 0;
        for (Work work : all) {
            done += finish(work) ? 1 : 0;
        }
        table.put(tasks + " tasks, all in the queue: completed", String.valueOf(tasks), "slurm", String.valueOf(done));
        table.put("… tasks/s", "", "slurm", EngineBench.one(tasks / ((System.nanoTime() - begun) / 1e9)));
    }

    private double bare() throws IOException, InterruptedException {
        List<String> words =
                List.of("/usr/bin/sbatch", "--parsable", "--output=/dev/null", "--mem=64M", "--time=2", "--wrap=true");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "SLURM_CONF", conf));
        long begun = System.nanoTime();
        Process process = builder.start();
        if (process.waitFor() != 0) {
            throw new IOException("sbatch ended with " + process.exitValue());
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    private static Work work() {
        return new Work(
                UUID.randomUUID(),
                new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of("/usr/bin/true"), Map.of(), "."),
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(5),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private Work submit() throws Exception {
        Work work = work();
        platform.prepare(work, step -> {});
        platform.start(work);
        return work;
    }

    private void changed(UUID session) {
        changes.computeIfAbsent(session, id -> new CompletableFuture<>()).complete(true);
    }

    /** Waits for its end; whether it succeeded. */
    private boolean finish(Work work) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            CompletableFuture<Boolean> change =
                    changes.computeIfAbsent(work.session(), id -> new CompletableFuture<>());
            if (platform.observe(work.session()) instanceof Observation.Ended ended) {
                platform.release(work);
                platform.forget(work.session());
                return ended.end() == Observation.End.SUCCEEDED;
            }
            try {
                change.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException look) {
                // Looked at again.
            }
            changes.remove(work.session(), change);
        }
        return false;
    }
}
