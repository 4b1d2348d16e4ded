package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolders;

/**
 * The jobs of one platform's sessions: handed over once, watched, ended, and their ends written down. What a supervisor
 * wrote on its node is looked for in the shared folder; what only Slurm knows is asked of it. Thread safe.
 */
final class Jobs {
    private static final Logger LOG = System.getLogger(Jobs.class.getName());
    private static final String PREFIX = "planisphere-";
    /** How long a job may be over, or unknown, before the word of its supervisor is no longer waited for. */
    private static final Duration DOUBT = Duration.ofSeconds(2);

    private static final Duration UNKNOWN = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String platform;
    private final String owner;
    private final Slurm slurm;
    private final WorkFolders folders;
    private final Path told;
    private final Path ended;
    private final Duration grace;
    private final Consumer<UUID> changed;
    private final Map<UUID, SlurmRun> runs = new ConcurrentHashMap<>();
    private volatile boolean counted;
    private boolean tidied;

    /**
     * @param owner the comment of this platform's jobs
     * @param told where supervisors write how runs ended
     * @param ended where the ends of sessions are kept
     * @param changed told of each session whose observation has changed
     */
    Jobs(
            String platform,
            String owner,
            Slurm slurm,
            WorkFolders folders,
            Path told,
            Path ended,
            Duration grace,
            Consumer<UUID> changed) {
        this.platform = platform;
        this.owner = owner;
        this.slurm = slurm;
        this.folders = folders;
        this.told = told;
        this.ended = ended;
        this.grace = grace;
        this.changed = changed;
    }

    static String name(UUID session) {
        return PREFIX + session;
    }

    /** Whether supervisors see for themselves that memory ran out. */
    void counted(boolean memory) {
        counted = memory;
    }

    Optional<SlurmRun> of(UUID session) {
        return Optional.ofNullable(runs.get(session));
    }

    boolean hasEnded(UUID session) {
        return Files.exists(ended.resolve(session.toString()));
    }

    /** Takes up what an earlier planner started. */
    void adopt() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folders.root())) {
            for (Path path : all) {
                Optional<UUID> session = session(path.getFileName().toString());
                if (session.isEmpty()
                        || hasEnded(session.get())
                        || folders.of(session.get()).collected()) {
                    continue;
                }
                Optional<Map<String, Object>> plan =
                        JsonFile.read(folders.of(session.get()).file("plan.json"));
                if (plan.isPresent() && platform.equals(plan.get().get("platform"))) {
                    SlurmRun.of(session.get(), folders.of(session.get()))
                            .ifPresent(run -> runs.put(run.session(), run));
                }
            }
        }
    }

    private static Optional<UUID> session(String name) {
        try {
            return name.length() == 36 ? Optional.of(UUID.fromString(name)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // Handing over ----------------------------------------------------------------------------------------------------

    /**
     * Hands a session over, unless it was before. When Slurm does not answer, it is tried again at each look.
     *
     * @throws SlurmException when Slurm refused
     */
    void start(SlurmRun run) throws SlurmException, IOException {
        SlurmRun known = runs.putIfAbsent(run.session(), run);
        if (known != null) {
            return;
        }
        try {
            handOver(run);
        } catch (SlurmException e) {
            if (e.reached()) {
                runs.remove(run.session());
                run.drop();
                throw e;
            }
            LOG.log(Level.WARNING, "platform {0}: Slurm does not answer: {1}", platform, e.getMessage());
            run.detail("Slurm does not answer; it is handed over when it does");
        }
    }

    private void handOver(SlurmRun run) throws SlurmException, IOException {
        synchronized (run) {
            if (run.job() != 0 || run.end().isDone()) {
                return;
            }
            if (run.asked()) {
                // The answer was lost, by Slurm or by a planner that died: it may be there.
                for (Job job : slurm.mine()) {
                    if (job.name().equals(run.submission().name())
                            && job.comment().equals(owner)) {
                        run.job(job.id());
                        run.keep();
                        return;
                    }
                }
            }
            run.keep();
            run.askedNow();
            run.job(slurm.submit(run.submission()));
            run.keep();
            run.detail("waiting in Slurm's queue");
        }
    }

    // Watching --------------------------------------------------------------------------------------------------------

    /** Looks at the files that supervisors write. Cheap. */
    void look() {
        if (runs.isEmpty()) {
            return;
        }
        for (SlurmRun run : runs.values()) {
            if (!run.begun() && run.looks()) {
                changed.accept(run.session());
            }
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(told)) {
            for (Path path : all) {
                Optional<SlurmRun> run = session(path.getFileName().toString()).flatMap(this::of);
                if (run.isPresent()) {
                    heard(run.get());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.WARNING, "platform " + platform + ": the ends of runs cannot be read", e);
        }
    }

    private void heard(SlurmRun run) throws IOException {
        Map<String, Object> word = word(run);
        if (word != null
                && (Ends.whole(word)
                        || run.cancelled()
                        || counted && !String.valueOf(word.get("end")).equals("LOST"))) {
            settle(run, word, null);
        }
    }

    private @Nullable Map<String, Object> word(SlurmRun run) throws IOException {
        return JsonFile.read(told.resolve(run.session().toString())).orElse(null);
    }

    /**
     * Asks Slurm for all of them, and goes on with what could not be done before.
     *
     * @return the jobs of this platform
     */
    Collection<Job> ask() throws SlurmException {
        Map<Long, Job> jobs = new HashMap<>();
        for (Job job : slurm.mine()) {
            if (job.comment().equals(owner)) {
                jobs.put(job.id(), job);
            }
        }
        if (!tidied) {
            tidy(jobs.values());
            tidied = true;
        }
        for (SlurmRun run : List.copyOf(runs.values())) {
            try {
                if (run.job() == 0) {
                    takeAgain(run);
                } else {
                    see(run, jobs.get(run.job()));
                }
            } catch (IOException | UncheckedIOException e) {
                LOG.log(Level.WARNING, "session " + run.session() + " cannot be looked at for now", e);
            }
        }
        return jobs.values();
    }

    private void takeAgain(SlurmRun run) throws IOException, SlurmException {
        try {
            handOver(run);
            changed.accept(run.session());
        } catch (SlurmException e) {
            if (!e.reached()) {
                throw e;
            }
            Map<String, Object> end = new HashMap<>(Map.of("end", "FAILED", "code", -1));
            double now = Ends.seconds(Instant.now());
            end.putAll(Map.of("since", now, "until", now, "detail", "Slurm refused it: " + e.getMessage()));
            record(run, end);
        }
    }

    private void see(SlurmRun run, @Nullable Job seen) throws SlurmException, IOException {
        Job job = seen != null ? seen : slurm.job(run.job()).orElse(null);
        if (job != null && !job.over()) {
            run.doubtful(null);
            if (job.waiting() && run.detail(waits(job))) {
                changed.accept(run.session());
            }
            return;
        }
        Instant now = Instant.now();
        Instant since = run.doubtful();
        if (since == null) {
            run.doubtful(now);
            return;
        }
        Map<String, Object> word = word(run);
        Duration doubt = Duration.between(since, now);
        if (word != null || doubt.compareTo(job == null ? UNKNOWN : DOUBT) >= 0) {
            settle(run, word, job == null ? null : slurm.job(run.job()).orElse(job));
        }
    }

    private static String waits(Job job) {
        String reason = job.reason().isEmpty() || job.reason().equals("None") ? "" : " (" + job.reason() + ")";
        return "waiting in Slurm's queue" + reason
                + (job.start() == null ? "" : ", expected to begin at " + job.start());
    }

    /** Ends jobs that belong to no session any more. */
    private void tidy(Collection<Job> jobs) throws SlurmException {
        for (Job job : jobs) {
            Optional<UUID> session =
                    job.name().startsWith(PREFIX) ? session(job.name().substring(PREFIX.length())) : Optional.empty();
            if (!job.over()
                    && session.isPresent()
                    && !runs.containsKey(session.get())
                    && (hasEnded(session.get()) || !folders.of(session.get()).exists())) {
                LOG.log(
                        Level.INFO,
                        "platform {0}: job {1} belongs to no session and is ended",
                        platform,
                        String.valueOf(job.id()));
                slurm.end(job.id());
            }
        }
    }

    // Ending ----------------------------------------------------------------------------------------------------------

    private void settle(SlurmRun run, @Nullable Map<String, Object> word, @Nullable Job job) throws IOException {
        Instant now = Instant.now();
        boolean begun = run.looks();
        Instant since =
                JsonFile.read(run.folder().file("task.json")).map(Ends::since).orElse(now);
        record(run, Ends.of(word, job, run.cancelled(), begun, since, now));
    }

    private void record(SlurmRun run, Map<String, Object> end) throws IOException {
        synchronized (run) {
            if (run.end().isDone()) {
                return;
            }
            end(run.session(), end);
            runs.remove(run.session());
            run.end().complete(null);
        }
        changed.accept(run.session());
    }

    /** Writes an end down, first where a supervisor that begins late sees it. */
    private void end(UUID session, Map<String, Object> end) throws IOException {
        Path word = told.resolve(session.toString());
        if (!Files.exists(word)) {
            JsonFile.write(word, end);
        }
        JsonFile.writeSurely(ended.resolve(session.toString()), end);
    }

    /** Notes that a session that was never started never will be. */
    void prevent(UUID session) throws IOException {
        Map<String, Object> none = new HashMap<>(Map.of("end", "CANCELLED", "code", -1));
        double now = Ends.seconds(Instant.now());
        none.putAll(Map.of("since", now, "until", now, "detail", "It was stopped before it began."));
        end(session, none);
        changed.accept(session);
    }

    /** Removes the records of a session. */
    void forget(UUID session) throws IOException {
        Files.deleteIfExists(ended.resolve(session.toString()));
        Files.deleteIfExists(told.resolve(session.toString()));
    }

    /** Ends a run and returns when its end is on record. */
    void cancel(SlurmRun run) throws IOException {
        run.cancelledNow();
        Path mark = run.folder().file("cancel");
        if (!Files.exists(mark)) {
            Files.createFile(mark);
        }
        if (run.job() == 0) {
            // Should Slurm have it all the same, its supervisor finds that it has ended.
            prevent(run.session());
            runs.remove(run.session());
            run.end().complete(null);
            return;
        }
        Instant begun = Instant.now();
        boolean nudged = false;
        boolean ended = false;
        while (!run.end().isDone()) {
            Duration since = Duration.between(begun, Instant.now());
            if (since.compareTo(grace.plus(PATIENCE)) > 0) {
                throw new IOException("it did not end in time");
            }
            try {
                boolean supervised = run.supervised();
                if (supervised && !nudged) {
                    slurm.nudge(run.job());
                    nudged = true;
                } else if (!ended && (!supervised || since.compareTo(grace.plusSeconds(5)) > 0)) {
                    slurm.end(run.job());
                    ended = true;
                }
                if (ended && !await(run, Duration.ofMillis(100))) {
                    Optional<Job> job = slurm.job(run.job());
                    if (job.isEmpty() || job.get().over()) {
                        look();
                        settle(run, word(run), job.orElse(null));
                    }
                }
            } catch (SlurmException e) {
                LOG.log(Level.DEBUG, "Slurm does not answer: " + e.getMessage(), e);
                await(run, Duration.ofMillis(500));
            }
            await(run, Duration.ofMillis(50));
        }
    }

    private static boolean await(SlurmRun run, Duration time) throws IOException {
        try {
            run.end().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException impossible) {
            throw new IOException(impossible);
        }
    }

    /**
     * Gives a run another duration from its start.
     *
     * @param minutes after which Slurm is to end it
     */
    void prolong(SlurmRun run, double seconds, long minutes) throws IOException, SlurmException {
        if (minutes > run.submission().minutes()) {
            if (run.job() != 0) {
                slurm.limit(run.job(), minutes);
            }
            run.submission(run.submission().lasting(minutes));
            run.keep();
        }
        JsonFile.write(run.folder().file("duration.json"), Map.of("seconds", seconds));
        if (run.supervised()) {
            slurm.nudge(run.job());
        }
    }
}
