package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.Listeners;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.process.Host;
import org.planisphere.planner.platform.process.Outputs;
import org.planisphere.planner.platform.process.Ownership;
import org.planisphere.planner.platform.process.Preparation;
import org.planisphere.planner.platform.process.RunRecords;
import org.planisphere.planner.platform.process.RunUsers;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Task;

/**
 * Runs tasks as jobs of Slurm, on nodes that share the planner's folder for work. What it offers it has from Slurm, which it
 * asks on a thread of its own; each job is one supervisor with one run. Jobs belong to Slurm: they go on when the planner
 * dies, and are found again by the session's name. Thread safe.
 */
public final class SlurmPlatform implements Platform {
    private static final Logger LOG = System.getLogger(SlurmPlatform.class.getName());
    private static final long LOOK = 100;
    private static final Duration NODES = Duration.ofMinutes(1);

    private final PlatformSettings common;
    private final SlurmSettings settings;
    private final Slurm slurm;
    private final WorkFolders folders;
    private final Staging staging;
    private final String owner;
    private final Path ended;
    private final boolean root;
    private final RunUsers users;
    private final Ownership ownership;
    private final Nodes nodes;
    private final Jobs jobs;
    private final Listeners listeners = new Listeners();
    private final ScheduledExecutorService looker;
    private final ScheduledExecutorService asker;
    private volatile Picture picture;
    private volatile Preparation preparation;
    private volatile @Nullable Host host;
    private volatile boolean silent;
    private volatile boolean closed;
    private Instant counted = Instant.EPOCH;

    /**
     * Asks Slurm what there is, finds out what a node can do, and takes up what it finds.
     *
     * @throws IllegalStateException when Slurm does not answer, or has no such partition
     */
    SlurmPlatform(PlatformSettings common, SlurmSettings settings, Slurm slurm, WorkFolders folders) {
        this.common = common;
        this.settings = settings;
        this.slurm = slurm;
        this.folders = folders;
        this.staging = folders.staging(common.id(), common.roots(), new GuardedHttp(common.http()));
        this.owner = "planisphere:" + common.id() + "-"
                + Integer.toHexString(folders.root().toString().hashCode());
        String place = folders.root().toString();
        if (place.contains("%") || place.contains("\\")) {
            throw new IllegalStateException(
                    "platform " + common.id() + ": Slurm cannot use the folder " + place + ", because of its % or \\");
        }
        Path state = folders.root().resolve(".slurm-" + common.id());
        try {
            this.ended = Files.createDirectories(state.resolve("ended"));
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            int me = (Integer) Files.getAttribute(state, "unix:uid");
            this.root = me == 0;
            this.users = root ? RunUsers.of("auto") : new RunUsers(false, me);
            this.ownership = new Ownership(root);
            this.nodes = new Nodes(state.resolve("nodes"), common.id(), settings, folders, users);
            this.jobs = new Jobs(
                    common.id(),
                    owner,
                    slurm,
                    folders,
                    nodes.told(),
                    ended,
                    common.limits().grace(),
                    this::changed);
            Cluster cluster = slurm.cluster(settings.partition());
            if (cluster.nodes().isEmpty()) {
                throw new IllegalStateException(
                        "platform " + common.id() + ": Slurm's partition " + cluster.partition() + " has no nodes");
            }
            this.picture = new Picture(cluster, description(cluster, null), List.of(), null);
            this.preparation = prepares(nodes.host().orElse(null));
            nodes.ask(slurm, smallest());
            known(nodes.await());
            jobs.adopt();
            jobs.look();
        } catch (IOException e) {
            throw new UncheckedIOException("platform " + common.id() + " cannot start: " + e.getMessage(), e);
        } catch (SlurmException e) {
            throw new IllegalStateException(
                    "platform " + common.id() + ": Slurm cannot be used by its " + slurm.way() + ": " + e.getMessage(),
                    e);
        }
        this.looker = Executors.newSingleThreadScheduledExecutor(work -> thread(work, "slurm-look-" + common.id()));
        this.asker = Executors.newSingleThreadScheduledExecutor(work -> thread(work, "slurm-ask-" + common.id()));
        looker.scheduleWithFixedDelay(this::look, 0, LOOK, TimeUnit.MILLISECONDS);
        asker.scheduleWithFixedDelay(this::ask, 0, settings.poll().toMillis(), TimeUnit.MILLISECONDS);
        LOG.log(
                Level.INFO,
                "platform {0}: Slurm''s partition {1} by its {2}, {3} nodes, runs are {4}",
                common.id(),
                picture.cluster().partition(),
                slurm.way(),
                picture.cluster().nodes().size(),
                root ? (users.own() ? "users of their own" : "nobody") : "the planner's user");
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // What it is ------------------------------------------------------------------------------------------------------

    private PlatformDescription description(Cluster cluster, @Nullable Host found) {
        return SlurmDescription.of(common, settings, cluster, found, root, staging);
    }

    private Preparation prepares(@Nullable Host found) throws IOException {
        Host can = found == null ? Host.of(Map.of("root", root, "user", root)) : found;
        return Preparation.elsewhere(common, settings.python(), folders, staging, can, users);
    }

    private void known(@Nullable Host found) throws IOException {
        if (found != null && !found.equals(host)) {
            host = found;
            jobs.counted(found.has("memory"));
            preparation = prepares(found);
            Picture now = picture;
            picture = new Picture(now.cluster(), description(now.cluster(), found), now.others(), now.soonest());
        }
    }

    @Override
    public PlatformDescription describe() {
        return picture.description();
    }

    @Override
    public List<String> enforced() {
        return SlurmDescription.kept(common, settings, picture.cluster(), host, slurm.way());
    }

    @Override
    public List<Objection> examine(Task task) {
        return preparation.examine(task);
    }

    @Override
    public Estimate estimate(Task task) {
        Picture now = picture;
        Instant soonest = now.soonest();
        List<String> notes = soonest == null || soonest.isBefore(Instant.now().plusSeconds(60))
                ? List.of()
                : List.of("Slurm would begin even the smallest run not before " + soonest + ".");
        return preparation.estimate(task, new Estimate(common.preparing(), common.releasing(), notes));
    }

    @Override
    public List<Occupied> occupied() {
        Picture now = picture;
        Instant time = Instant.now();
        PlatformDescription description = now.description();
        return Occupancy.of(
                now.cluster(),
                now.cluster().all(settings.overhead()),
                description.capacity(),
                now.others(),
                now.cluster().down(settings.overhead()),
                now.soonest(),
                time,
                Occupancy.until(time, description.horizon(), description.longest()));
    }

    // Asking Slurm ----------------------------------------------------------------------------------------------------

    private void look() {
        try {
            jobs.look();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "platform " + common.id() + " cannot look at its runs", e);
        }
    }

    private void ask() {
        try {
            Set<Long> mine = new HashSet<>();
            jobs.ask().forEach(job -> mine.add(job.id()));
            Instant now = Instant.now();
            Cluster cluster = picture.cluster();
            if (counted.plus(NODES).isBefore(now)) {
                cluster = slurm.cluster(settings.partition());
                counted = now;
                nodes.ask(slurm, smallest());
            }
            known(nodes.host().orElse(null));
            List<Job> others = slurm.queue(cluster.partition()).stream()
                    .filter(job -> !mine.contains(job.id()))
                    .toList();
            boolean queue = others.stream().anyMatch(Job::waiting);
            Instant soonest = queue ? slurm.wouldStart(smallest()).orElse(null) : null;
            picture = new Picture(cluster, description(cluster, host), others, soonest);
            if (silent) {
                LOG.log(Level.INFO, "platform {0}: Slurm answers again", common.id());
            }
            silent = false;
        } catch (SlurmException e) {
            if (!silent && !closed) {
                LOG.log(Level.WARNING, "platform {0}: Slurm does not answer: {1}", common.id(), e.getMessage());
            }
            silent = true;
            counted = Instant.EPOCH;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "platform " + common.id() + " cannot ask Slurm", e);
        }
    }

    // Prepare ---------------------------------------------------------------------------------------------------------

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        WorkFolder folder = folders.of(work.session());
        if (Files.exists(folder.file("plan.json")) || folder.collected()) {
            return;
        }
        try {
            slurm.wouldStart(submission(work))
                    .ifPresent(time -> progress.accept("Slurm would start it at " + time + " if it were ready now"));
        } catch (SlurmException e) {
            if (e.reached()) {
                throw new PlatformException("Slurm would refuse it: " + e.getMessage(), e);
            }
            progress.accept("Slurm does not answer for now");
        }
        preparation.prepare(work, progress);
    }

    private Submission submission(Work work) {
        Amounts granted = work.granted();
        long accelerators = granted.accelerators();
        return submission(
                work.session(),
                Math.max(1, granted.cores()),
                Math.max(16, granted.memory()),
                minutes(work.duration()),
                accelerators == 0 ? "" : settings.gres() + ":" + accelerators,
                settings.bill(work.groups()));
    }

    private Submission submission(
            UUID session, long cores, long memory, long minutes, String gres, SlurmSettings.Bill bill) {
        return new Submission(
                Jobs.name(session),
                owner,
                nodes.script(session),
                folders.of(session).path().toString(),
                picture.cluster().processors(cores),
                memory + settings.overhead(),
                minutes,
                gres,
                settings.partition(),
                bill.account(),
                bill.qos(),
                settings.reservation(),
                settings.constraint());
    }

    /** The smallest job, on the usual account. */
    private Submission smallest() {
        return submission(new UUID(0, 0), 1, 64, 2, "", settings.usual());
    }

    /** When Slurm is to end it: after its supervisor would have. */
    private long minutes(Duration duration) {
        Duration most = duration.plus(common.limits().grace()).plus(SlurmDescription.SPARE.dividedBy(2));
        Duration longest = picture.cluster().longest();
        long asked = (most.toSeconds() + 59) / 60;
        return longest == null ? asked : Math.max(1, Math.min(asked, longest.toMinutes()));
    }

    // Run -------------------------------------------------------------------------------------------------------------

    @Override
    public boolean queues() {
        return true;
    }

    @Override
    public void start(Work work) throws PlatformException {
        UUID session = work.session();
        WorkFolder folder = folders.of(session);
        if (folder.collected() || jobs.hasEnded(session) || jobs.of(session).isPresent()) {
            return;
        }
        if (!Files.exists(folder.file("plan.json"))) {
            throw new PlatformException("it was not prepared");
        }
        try {
            jobs.start(new SlurmRun(session, folder, submission(work)));
        } catch (SlurmException e) {
            throw new PlatformException("Slurm refused it: " + e.getMessage(), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + session + " cannot be started", e);
            throw new PlatformException("its folder cannot be written", e);
        }
    }

    @Override
    public Observation observe(UUID session) {
        try {
            return seen(session);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be looked at", e);
        }
    }

    private Observation seen(UUID session) throws IOException {
        Optional<SlurmRun> run = jobs.of(session);
        Optional<Map<String, Object>> end = JsonFile.read(ended.resolve(session.toString()));
        if (end.isPresent()) {
            return RunRecords.ended(end.get());
        }
        WorkFolder folder = folders.of(session);
        if (run.isEmpty()) {
            return folder.collected() || !Files.exists(folder.file("plan.json"))
                    ? new Observation.Absent()
                    : new Observation.Prepared();
        }
        if (!run.get().looks()) {
            return new Observation.Pending(run.get().detail());
        }
        Instant since = JsonFile.read(folder.file("task.json")).map(Ends::since).orElseGet(Instant::now);
        Observation.Usage usage =
                JsonFile.read(folder.file("usage.json")).map(RunRecords::usage).orElse(Observation.Usage.UNKNOWN);
        return new Observation.Running(since, usage);
    }

    @Override
    public void onChange(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    private void changed(UUID session) {
        if (!closed) {
            listeners.changed(session);
        }
    }

    @Override
    public void cancel(UUID session) {
        WorkFolder folder = folders.of(session);
        if (jobs.hasEnded(session) || folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return;
        }
        try {
            Optional<SlurmRun> run = jobs.of(session);
            if (run.isPresent()) {
                jobs.cancel(run.get());
            } else {
                jobs.prevent(session);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be stopped", e);
        }
    }

    @Override
    public void prolong(UUID session, Duration duration) throws PlatformException {
        SlurmRun run = jobs.of(session).orElseThrow(() -> new PlatformException("it does not run"));
        try {
            jobs.prolong(run, duration.toMillis() / 1000.0, minutes(duration));
        } catch (SlurmException e) {
            throw new PlatformException("Slurm does not let it run longer: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PlatformException("its time could not be changed", e);
        }
    }

    // After -----------------------------------------------------------------------------------------------------------

    @Override
    public Moved moved(UUID session) {
        return Outputs.moved(folders.of(session));
    }

    @Override
    public void release(Work work) throws PlatformException {
        release(work, said -> {});
    }

    @Override
    public void release(Work work, Consumer<String> progress) throws PlatformException {
        UUID session = work.session();
        WorkFolder folder = folders.of(session);
        try {
            Observation end = observe(session);
            if (!folder.collected() && folder.exists()) {
                if (jobs.of(session).isPresent()) {
                    throw new PlatformException("it still runs");
                }
                ownership.reclaim(folder);
                if (jobs.hasEnded(session) || Files.exists(folder.file("task.json"))) {
                    long room =
                            Math.max(Preparation.bytes(work), common.limits().scratch());
                    folder.collect(new WorkFolder.ResultLimits(common.limits().results(), 4 * room));
                } else {
                    // It never began and has nothing to lose; it may be prepared again.
                    folder.delete();
                }
            }
            WorkFolder.delete(folder.temporary());
            try {
                Outputs.deliver(staging, work, folder, end, progress);
            } finally {
                jobs.forget(session);
            }
        } catch (WorkFolder.TooManyResults e) {
            throw new PlatformException("the results cannot be stored: " + e.getMessage(), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "results of session " + session + " cannot be stored", e);
            throw new PlatformException("the results cannot be stored: " + Preparation.reason(e), e);
        }
    }

    @Override
    public void forget(UUID session) {
        cancel(session);
        try {
            jobs.forget(session);
            folders.of(session).delete();
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be removed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        looker.shutdownNow();
        asker.shutdownNow();
        nodes.close(slurm);
    }
}
