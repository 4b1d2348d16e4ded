package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.LearnedTimes;
import org.planisphere.planner.platform.Listeners;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.image.ImageTasks;
import org.planisphere.planner.platform.process.Inputs;
import org.planisphere.planner.platform.process.Outputs;
import org.planisphere.planner.platform.process.Ownership;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.platform.process.RunRecords;
import org.planisphere.planner.platform.process.RunUsers;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Task;

/**
 * Runs tasks as Jobs of a Kubernetes cluster, on a volume that planner and pods share. Jobs belong to the cluster: they go
 * on when the planner dies, and are found again by the session's label. Thread safe.
 */
public final class KubernetesPlatform implements Platform {
    private static final Logger LOG = System.getLogger(KubernetesPlatform.class.getName());
    private static final long MIB = 1L << 20;
    private static final long TICK = 100;

    private final PlatformSettings common;
    private final KubernetesSettings settings;
    private final Cluster cluster;
    private final WorkFolders folders;
    private final Staging staging;
    private final Path ended;
    private final RunUsers users;
    private final Ownership ownership;
    private final LearnedTimes times;
    private final Launch launch;
    private final Ways ways;
    private final String owner;
    private final Offering offering;
    private final Watched watched;
    private final Map<UUID, KubernetesRun> runs = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners();
    private final ScheduledExecutorService clock;
    private final ScheduledExecutorService asker;
    private final ExecutorService workers;
    private final KubernetesRun.Keeper keeper = new Runs();
    private volatile boolean closed;

    /**
     * Asks the cluster what there is, shuts its runs off from the network, and takes up what it finds.
     *
     * @param cluster closed by this platform, when it could be made
     * @throws IllegalStateException when the cluster does not answer, or does not let us do what we must
     */
    KubernetesPlatform(PlatformSettings common, KubernetesSettings settings, Cluster cluster, WorkFolders folders) {
        this.common = common;
        this.settings = settings;
        this.cluster = cluster;
        this.folders = folders;
        this.staging = folders.staging(common.id(), common.roots(), new GuardedHttp(common.http()));
        this.owner = common.id() + "-"
                + Integer.toHexString(folders.root().toString().hashCode());
        this.launch = new Launch(common, settings, owner);
        this.ways = new Ways(settings, owner);
        Path state = folders.root().resolve(".kubernetes-" + common.id());
        try {
            this.ended = Files.createDirectories(state.resolve("ended"));
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            int me = (Integer) Files.getAttribute(state, "unix:uid");
            this.users = me == 0 ? RunUsers.of("auto") : new RunUsers(false, me);
            this.ownership = new Ownership(me == 0);
            this.times = new LearnedTimes(state.resolve("times.json"));
            this.offering = new Offering(common, settings, cluster, staging, owner, times);
            settings.namespaces().forEach(namespace -> ways.policies(namespace).forEach(cluster::keep));
        } catch (IOException e) {
            throw new UncheckedIOException("platform " + common.id() + " cannot start: " + e.getMessage(), e);
        } catch (KubernetesClientException e) {
            throw new IllegalStateException(
                    "platform " + common.id() + ": the cluster at " + cluster.address() + " cannot be used: "
                            + Cluster.said(e),
                    e);
        }
        this.workers = Executors.newCachedThreadPool(work -> thread(work, "kubernetes-" + common.id()));
        this.clock = Executors.newSingleThreadScheduledExecutor(work -> thread(work, "kubernetes-tick-" + common.id()));
        this.asker = Executors.newSingleThreadScheduledExecutor(work -> thread(work, "kubernetes-ask-" + common.id()));
        Watched watch;
        try {
            watch = new Watched(cluster, settings.namespaces(), owner, session -> work(() -> seen(session)));
        } catch (IllegalStateException e) {
            shut();
            throw new IllegalStateException("platform " + common.id() + ": " + e.getMessage(), e);
        }
        this.watched = watch;
        adopt();
        clock.scheduleWithFixedDelay(this::tick, TICK, TICK, TimeUnit.MILLISECONDS);
        long poll = settings.poll().toMillis();
        asker.scheduleWithFixedDelay(this::ask, poll, poll, TimeUnit.MILLISECONDS);
        LOG.log(
                Level.INFO,
                "platform {0}: Kubernetes at {1}, {2} nodes, runs are {3}",
                common.id(),
                cluster.address(),
                offering.nodes(),
                users.own() ? "users of their own" : "user " + users.first());
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // What it is ------------------------------------------------------------------------------------------------------

    @Override
    public PlatformDescription describe() {
        return offering.description();
    }

    @Override
    public List<String> enforced() {
        return offering.enforced();
    }

    @Override
    public List<Occupied> occupied() {
        return offering.occupied();
    }

    @Override
    public List<Objection> examine(Task task) {
        return offering.examine(task);
    }

    @Override
    public Estimate estimate(Task task) {
        return offering.estimate(task);
    }

    private void ask() {
        try {
            offering.ask();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "platform " + common.id() + " cannot ask the cluster", e);
            }
        }
    }

    // Prepare ---------------------------------------------------------------------------------------------------------

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        WorkFolder folder = folders.of(work.session());
        if (Files.exists(folder.file("plan.json")) || folder.collected()) {
            return;
        }
        Plan plan = Plan.of(work, settings.python());
        List<Objection> objections = Inputs.objections(staging, plan);
        objections.addAll(ImageTasks.examine(work.executable(), plan));
        if (!objections.isEmpty()) {
            throw new PlatformException(objections.get(0).text());
        }
        String image = offering.chosen(work.executable())
                .orElseThrow(() -> new PlatformException("this platform may not run the image"));
        try {
            // A planner that died half way through left a folder without a plan: begin again.
            folder.delete();
            folder.create();
            int uid = users.of(work.session());
            long granted = work.granted().storage() * MIB;
            long room = Math.max(granted, common.limits().scratch());
            Map<String, String> hashes = Inputs.fetch(staging, plan, folder, room, progress);
            ownership.give(plan, folder, uid);
            long staged = folder.noteInputs(hashes) + plan.there();
            KubernetesSettings.Home home = settings.home(work.groups());
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("platform", common.id());
            document.put("namespace", home.namespace());
            document.put("queue", home.queue());
            document.put("image", image);
            document.put("uid", uid);
            document.put("storage", (granted == 0 ? common.limits().scratch() : granted) + staged);
            document.put("seconds", work.duration().toMillis() / 1000.0);
            document.put("ports", launch.network(work) ? ImageTasks.ports(work.executable()) : List.of());
            JsonFile.write(folder.file("plan.json"), document);
            progress.accept("Its Job goes to the namespace " + home.namespace() + " with the image " + image);
        } catch (Staging.NotFetched e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + work.session() + " cannot be prepared", e);
            throw new PlatformException("the work folder cannot be prepared", e);
        }
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
        if (folder.collected() || hasEnded(session) || runs.containsKey(session)) {
            return;
        }
        try {
            Map<String, Object> plan = JsonFile.read(folder.file("plan.json"))
                    .orElseThrow(() -> new PlatformException("it was not prepared"));
            KubernetesSettings.Home home = new KubernetesSettings.Home(
                    String.valueOf(plan.get("namespace")), String.valueOf(plan.get("queue")));
            int uid = plan.get("uid") instanceof Number number ? number.intValue() : users.of(session);
            if (plan.get("ports") instanceof List<?> ports
                    && !ports.isEmpty()
                    && work.executable() instanceof Executable.DockerContainer container) {
                Map<String, String> labels = launch.labels(work);
                cluster.make(ways.policy(home.namespace(), session, container.ports(), labels));
                cluster.make(ways.service(home.namespace(), session, container.ports(), labels));
            }
            cluster.make(launch.job(work, folder, home, String.valueOf(plan.get("image")), uid));
            if (!Files.exists(folder.file("start.json"))) {
                JsonFile.write(folder.file("start.json"), Map.of());
            }
            keep(session, folder, plan);
            seen(session);
        } catch (KubernetesClientException e) {
            LOG.log(Level.WARNING, "session {0} cannot be started: {1}", session, Cluster.said(e));
            throw new PlatformException("the cluster refused it: " + Cluster.said(e), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + session + " cannot be started", e);
            throw new PlatformException("its folder cannot be written", e);
        }
    }

    private boolean hasEnded(UUID session) {
        return Files.exists(ended.resolve(session.toString()));
    }

    /** What runs tell. */
    private final class Runs implements KubernetesRun.Keeper {
        @Override
        public void changed(UUID session) {
            if (!closed) {
                listeners.changed(session);
            }
        }

        @Override
        public List<LiveConnector> begun(UUID session, Instant asked, Instant since) {
            try {
                Map<String, Object> plan =
                        JsonFile.read(folders.of(session).file("plan.json")).orElse(Map.of());
                Duration took = Duration.between(asked, since);
                times.measured("image:" + plan.get("image"), took.isNegative() ? Duration.ZERO : took);
                if (plan.get("ports") instanceof List<?> ports && !ports.isEmpty()) {
                    return cluster.service(String.valueOf(plan.get("namespace")), session)
                            .map(service -> ways.connectors(service, ports))
                            .orElse(List.of());
                }
            } catch (IOException | KubernetesClientException e) {
                LOG.log(Level.WARNING, "the ways into session " + session + " cannot be told", e);
            }
            return List.of();
        }

        @Override
        public void ended(UUID session, Map<String, Object> facts) {
            record(session, facts);
        }

        @Override
        public void work(Runnable work) {
            KubernetesPlatform.this.work(work);
        }
    }

    private void record(UUID session, Map<String, Object> facts) {
        try {
            JsonFile.write(ended.resolve(session.toString()), facts);
        } catch (IOException e) {
            throw new UncheckedIOException("the end of session " + session + " cannot be written down", e);
        }
        runs.remove(session);
        keeper.changed(session);
    }

    private void record(UUID session, Observation.End end, String detail) {
        double now = KubernetesRun.seconds(Instant.now());
        record(session, Map.of("end", end.name(), "code", -1, "since", now, "until", now, "detail", detail));
    }

    private synchronized void keep(UUID session, WorkFolder folder, Map<String, Object> plan) throws IOException {
        if (runs.containsKey(session) || hasEnded(session)) {
            return;
        }
        Map<String, Object> later = JsonFile.read(folder.file("duration.json")).orElse(plan);
        Map<String, Object> start = JsonFile.read(folder.file("start.json")).orElse(Map.of());
        runs.put(
                session,
                new KubernetesRun(
                        new KubernetesRun.Terms(
                                session,
                                String.valueOf(plan.get("namespace")),
                                plan.get("storage") instanceof Number storage ? storage.longValue() : 0,
                                common.limits().output(),
                                common.limits().grace(),
                                settings.patience(),
                                plan.get("ports") instanceof List<?> ports && !ports.isEmpty()),
                        folder,
                        cluster,
                        Duration.ofMillis((long)
                                (1000 * (later.get("seconds") instanceof Number seconds ? seconds.doubleValue() : 0))),
                        start.containsKey("since") ? RunRecords.instant(start.get("since")) : null,
                        keeper));
    }

    /** Takes up the session's Job when there is one; false when there is none. */
    private boolean adoptNow(UUID session) throws IOException {
        if (runs.containsKey(session) || hasEnded(session)) {
            return true;
        }
        WorkFolder folder = folders.of(session);
        Map<String, Object> plan = JsonFile.read(folder.file("plan.json")).orElse(Map.of());
        String namespace = String.valueOf(plan.get("namespace"));
        Optional<Job> job = cluster.job(namespace, session);
        Optional<Pod> pod = cluster.pod(namespace, session);
        if (job.isEmpty() && pod.isEmpty()) {
            return false;
        }
        keep(session, folder, plan);
        look(session, job.orElse(null), pod.orElse(null));
        return true;
    }

    /** The watch has told of it. */
    private void seen(UUID session) {
        if (runs.containsKey(session) && !closed) {
            look(
                    session,
                    watched.job(session).orElse(null),
                    watched.pod(session).orElse(null));
        }
    }

    private void look(UUID session, @Nullable Job job, @Nullable Pod pod) {
        KubernetesRun run = runs.get(session);
        if (run == null) {
            return;
        }
        try {
            run.look(job, pod);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be looked at", e);
        } catch (KubernetesClientException e) {
            LOG.log(Level.DEBUG, "session " + session + " cannot be looked at for now", e);
            again(session);
        }
    }

    private void again(UUID session) {
        try {
            clock.schedule(() -> work(() -> seen(session)), 1, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /** Work that may block. */
    private void work(Runnable work) {
        try {
            workers.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    if (!closed) {
                        LOG.log(Level.WARNING, "platform " + common.id() + ": " + e.getMessage(), e);
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /** Ends what exceeds what it was granted. */
    private void tick() {
        Instant now = Instant.now();
        for (KubernetesRun run : runs.values()) {
            try {
                run.excess(now).ifPresent(why -> work(() -> end(run, why[0], why[1])));
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "session " + run.session() + " cannot be watched", e);
            }
        }
    }

    private void end(KubernetesRun run, String end, String detail) {
        try {
            run.stop(end, detail);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + run.session() + " cannot be stopped", e);
        }
    }

    @Override
    public Observation observe(UUID session) {
        try {
            return observed(session);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be looked at", e);
        }
    }

    private Observation observed(UUID session) throws IOException {
        Optional<Map<String, Object>> record = JsonFile.read(ended.resolve(session.toString()));
        if (record.isPresent()) {
            return RunRecords.ended(record.get());
        }
        KubernetesRun run = runs.get(session);
        if (run != null) {
            return run.observation();
        }
        WorkFolder folder = folders.of(session);
        if (folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return new Observation.Absent();
        }
        if (!Files.exists(folder.file("start.json"))) {
            return new Observation.Prepared();
        }
        if (!adoptNow(session) && !hasEnded(session)) {
            record(session, Observation.End.LOST, "Its Job and its pod are gone.");
        }
        return observed(session);
    }

    @Override
    public List<LiveConnector> connectors(UUID session) {
        KubernetesRun run = runs.get(session);
        return run == null ? List.of() : run.connectors();
    }

    @Override
    public void cancel(UUID session) {
        WorkFolder folder = folders.of(session);
        if (hasEnded(session) || folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return;
        }
        try {
            if (!adoptNow(session)) {
                record(session, Observation.End.CANCELLED, "It was stopped before it began.");
                return;
            }
            KubernetesRun run = runs.get(session);
            if (run != null) {
                run.stop("CANCELLED", "It was stopped.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be stopped", e);
        }
    }

    @Override
    public void prolong(UUID session, Duration duration) throws PlatformException {
        KubernetesRun run = runs.get(session);
        if (run == null) {
            throw new PlatformException("it does not run");
        }
        try {
            JsonFile.write(folders.of(session).file("duration.json"), Map.of("seconds", duration.toMillis() / 1000.0));
            run.lasts(duration);
        } catch (IOException e) {
            throw new PlatformException("its time could not be changed", e);
        } catch (KubernetesClientException e) {
            throw new PlatformException("the cluster could not be told: " + Cluster.said(e), e);
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
            Observation end = observed(session);
            if (!folder.collected() && folder.exists()) {
                if (end instanceof Observation.Running || end instanceof Observation.Pending) {
                    throw new PlatformException("it still runs");
                }
                leave(session, folder);
                ownership.reclaim(folder);
                if (Files.exists(folder.file("start.json"))) {
                    long room = Math.max(
                            work.granted().storage() * MIB, common.limits().scratch());
                    folder.collect(new WorkFolder.ResultLimits(common.limits().results(), 4 * room));
                } else {
                    // It never began and has nothing to lose; it may be prepared again.
                    folder.delete();
                }
            }
            try {
                Outputs.deliver(staging, work, folder, end, progress);
            } finally {
                Files.deleteIfExists(ended.resolve(session.toString()));
            }
        } catch (WorkFolder.TooManyResults e) {
            throw new PlatformException("the results cannot be stored: " + e.getMessage(), e);
        } catch (KubernetesClientException e) {
            throw new PlatformException("the cluster does not give it back: " + Cluster.said(e), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "results of session " + session + " cannot be stored", e);
            throw new PlatformException("the results cannot be stored", e);
        }
    }

    /** Removes what the cluster has of a session that has ended. */
    private void leave(UUID session, WorkFolder folder) throws IOException {
        Map<String, Object> plan = JsonFile.read(folder.file("plan.json")).orElse(Map.of());
        if (!Files.exists(folder.file("start.json")) || !plan.containsKey("namespace")) {
            return;
        }
        String namespace = String.valueOf(plan.get("namespace"));
        cluster.remove(namespace, session);
        if (plan.get("ports") instanceof List<?> ports && !ports.isEmpty()) {
            cluster.close(namespace, session);
        }
    }

    @Override
    public void forget(UUID session) {
        cancel(session);
        try {
            Files.deleteIfExists(ended.resolve(session.toString()));
            folders.of(session).delete();
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be removed", e);
        }
    }

    @Override
    public void onChange(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    /** Takes up what an earlier planner left running, and removes what belongs to no session any more. */
    private void adopt() {
        for (UUID session : watched.sessions()) {
            WorkFolder folder = folders.of(session);
            try {
                if (hasEnded(session) || folder.collected() || !Files.exists(folder.file("plan.json"))) {
                    LOG.log(Level.INFO, "platform {0}: the Job of {1} is left over and removed", common.id(), session);
                    for (String namespace : settings.namespaces()) {
                        cluster.remove(namespace, session);
                        cluster.close(namespace, session);
                    }
                    continue;
                }
                adoptNow(session);
                KubernetesRun run = runs.get(session);
                if (run != null) {
                    // What is past its end is ended before anything else is done.
                    run.excess(Instant.now()).ifPresent(why -> end(run, why[0], why[1]));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the work folders cannot be read", e);
            }
        }
    }

    private void shut() {
        closed = true;
        clock.shutdownNow();
        asker.shutdownNow();
        workers.shutdownNow();
    }

    @Override
    public void close() {
        shut();
        runs.values().forEach(KubernetesRun::detach);
        watched.close();
        cluster.close();
    }
}
