package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
import org.planisphere.planner.platform.Reach;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Task;

/**
 * Runs tasks as processes of this machine. What the host can enforce is found out by trying when it is made; what it
 * cannot is said in {@link PlatformDescription#unenforced}. Each run has a supervisor that goes on when the planner dies;
 * every fact about a run is a file in its folder, so that the next planner finds it. Thread safe.
 */
public final class ProcessPlatform implements Platform {
    private static final Logger LOG = System.getLogger(ProcessPlatform.class.getName());

    private static final Duration START = Duration.ofSeconds(30);

    private final PlatformSettings settings;
    private final ProcessSettings own;
    private final WorkFolders folders;
    private final Path state;
    private final Path ended;
    private final Keeper keeper;
    private final Staging staging;
    private final Host host;
    private final Preparation preparation;
    private final Ownership ownership;
    private final PlatformDescription description;
    private final boolean ownUsers;
    private final Optional<Interior> interior;
    private final WatchService watch;
    private final Listeners listeners = new Listeners();
    private final Map<UUID, CompletableFuture<@Nullable Void>> starting = new ConcurrentHashMap<>();
    private final Map<UUID, CompletableFuture<@Nullable Void>> ending = new ConcurrentHashMap<>();
    private final CoreShare cores;
    private final Set<UUID> live = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public ProcessPlatform(PlatformSettings settings, ProcessSettings own, WorkFolders folders) {
        this(settings, own, folders, new GuardedHttp(settings.http()));
    }

    /**
     * One whose runs are in images.
     *
     * @throws IllegalStateException also when they cannot be on this host; the message says why
     */
    public ProcessPlatform(
            PlatformSettings settings, ProcessSettings own, WorkFolders folders, GuardedHttp http, Interior interior) {
        this(settings, own, folders, http, Optional.of(interior));
    }

    ProcessPlatform(PlatformSettings settings, ProcessSettings own, WorkFolders folders, GuardedHttp http) {
        this(settings, own, folders, http, Optional.empty());
    }

    /**
     * Finds out what the host can do and re-adopts what it finds running.
     *
     * @throws UncheckedIOException when there is no Python, or the folders cannot be used
     * @throws IllegalStateException when the planner is root and cannot run anything as somebody else
     */
    private ProcessPlatform(
            PlatformSettings settings,
            ProcessSettings own,
            WorkFolders folders,
            GuardedHttp http,
            Optional<Interior> interior) {
        this.settings = settings;
        this.interior = interior;
        this.own = own;
        this.folders = folders;
        this.staging = folders.staging(settings.id(), settings.roots(), http);
        RunUsers users;
        this.state = folders.root().resolve(".process-" + settings.id());
        this.ended = state.resolve("ended");
        try {
            Files.createDirectories(ended);
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            this.watch = ended.getFileSystem().newWatchService();
            ended.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            users = RunUsers.of(own.user());
            Keeper first = keeper(users.first());
            Map<String, Object> hello = first.open();
            if (users.own() && !Host.of(hello).user()) {
                users = users.shared();
                if (Host.of(hello).root()) {
                    first.close();
                    first = keeper(users.first());
                    hello = first.open();
                }
            }
            this.keeper = first;
            this.host = Host.of(hello);
            if (interior.isPresent() && !Boolean.TRUE.equals(hello.get("entered"))) {
                keeper.close();
                throw new IllegalStateException("platform " + settings.id() + " cannot run anything in an image here: "
                        + (host.bubblewrap() ? hello.get("entered") : "bubblewrap does not work on this host"));
            }
            this.cores = new CoreShare(host.cores());
            this.ownership = new Ownership(host.user());
            this.preparation = new Preparation(
                    settings,
                    interior.map(Interior::python).orElse(own.python().toString()),
                    folders,
                    staging,
                    host,
                    users,
                    cores,
                    host.live() && interior.isEmpty(),
                    interior,
                    own.external());
        } catch (IOException e) {
            throw new UncheckedIOException("platform " + settings.id() + " cannot start: " + e.getMessage(), e);
        }
        if (host.root() && !host.user()) {
            keeper.close();
            throw new IllegalStateException("platform " + settings.id()
                    + " would run tasks as root, because this host does not let it change users: start the planner as"
                    + " an ordinary user");
        }
        if (host.user() && !host.spaces() && !Ownership.passable(folders.root())) {
            keeper.close();
            throw new IllegalStateException(
                    "platform " + settings.id() + " runs tasks as another user, who cannot reach " + folders.root()
                            + ": give its parents the permission o+x, or choose another folder");
        }
        this.ownUsers = users.own();
        boolean installs = own.packages().isPresent() && HostDescription.installs(host);
        this.description = HostDescription.of(settings, host, users.own(), staging, installs, interior);
        adopt();
        Thread watcher = new Thread(this::watch, "ended-" + settings.id());
        watcher.setDaemon(true);
        watcher.start();
        if (installs) {
            install(own.packages().get());
        }
        LOG.log(
                Level.INFO,
                "platform {0}: {1}, control groups version {2} {3}, user {4}",
                settings.id(),
                host.bubblewrap() ? "bubblewrap" : host.spaces() ? "kernel namespaces" : "no sandbox",
                host.cgroups(),
                host.controllers(),
                users.own() ? "own for each run" : host.user() ? String.valueOf(users.first()) : "the planner's");
    }

    /** From now on packages are installed; what an earlier planner left of that is removed. */
    private void install(PackageSettings packages) {
        try {
            BuildRuns builds = new BuildRuns(
                    this, preparation, ownership, folders, own.python().toString());
            Environments environments = new Environments(packages, folders, state, host.interpreter(), builds);
            environments.sweep();
            preparation.installing(environments);
        } catch (IOException e) {
            keeper.close();
            throw new UncheckedIOException("platform " + settings.id() + " cannot install packages", e);
        }
    }

    private Keeper keeper(int uid) {
        Map<String, Object> config = new HashMap<>();
        config.put("root", folders.root().toString());
        config.put("state", state.toString());
        config.put(
                "platform",
                settings.id() + "-"
                        + Integer.toHexString(folders.root().toString().hashCode()));
        config.put("uid", uid);
        config.put("gid", uid);
        config.put("python", own.python().toString());
        config.put("sandbox", own.sandbox());
        config.put("cgroups", own.cgroups());
        interior.ifPresent(inner -> config.put("entry", inner.entry()));
        config.put("passable", Ownership.passable(folders.root()));
        return new Keeper(state, config, own.python().toString(), this::heard, this::keeperGone);
    }

    // What it is ------------------------------------------------------------------------------------------------------

    @Override
    public PlatformDescription describe() {
        return description;
    }

    @Override
    public List<String> enforced() {
        List<String> enforced = new ArrayList<>(
                HostDescription.enforced(settings, host, ownUsers, own.packages(), interior.isPresent()));
        interior.ifPresent(inner -> enforced.addAll(inner.enforced()));
        return enforced;
    }

    @Override
    public List<External> external() {
        return own.external();
    }

    @Override
    public List<Objection> examine(Task task) {
        return preparation.examine(task);
    }

    @Override
    public Estimate estimate(Task task) {
        return preparation.estimate(task, Estimate.usual(description));
    }

    // Prepare ---------------------------------------------------------------------------------------------------------

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        preparation.prepare(work, progress);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    // Run -------------------------------------------------------------------------------------------------------------

    @Override
    public void start(Work work) throws PlatformException {
        begin(work.session());
    }

    void begin(UUID session) throws PlatformException {
        WorkFolder folder = folders.of(session);
        if (folder.collected() || hasEnded(session)) {
            return;
        }
        if (!JsonFile.exists(folder.file("plan.json"))) {
            throw new PlatformException("it was not prepared");
        }
        if (JsonFile.exists(folder.file("task.json"))) {
            // It runs, has run, or was lost: in no case is it started again.
            return;
        }
        live.add(session);
        for (int attempt = 1; ; attempt++) {
            CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
            starting.put(session, started);
            try {
                keeper.tell("start", session);
                started.get(START.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformException("interrupted while it started", e);
            } catch (IOException | ExecutionException | TimeoutException e) {
                // The keeper or the supervisor was killed. Asking again starts nothing twice.
                if (attempt == 3) {
                    live.remove(session);
                    throw new PlatformException("it could not be started", e);
                }
            } finally {
                starting.remove(session, started);
            }
        }
    }

    private boolean hasEnded(UUID session) {
        return JsonFile.exists(ended.resolve(session.toString()));
    }

    @Override
    public Observation observe(UUID session) {
        try {
            return look(session, true);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be observed", e);
        }
    }

    private Observation look(UUID session, boolean again) throws IOException {
        WorkFolder folder = folders.of(session);
        Optional<Map<String, Object>> end = JsonFile.read(ended.resolve(session.toString()));
        if (end.isPresent()) {
            return RunRecords.ended(end.get());
        }
        if (folder.collected()) {
            return JsonFile.read(folder.file("end.json")).map(RunRecords::ended).orElseGet(Observation.Absent::new);
        }
        if (!JsonFile.exists(folder.file("plan.json"))) {
            return new Observation.Absent();
        }
        Optional<Map<String, Object>> claim = JsonFile.read(folder.file("claim.json"));
        if (claim.isEmpty()) {
            return new Observation.Prepared();
        }
        Optional<Map<String, Object>> task = JsonFile.read(folder.file("task.json"));
        if (RunRecords.alive(claim.get(), host.boot())) {
            if (live.add(session)) {
                // Another planner on the same folders began it: our keeper will not tell when its supervisor goes.
                follow(session);
            }
            Instant since =
                    task.map(facts -> RunRecords.instant(facts.get("since"))).orElseGet(Instant::now);
            Observation.Usage usage = JsonFile.read(folder.file("usage.json"))
                    .map(RunRecords::usage)
                    .orElse(Observation.Usage.UNKNOWN);
            return new Observation.Running(since, usage);
        }
        if (again) {
            // It may have ended between the two looks.
            return look(session, false);
        }
        if (task.isEmpty()) {
            // Its supervisor died before the run could execute anything.
            return new Observation.Prepared();
        }
        CompletableFuture<@Nullable Void> swept = ending(session);
        keeper.tell("sweep", session);
        await(session, swept, Duration.ofSeconds(70));
        return JsonFile.read(ended.resolve(session.toString()))
                .map(RunRecords::ended)
                .orElseThrow(() -> new IOException("a lost run could not be swept up"));
    }

    @Override
    public List<LiveConnector> connectors(UUID session) {
        return live(session).map(found -> List.of(found.connector())).orElse(List.of());
    }

    @Override
    public Optional<Reach> reach(UUID session, LiveConnector way) {
        return live(session).map(found -> found.reach(folders.of(session)));
    }

    /** What the session's run serves now. */
    private Optional<Live> live(UUID session) {
        WorkFolder folder = folders.of(session);
        if (!Live.in(folder) || hasEnded(session) || folder.collected()) {
            return Optional.empty();
        }
        try {
            return Live.of(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("what session " + session + " serves cannot be read", e);
        }
    }

    @Override
    public void cancel(UUID session) {
        WorkFolder folder = folders.of(session);
        if (hasEnded(session) || folder.collected() || !JsonFile.exists(folder.file("plan.json"))) {
            return;
        }
        try {
            Duration patience = settings.limits().grace().plusSeconds(70);
            CompletableFuture<@Nullable Void> done = ending(session);
            keeper.tell("cancel", session);
            await(session, done, patience);
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be stopped", e);
        }
    }

    /** Completed when the session's end is on record. */
    private CompletableFuture<@Nullable Void> ending(UUID session) {
        return ending.computeIfAbsent(session, key -> new CompletableFuture<>());
    }

    private void await(UUID session, CompletableFuture<@Nullable Void> end, Duration patience) throws IOException {
        try {
            if (hasEnded(session)) {
                return;
            }
            end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("it did not end in time", e);
        } finally {
            ending.remove(session, end);
        }
    }

    @Override
    public void prolong(UUID session, Duration duration) throws PlatformException {
        WorkFolder folder = folders.of(session);
        if (hasEnded(session) || !JsonFile.exists(folder.file("plan.json")) || folder.collected()) {
            throw new PlatformException("it does not run");
        }
        try {
            JsonFile.write(folder.file("duration.json"), Map.of("seconds", seconds(duration)));
            keeper.tell("prolong", session);
        } catch (IOException e) {
            throw new PlatformException("its time could not be changed", e);
        }
    }

    // After -----------------------------------------------------------------------------------------------------------

    @Override
    public boolean remembers() {
        return true;
    }

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
            Observation end = look(session, true);
            if (!folder.collected() && folder.exists()) {
                if (end instanceof Observation.Running) {
                    throw new PlatformException("it still runs");
                }
                ownership.reclaim(folder);
                if (JsonFile.exists(folder.file("task.json"))) {
                    collect(work, folder);
                } else {
                    // It never began and has nothing to lose; it may be prepared again.
                    folder.delete();
                }
            }
            WorkFolder.delete(folder.temporary());
            try {
                Outputs.deliver(staging, work, folder, end, progress);
            } finally {
                settle(session);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "results of session " + session + " cannot be stored", e);
            throw new PlatformException("the results cannot be stored: " + Preparation.reason(e), e);
        }
    }

    private List<ResultFile> collect(Work work, WorkFolder folder) throws IOException, PlatformException {
        long room = Math.max(Preparation.bytes(work), settings.limits().scratch());
        try {
            return folder.collect(new WorkFolder.ResultLimits(settings.limits().results(), 4 * room));
        } catch (WorkFolder.TooManyResults e) {
            throw new PlatformException("the results cannot be stored: " + e.getMessage(), e);
        }
    }

    private void settle(UUID session) throws IOException {
        cores.free(session);
        live.remove(session);
        interior.ifPresent(inner -> inner.leave(session));
        Files.deleteIfExists(ended.resolve(session.toString()));
    }

    @Override
    public void forget(UUID session) {
        cancel(session);
        try {
            settle(session);
            folders.of(session).delete();
        } catch (IOException e) {
            throw new UncheckedIOException("session " + session + " cannot be removed", e);
        }
    }

    // Being told ------------------------------------------------------------------------------------------------------

    @Override
    public void onChange(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    private void changed(UUID session) {
        if (!closed) {
            listeners.changed(session);
        }
    }

    /** Waits for records of ends to appear. */
    private void watch() {
        try {
            while (true) {
                WatchKey key = watch.take();
                for (WatchEvent<?> event : key.pollEvents()) {
                    if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                        live.stream().filter(this::hasEnded).toList().forEach(this::over);
                    } else {
                        session(String.valueOf(event.context())).ifPresent(this::over);
                    }
                }
                key.reset();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Closed.
        }
    }

    private void over(UUID session) {
        live.remove(session);
        cores.free(session);
        CompletableFuture<@Nullable Void> waiting = ending.get(session);
        if (waiting != null) {
            waiting.complete(null);
        }
        changed(session);
    }

    private static Optional<UUID> session(String name) {
        try {
            return name.length() == 36 ? Optional.of(UUID.fromString(name)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void heard(Map<String, Object> message) {
        if (message.get("problem") != null) {
            LOG.log(Level.WARNING, "platform {0}: {1}", settings.id(), message.get("problem"));
        }
        session(String.valueOf(message.get("started"))).ifPresent(session -> {
            CompletableFuture<@Nullable Void> waiting = starting.get(session);
            if (waiting != null) {
                waiting.complete(null);
            }
        });
        session(String.valueOf(message.get("gone"))).ifPresent(session -> {
            CompletableFuture<@Nullable Void> waiting = starting.get(session);
            if (waiting != null) {
                if (hasEnded(session) || JsonFile.exists(folders.of(session).file("task.json"))) {
                    waiting.complete(null);
                } else {
                    waiting.completeExceptionally(new IOException("its supervisor ended"));
                }
            }
            if (!hasEnded(session) && !folders.of(session).collected()) {
                // Its supervisor was killed: whoever observes it now finds it lost.
                changed(session);
            }
        });
    }

    /** For tests: as if somebody had killed the keeper. */
    void killKeeper() {
        ProcessHandle.of(keeper.pid()).ifPresent(handle -> {
            handle.destroyForcibly();
            handle.onExit().join();
        });
    }

    /** Without the keeper nobody tells when a supervisor is killed: those that run now are watched from here. */
    private void keeperGone() {
        starting.values().forEach(waiting -> waiting.completeExceptionally(new IOException("the keeper ended")));
        live.forEach(this::follow);
    }

    /** Finds the runs of this platform that an earlier planner left. */
    private void adopt() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folders.root())) {
            for (Path path : all) {
                Optional<UUID> session = session(path.getFileName().toString());
                if (session.isEmpty()) {
                    continue;
                }
                WorkFolder folder = folders.of(session.get());
                if (folder.collected() || hasEnded(session.get())) {
                    continue;
                }
                Optional<Map<String, Object>> plan = JsonFile.read(folder.file("plan.json"));
                if (plan.isEmpty() || !settings.id().equals(plan.get().get("platform"))) {
                    continue;
                }
                if (plan.get().get("cpus") instanceof List<?> cpus) {
                    cores.found(
                            session.get(),
                            cpus.stream().map(cpu -> ((Number) cpu).intValue()).toList());
                }
                if (JsonFile.exists(folder.file("claim.json"))) {
                    live.add(session.get());
                    follow(session.get());
                }
            }
        } catch (IOException e) {
            keeper.close();
            throw new UncheckedIOException("the work folders cannot be read", e);
        }
    }

    /** Tells when a supervisor that is not our keeper's child goes away without a record. */
    private void follow(UUID session) {
        try {
            Optional<Map<String, Object>> claim =
                    JsonFile.read(folders.of(session).file("claim.json"));
            if (claim.isPresent()
                    && claim.get().get("pid") instanceof Number pid
                    && RunRecords.alive(claim.get(), host.boot())) {
                ProcessHandle.of(pid.longValue())
                        .ifPresent(handle -> handle.onExit().thenRun(() -> changed(session)));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + session + " cannot be followed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        keeper.close();
        try {
            watch.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the watch could not be closed", e);
        }
    }
}
