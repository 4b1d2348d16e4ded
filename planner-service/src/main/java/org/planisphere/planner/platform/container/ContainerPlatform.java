package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Listeners;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
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
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Task;

/**
 * Runs tasks as containers. Containers belong to the engine and go on when the planner dies; what the planner has to know of
 * one is in the session's folder and in the engine, and is found again by the container's name and label. Thread safe.
 *
 * <p>A container may do only what {@link Launch} says: nothing of the host but the session's work folder, no rights, a
 * file system that cannot be changed, and no network unless the platform grants one.
 */
public final class ContainerPlatform implements Platform {
    private static final Logger LOG = System.getLogger(ContainerPlatform.class.getName());
    private static final long MIB = 1L << 20;
    private static final long TICK = 50;

    private final PlatformSettings common;
    private final ContainerSettings settings;
    private final WorkFolders folders;
    private final Staging staging;
    private final Path ended;
    private final Containers containers;
    private final Containers.Host host;
    private final Images images;
    private final Launch launch;
    private final ComposeSessions compose;
    private final boolean root;
    private final RunUsers users;
    private final Ownership ownership;
    private final PlatformDescription description;
    private final Map<UUID, Run> runs = new ConcurrentHashMap<>();
    private final Map<UUID, List<String>> devices = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners();
    private final ScheduledExecutorService clock;
    private final ExecutorService workers;
    private final Departures departures;
    private volatile boolean closed;

    /**
     * Finds out what the engine can do, re-adopts what it finds running, and removes what belongs to no session.
     *
     * @throws IllegalStateException when the engine cannot be reached, or runs cannot be run as somebody else than root
     */
    ContainerPlatform(PlatformSettings common, ContainerSettings settings, WorkFolders folders) {
        this.common = common;
        this.settings = settings;
        this.folders = folders;
        this.staging = folders.staging(common.id(), common.roots(), new GuardedHttp(common.http()));
        Path state = folders.root().resolve(".container-" + common.id());
        this.ended = state.resolve("ended");
        this.containers = new Containers(settings.socket());
        try {
            Files.createDirectories(ended);
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            this.host = containers.host();
            int me = (Integer) Files.getAttribute(state, "unix:uid");
            this.root = me == 0 && !host.rootless();
            this.users = root ? RunUsers.of("auto") : new RunUsers(false, host.rootless() ? 0 : me);
        } catch (IOException e) {
            throw new UncheckedIOException("platform " + common.id() + " cannot start: " + e.getMessage(), e);
        } catch (EngineException e) {
            containers.close();
            throw new IllegalStateException(
                    "platform " + common.id() + ": no container engine answers at " + settings.socket()
                            + "; start podman's or Docker's service, or set container.socket (" + e.getMessage() + ")",
                    e);
        }
        this.ownership = new Ownership(root);
        this.images = new Images(settings, containers, state);
        images.runs(host.architecture());
        this.launch = new Launch(
                common,
                settings,
                common.id() + "-"
                        + Integer.toHexString(folders.root().toString().hashCode()));
        this.compose = new ComposeSessions(common, settings, containers, host, images, launch);
        this.description = describeEngine();
        this.clock = Executors.newSingleThreadScheduledExecutor(work -> thread(work, "containers-" + common.id()));
        this.workers = Executors.newCachedThreadPool(work -> thread(work, "container-" + common.id()));
        this.departures = new Departures(clock, run -> work(() -> finishEarly(run)));
        adopt();
        clock.scheduleWithFixedDelay(this::tick, TICK, TICK, TimeUnit.MILLISECONDS);
        LOG.log(
                Level.INFO,
                "platform {0}: {1} {2} at {3}, runs are {4}",
                common.id(),
                host.podman() ? "podman" : "Docker",
                host.version(),
                settings.socket(),
                root ? (users.own() ? "users of their own" : "nobody") : "the planner's user");
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // What it is ------------------------------------------------------------------------------------------------------

    @Override
    public PlatformDescription describe() {
        return description;
    }

    private PlatformDescription describeEngine() {
        Set<Kind> able = new LinkedHashSet<>(List.of(Kind.DOCKER_CONTAINER, Kind.DOCKER_COMPOSE));
        Set<String> schemes = staging.schemes();
        if (!settings.image().isEmpty()) {
            able.add(Kind.PROCESS);
            if (!schemes.isEmpty()) {
                able.add(Kind.PYTHON_PROGRAM);
            }
        }
        if (!common.kinds().isEmpty()) {
            able.retainAll(common.kinds());
        }
        return new PlatformDescription(
                common.id(),
                common.name(),
                common.description(),
                common.capacity(),
                able,
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE, Kind.PERSISTENT_STORAGE),
                Outputs.kinds(staging),
                schemes,
                common.shapes(),
                common.prices(),
                common.preparing(),
                common.releasing(),
                common.usual(),
                common.longest(),
                common.horizon(),
                common.network(),
                common.metrics(),
                Enforcement.open(common, settings, host));
    }

    @Override
    public List<String> enforced() {
        return Enforcement.kept(common, settings, host, users.own());
    }

    @Override
    public List<External> external() {
        return settings.external();
    }

    @Override
    public List<Objection> examine(Task task) {
        Plan plan = plan(task);
        List<Objection> found = Inputs.foreseen(staging, plan);
        image(task.executable()).flatMap(images::examine).ifPresent(found::add);
        found.addAll(ImageTasks.examine(task.executable(), plan));
        found.addAll(compose.examine(task));
        return found;
    }

    private Plan plan(Task task) {
        return new Plan(
                task.executable(),
                task.storage(),
                task.data(),
                task.compute().volumes(),
                settings.python(),
                false,
                settings.external());
    }

    private Optional<Executable.Image> image(Executable executable) {
        if (executable instanceof Executable.DockerCompose) {
            return Optional.empty();
        }
        return ImageTasks.image(executable, settings.image(), host.architecture());
    }

    @Override
    public Estimate estimate(Task task) {
        Duration pull = image(task.executable()).map(images::expected).orElse(Duration.ZERO);
        for (Executable.Image image : compose.images(task.executable())) {
            pull = pull.plus(images.expected(image));
        }
        Estimate usual = Inputs.estimate(staging, plan(task), Estimate.usual(description))
                .needing(compose.least(task.executable()));
        return pull.isZero() ? usual : usual.afterImage(pull);
    }

    // Prepare ---------------------------------------------------------------------------------------------------------

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        WorkFolder folder = folders.of(work.session());
        if (Files.exists(folder.file("plan.json")) || folder.collected()) {
            return;
        }
        Plan plan = Plan.of(work, settings.python(), settings.external());
        List<Objection> objections = Inputs.objections(staging, plan);
        if (!objections.isEmpty()) {
            throw new PlatformException(objections.get(0).text());
        }
        boolean several = work.executable() instanceof Executable.DockerCompose;
        Optional<Executable.Image> wanted = image(work.executable());
        if (wanted.isEmpty() && !several) {
            throw new PlatformException("this platform runs no such executables");
        }
        Map<String, Object> document = new LinkedHashMap<>();
        if (wanted.isPresent()) {
            document.put("image", images.require(wanted.get(), progress));
        }
        try {
            // A planner that died half way through left a folder without a plan: begin again.
            folder.delete();
            folder.create();
            int uid = users.of(work.session());
            long granted = work.granted().storage() * MIB;
            long room = Math.max(granted, common.limits().scratch());
            Map<String, String> hashes = Inputs.fetch(staging, plan, folder, room, progress);
            if (work.executable() instanceof Executable.DockerCompose file) {
                document.putAll(compose.prepare(work, file, plan, folder, progress));
            }
            ownership.give(plan, folder, uid);
            long staged = folder.noteInputs(hashes) + plan.there();
            document.put("platform", common.id());
            document.put("uid", uid);
            document.put("storage", (granted == 0 ? common.limits().scratch() : granted) + staged);
            document.put("seconds", work.duration().toMillis() / 1000.0);
            document.put("ports", ImageTasks.ports(work.executable()));
            JsonFile.write(folder.file("plan.json"), document);
        } catch (Staging.NotFetched e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + work.session() + " cannot be prepared", e);
            throw new PlatformException("the work folder cannot be prepared", e);
        }
    }

    // Run -------------------------------------------------------------------------------------------------------------

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
            if (ComposeSessions.isOne(plan)) {
                compose.make(work, folder, plan, limits(plan));
                JsonFile.write(folder.file("start.json"), Map.of("since", ContainerRun.seconds(Instant.now())));
                adoptNow(session);
                return;
            }
            Containers.Spec spec = launch.spec(
                    work,
                    folder,
                    String.valueOf(plan.get("image")),
                    plan.get("uid") + ":" + plan.get("uid"),
                    limits(plan),
                    handOut(work));
            if (!containers.create(spec) && adoptNow(session)) {
                return;
            }
            JsonFile.write(folder.file("start.json"), Map.of("since", ContainerRun.seconds(Instant.now())));
            try {
                containers.start(spec.name());
            } catch (EngineException e) {
                notStarted(session, spec.name(), e);
                return;
            }
            adoptNow(session);
        } catch (EngineException e) {
            LOG.log(Level.WARNING, "session " + session + " cannot be started: " + e.getMessage(), e);
            throw new PlatformException("the container engine refused: " + e.getMessage(), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + session + " cannot be started", e);
            throw new PlatformException("its folder cannot be written", e);
        }
    }

    /** The engine could not execute what it was given: that is an end, not a fault of the platform. */
    private void notStarted(UUID session, String name, EngineException why) throws PlatformException {
        int code = Launch.notStarted(why).orElseThrow(() -> why);
        containers.remove(name);
        record(
                session,
                Map.of(
                        "end",
                        "FAILED",
                        "code",
                        code,
                        "since",
                        ContainerRun.seconds(Instant.now()),
                        "until",
                        ContainerRun.seconds(Instant.now()),
                        "detail",
                        "The program could not be started."));
    }

    private Map<String, Long> limits(Map<String, Object> plan) {
        Map<String, Long> limits = new LinkedHashMap<>();
        limits.put("nofile", (long) common.limits().files());
        // Counted for each user: of use only where a run has a user of its own.
        limits.put("nproc", users.own() ? common.limits().processes() : 31_000L);
        limits.put("core", 0L);
        limits.put("fsize", plan.get("storage") instanceof Number storage ? storage.longValue() : 0L);
        return limits;
    }

    /** Devices that no other run has. */
    private synchronized List<String> handOut(Work work) throws PlatformException {
        long wanted = work.granted().accelerators();
        if (wanted == 0) {
            return List.of();
        }
        List<String> free = new ArrayList<>(settings.accelerators());
        devices.forEach((session, used) -> {
            if (!session.equals(work.session())) {
                used.forEach(free::remove);
            }
        });
        if (free.size() < wanted) {
            throw new PlatformException("there are not enough accelerators");
        }
        List<String> given = List.copyOf(free.subList(0, (int) wanted));
        devices.put(work.session(), given);
        return given;
    }

    private boolean hasEnded(UUID session) {
        return Files.exists(ended.resolve(session.toString()));
    }

    private void record(UUID session, Map<String, Object> facts) {
        try {
            JsonFile.write(ended.resolve(session.toString()), facts);
        } catch (IOException e) {
            throw new UncheckedIOException("the end of session " + session + " cannot be written down", e);
        }
        runs.remove(session);
        devices.remove(session);
        changed(session);
    }

    /** Takes up the session's container when it has begun; false when it has not. */
    private synchronized boolean adoptNow(UUID session) throws IOException {
        if (runs.containsKey(session) || hasEnded(session)) {
            return true;
        }
        WorkFolder folder = folders.of(session);
        Map<String, Object> plan = JsonFile.read(folder.file("plan.json")).orElse(Map.of());
        Map<String, Object> later = JsonFile.read(folder.file("duration.json")).orElse(plan);
        Duration duration = Duration.ofMillis(
                (long) (1000 * (later.get("seconds") instanceof Number seconds ? seconds.doubleValue() : 0)));
        if (ComposeSessions.isOne(plan)) {
            if (!Files.exists(folder.file("start.json"))) {
                return false;
            }
            ComposeRun run = compose.run(
                    session, folder, plan, duration, facts -> record(session, facts), () -> changed(session));
            runs.put(session, run);
            run.follow();
            return true;
        }
        Optional<Containers.Seen> seen = containers.look(Launch.name(session));
        if (seen.isEmpty() || !seen.get().begun()) {
            return false;
        }
        ContainerRun run = new ContainerRun(
                new ContainerRun.Terms(
                        session,
                        Launch.name(session),
                        plan.get("storage") instanceof Number storage ? storage.longValue() : 0,
                        common.limits().output(),
                        common.limits().grace()),
                folder,
                containers,
                seen.get(),
                duration,
                connectors(plan, seen.get()),
                facts -> record(session, facts));
        runs.put(session, run);
        run.follow(() -> work(() -> finish(run)));
        departures.watch(run);
        return true;
    }

    private List<LiveConnector> connectors(Map<String, Object> plan, Containers.Seen seen) {
        List<LiveConnector> connectors = new ArrayList<>();
        if (!(plan.get("ports") instanceof List<?> ports)) {
            return connectors;
        }
        for (Object port : ports) {
            if (port instanceof Map<?, ?> facts && facts.get("internal") instanceof Number internal) {
                String protocol = String.valueOf(facts.get("protocol"));
                Integer outer = seen.ports().get(internal + (protocol.equals("UDP") ? "/udp" : "/tcp"));
                if (outer != null) {
                    connectors.add(LiveConnector.port(
                            protocol,
                            settings.publish(),
                            outer,
                            String.valueOf(facts.get("path")),
                            internal.intValue()));
                }
            }
        }
        return connectors;
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

    private void finish(ContainerRun run) {
        if (closed) {
            return;
        }
        try {
            if (!run.finish()) {
                // The engine went away, not the run: follow it again when it is back.
                clock.schedule(() -> work(() -> refollow(run)), 500, TimeUnit.MILLISECONDS);
            }
        } catch (IOException | EngineException e) {
            LOG.log(Level.DEBUG, "session " + run.session() + " cannot be looked at for now", e);
            retry(run);
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /** On a hint that it is over; whoever waits at the engine does it where the hint was wrong. */
    private void finishEarly(ContainerRun run) {
        try {
            run.finish();
        } catch (IOException | EngineException e) {
            LOG.log(Level.DEBUG, "session " + run.session() + " cannot be looked at yet", e);
        }
    }

    private void refollow(ContainerRun run) {
        if (!run.over().isDone() && !closed) {
            run.follow(() -> work(() -> finish(run)));
        }
    }

    private void retry(ContainerRun run) {
        if (!closed) {
            clock.schedule(() -> work(() -> finish(run)), 1, TimeUnit.SECONDS);
        }
    }

    /** Counts, and ends what exceeds what it was granted. */
    private void tick() {
        Instant now = Instant.now();
        for (Run run : runs.values()) {
            run.count();
            try {
                run.excess(now).ifPresent(why -> work(() -> end(run, why[0], why[1])));
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "session " + run.session() + " cannot be watched", e);
            }
        }
    }

    private void end(Run run, String end, String detail) {
        try {
            run.stop(end, detail);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + run.session() + " cannot be stopped", e);
        }
    }

    @Override
    public Observation observe(UUID session) {
        try {
            return look(session);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be looked at", e);
        }
    }

    private Observation look(UUID session) throws IOException {
        Optional<Map<String, Object>> record = JsonFile.read(ended.resolve(session.toString()));
        if (record.isPresent()) {
            return RunRecords.ended(record.get());
        }
        Run run = runs.get(session);
        if (run != null) {
            return run.running();
        }
        WorkFolder folder = folders.of(session);
        if (folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return new Observation.Absent();
        }
        Optional<Map<String, Object>> start = JsonFile.read(folder.file("start.json"));
        if (start.isEmpty()) {
            return new Observation.Prepared();
        }
        if (adoptNow(session)) {
            return look(session);
        }
        if (containers.look(Launch.name(session)).isPresent()) {
            return new Observation.Prepared();
        }
        // It may have ended between the two looks.
        if (!hasEnded(session)) {
            Instant since = RunRecords.instant(start.get().get("since"));
            record(
                    session,
                    Map.of(
                            "end",
                            "LOST",
                            "code",
                            -1,
                            "since",
                            ContainerRun.seconds(since),
                            "until",
                            ContainerRun.seconds(Instant.now()),
                            "detail",
                            "Its container is gone."));
        }
        return look(session);
    }

    @Override
    public List<LiveConnector> connectors(UUID session) {
        Run run = runs.get(session);
        return run == null ? List.of() : run.connectors();
    }

    @Override
    public void cancel(UUID session) {
        WorkFolder folder = folders.of(session);
        if (hasEnded(session) || folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return;
        }
        try {
            if (runs.get(session) == null && !adoptNow(session)) {
                compose.remove(session);
                containers.remove(Launch.name(session));
                double now = ContainerRun.seconds(Instant.now());
                record(
                        session,
                        Map.of(
                                "end",
                                "CANCELLED",
                                "code",
                                -1,
                                "since",
                                now,
                                "until",
                                now,
                                "detail",
                                "It was stopped before it began."));
                return;
            }
            Run run = runs.get(session);
            if (run != null) {
                run.stop("CANCELLED", "It was stopped.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be stopped", e);
        }
    }

    @Override
    public void prolong(UUID session, Duration duration) throws PlatformException {
        Run run = runs.get(session);
        if (run == null) {
            throw new PlatformException("it does not run");
        }
        try {
            JsonFile.write(folders.of(session).file("duration.json"), Map.of("seconds", duration.toMillis() / 1000.0));
            run.lasts(duration);
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
            Observation end = look(session);
            if (!folder.collected() && folder.exists()) {
                if (end instanceof Observation.Running) {
                    throw new PlatformException("it still runs");
                }
                if (ComposeSessions.isOne(
                        JsonFile.read(folder.file("plan.json")).orElse(Map.of()))) {
                    compose.remove(session);
                }
                containers.remove(Launch.name(session));
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
            WorkFolder.delete(folder.temporary());
            try {
                Outputs.deliver(staging, work, folder, end, progress);
            } finally {
                Files.deleteIfExists(ended.resolve(session.toString()));
                devices.remove(session);
            }
        } catch (WorkFolder.TooManyResults e) {
            throw new PlatformException("the results cannot be stored: " + e.getMessage(), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "results of session " + session + " cannot be stored", e);
            throw new PlatformException("the results cannot be stored", e);
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

    private void changed(UUID session) {
        if (!closed) {
            listeners.changed(session);
        }
    }

    /** Takes up what an earlier planner left running, and removes containers that belong to no session any more. */
    private void adopt() {
        for (String name : containers.named(Launch.PLATFORM, launch.owner())) {
            Optional<UUID> session = Launch.session(name);
            try {
                if (session.isEmpty() || !belongs(session.get())) {
                    LOG.log(Level.INFO, "platform {0}: {1} belongs to no session and is removed", common.id(), name);
                    containers.remove(name);
                } else {
                    adoptNow(session.get());
                    Run run = runs.get(session.get());
                    if (run != null) {
                        // What is past its end is ended before anything else is done.
                        run.excess(Instant.now()).ifPresent(why -> end(run, why[0], why[1]));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the work folders cannot be read", e);
            }
        }
        compose.tidy(this::belongs);
    }

    /** Whether the session is one that may have something in the engine. */
    private boolean belongs(UUID session) {
        WorkFolder folder = folders.of(session);
        return !hasEnded(session) && !folder.collected() && Files.exists(folder.file("plan.json"));
    }

    @Override
    public void close() {
        closed = true;
        clock.shutdownNow();
        workers.shutdownNow();
        runs.values().forEach(Run::detach);
        containers.close();
    }
}
