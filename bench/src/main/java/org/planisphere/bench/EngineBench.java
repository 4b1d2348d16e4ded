package org.planisphere.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.container.ContainerEngine;
import org.planisphere.planner.platform.process.ProcessEngine;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/**
 * {@code ./planisphere bench engines [--rounds N] [--tasks N] [--engine process|container|slurm]}: what a task costs on the
 * process engine beside the same program in {@code bwrap}, on the container engine beside {@code podman run}, in turns on
 * the same storage, and on the Slurm engine beside {@code sbatch}; and whether many tasks all come back.
 */
public final class EngineBench {
    private static final List<String> NOTHING = List.of("/usr/bin/python3", "-I", "-S", "-c", "pass");

    private EngineBench() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Path home =
                Path.of(options.getOrDefault("--home", ".")).toAbsolutePath().normalize();
        Path work = Files.createTempDirectory("planisphere-bench");
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "20"));
        int tasks = Integer.parseInt(options.getOrDefault("--tasks", "200"));
        String engine = options.getOrDefault("--engine", "");
        Table table = new Table();
        try {
            if (engine.isEmpty() || engine.equals("process")) {
                process(work, rounds, tasks, table);
            }
            if (engine.isEmpty() || engine.equals("container")) {
                container(home, work, rounds, tasks, table);
            }
            if (engine.isEmpty() || engine.equals("slurm")) {
                SlurmBench.run(home, work, rounds, tasks, table);
            }
            System.out.println(table.markdown());
        } finally {
            WorkFolder.delete(work);
        }
    }

    private static void process(Path work, int rounds, int tasks, Table table) throws Exception {
        Section item = new Section("platforms[0]", Map.of("id", "bench"));
        PlatformSettings common = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
        Map<UUID, CompletableFuture<Boolean>> ends = new ConcurrentHashMap<>();
        List<String> program = List.of("/bin/true");
        try (Platform platform = new ProcessEngine()
                        .read(common, item.section("process"))
                        .open(new WorkFolders(work.resolve("processes")));
                BareSandbox sandbox = new BareSandbox()) {
            platform.onChange(session -> ends.computeIfAbsent(session, id -> new CompletableFuture<>())
                    .complete(true));
            for (int i = 0; i < rounds; i++) {
                // Code that is not compiled yet is not what is measured.
                task(platform, ends, program);
            }
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                theirs[i] = sandbox.run().milliseconds();
                ours[i] = task(platform, ends, program);
            }
            compare(table, "process", "bwrap", "≤ 20", theirs, ours);
            many(platform, ends, tasks, program, "process", table);
        }
    }

    private static void compare(Table table, String engine, String bare, String must, double[] theirs, double[] ours) {
        table.put("one task, " + bare + ", median ms", "", engine, one(median(theirs)));
        table.put("one task, " + engine + " engine, median ms", "", engine, one(median(ours)));
        table.put(engine + " engine over " + bare + ", ms", must, engine, one(median(ours) - median(theirs)));
    }

    private static void container(Path home, Path work, int rounds, int tasks, Table table) throws Exception {
        Process podman = new ProcessBuilder(
                        home.resolve("bin/podman").toString(),
                        work.resolve("podman").toString())
                .redirectErrorStream(true)
                .start();
        try {
            run(home, work, socket(podman), rounds, tasks, table);
        } finally {
            podman.destroy();
            podman.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static String socket(Process podman) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(podman.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return line.substring(6).strip();
            }
            said.append(line).append('\n');
        }
        throw new IOException("podman does not serve: " + said);
    }

    private static void run(Path home, Path work, String socket, int rounds, int tasks, Table table) throws Exception {
        Section item = new Section(
                "platforms[0]",
                Map.of(
                        "id",
                        "bench",
                        "engine",
                        "container",
                        "container",
                        Map.of(
                                "socket",
                                socket,
                                "image",
                                "localhost/planisphere/python:3",
                                "images",
                                List.of("localhost/*"))));
        PlatformSettings common = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
        Map<UUID, CompletableFuture<Boolean>> ends = new ConcurrentHashMap<>();
        try (Platform platform = new ContainerEngine()
                .read(common, item.section("container"))
                .open(new WorkFolders(work.resolve("sessions")))) {
            platform.onChange(session -> ends.computeIfAbsent(session, id -> new CompletableFuture<>())
                    .complete(true));
            task(platform, ends, NOTHING);
            bare(home, work);
            double[] ours = new double[rounds];
            double[] whole = new double[rounds];
            double[] theirs = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                theirs[i] = bare(home, work);
                long begun = System.nanoTime();
                ours[i] = task(platform, ends, NOTHING);
                whole[i] = (System.nanoTime() - begun) / 1e6;
            }
            compare(table, "container", "podman run", "≤ 50", theirs, ours);
            // podman run --rm returns when the container is removed; nobody waits for that here, so it stands apart.
            table.put("… until it is removed and its results are kept, median ms", "", "container", one(median(whole)));
            many(platform, ends, tasks, NOTHING, "container", table);
        }
    }

    private static double bare(Path home, Path work) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                home.resolve("bin/podman").toString(),
                work.resolve("podman").toString(),
                "run",
                "--rm",
                "--network",
                "none",
                "localhost/planisphere/python:3"));
        words.addAll(NOTHING);
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("podman run ended with " + process.exitValue());
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    /** How long it took from asking the engine until its end was told, in milliseconds. */
    private static double task(Platform platform, Map<UUID, CompletableFuture<Boolean>> ends, List<String> program)
            throws Exception {
        Work work = new Work(
                UUID.randomUUID(),
                new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, program, Map.of(), "."),
                new Amounts(1, 256, 16, 0, 1),
                Duration.ofMinutes(5),
                List.of(),
                List.of(),
                List.of(),
                false);
        CompletableFuture<Boolean> end = ends.computeIfAbsent(work.session(), id -> new CompletableFuture<>());
        long begun = System.nanoTime();
        platform.prepare(work, step -> {});
        platform.start(work);
        end.get(5, TimeUnit.MINUTES);
        double took = (System.nanoTime() - begun) / 1e6;
        boolean well = platform.observe(work.session()) instanceof Observation.Ended ended
                && ended.end() == Observation.End.SUCCEEDED;
        platform.release(work);
        platform.forget(work.session());
        if (!well) {
            throw new PlatformException("a task that does nothing did not succeed");
        }
        return took;
    }

    private static void many(
            Platform platform,
            Map<UUID, CompletableFuture<Boolean>> ends,
            int tasks,
            List<String> program,
            String engine,
            Table table)
            throws InterruptedException {
        long begun = System.nanoTime();
        AtomicInteger done = new AtomicInteger();
        ExecutorService two = Executors.newFixedThreadPool(2);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(two.submit(() -> {
                task(platform, ends, program);
                return done.incrementAndGet();
            }));
        }
        two.shutdown();
        if (!two.awaitTermination(1, TimeUnit.HOURS)) {
            System.err.println("not all tasks ended within an hour");
        }
        table.put(
                tasks + " tasks, two at a time: completed", String.valueOf(tasks), engine, String.valueOf(done.get()));
        table.put("… tasks/s", "", engine, one(tasks / ((System.nanoTime() - begun) / 1e9)));
    }

    static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
