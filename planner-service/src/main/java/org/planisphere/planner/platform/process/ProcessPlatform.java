package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Task;

/**
 * Runs tasks as processes of this machine. What the host can enforce is found out by trying when it is made; what it
 * cannot is said in {@link PlatformDescription#unenforced}. Each run has a supervisor that goes on when the planner dies;
 * every fact about a run is a file in its folder, so that the next planner finds it. Thread safe.
 */
public final class ProcessPlatform implements Platform {
    private static final Logger LOG = System.getLogger(ProcessPlatform.class.getName());
    /** First of the users that runs are given when each has its own; far from where people and services have theirs. */
    private static final int FIRST_USER = 700_000_000;

    private static final int USERS = 1 << 24;
    private static final int NOBODY = 65534;
    private static final long MIB = 1L << 20;
    private static final Duration START = Duration.ofSeconds(30);

    private final PlatformSettings settings;
    private final ProcessSettings own;
    private final WorkFolders folders;
    private final Staging staging;
    private final Path state;
    private final Path ended;
    private final Keeper keeper;
    private final Keeper.Host host;
    private final boolean ownUsers;
    private final int user;
    private final PlatformDescription description;
    private final WatchService watch;
    private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();
    private final Map<UUID, CompletableFuture<@Nullable Void>> starting = new ConcurrentHashMap<>();
    private final Map<UUID, CompletableFuture<@Nullable Void>> ending = new ConcurrentHashMap<>();
    private final Map<UUID, List<Integer>> cores = new ConcurrentHashMap<>();
    private final Set<UUID> live = ConcurrentHashMap.newKeySet();
    private final String runner;
    private volatile boolean closed;

    public ProcessPlatform(PlatformSettings settings, ProcessSettings own, WorkFolders folders) {
        this(settings, own, folders, new GuardedHttp(settings.http()));
    }

    /**
     * Finds out what the host can do and re-adopts what it finds running.
     *
     * @throws UncheckedIOException when there is no Python, or the folders cannot be used
     * @throws IllegalStateException when the planner is root and cannot run anything as somebody else
     */
    ProcessPlatform(PlatformSettings settings, ProcessSettings own, WorkFolders folders, GuardedHttp http) {
        this.settings = settings;
        this.own = own;
        this.folders = folders;
        this.staging = new Staging(settings.roots(), http);
        this.state = folders.root().resolve(".process-" + settings.id());
        this.ended = state.resolve("ended");
        try {
            Files.createDirectories(ended);
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            this.runner = resource("notebook.py");
            this.watch = ended.getFileSystem().newWatchService();
            ended.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            boolean alone = own.user().equals("auto") && mapped(FIRST_USER, USERS);
            int uid = alone ? FIRST_USER : user(own.user());
            Keeper first = keeper(uid);
            Keeper.Host found = Keeper.Host.of(first.open());
            if (found.root() && alone && !found.user()) {
                first.close();
                alone = false;
                uid = NOBODY;
                first = keeper(uid);
                found = Keeper.Host.of(first.open());
            }
            this.keeper = first;
            this.host = found;
            this.ownUsers = alone && found.user();
            this.user = uid;
        } catch (IOException e) {
            throw new UncheckedIOException("platform " + settings.id() + " cannot start: " + e.getMessage(), e);
        }
        if (host.root() && !host.user()) {
            keeper.close();
            throw new IllegalStateException("platform " + settings.id()
                    + " would run tasks as root, because this host does not let it change users: start the planner as"
                    + " an ordinary user");
        }
        if (host.user() && !host.spaces() && !passable(folders.root())) {
            keeper.close();
            throw new IllegalStateException(
                    "platform " + settings.id() + " runs tasks as another user, who cannot reach " + folders.root()
                            + ": give its parents the permission o+x, or choose another folder");
        }
        this.description = describeHost();
        adopt();
        Thread watcher = new Thread(this::watch, "ended-" + settings.id());
        watcher.setDaemon(true);
        watcher.start();
        LOG.log(
                Level.INFO,
                "platform {0}: {1}, control groups version {2} {3}, user {4}",
                settings.id(),
                host.bubblewrap() ? "bubblewrap" : host.spaces() ? "kernel namespaces" : "no sandbox",
                host.cgroups(),
                host.controllers(),
                ownUsers ? "own for each run" : host.user() ? String.valueOf(user) : "the planner's");
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
        config.put("passable", passable(folders.root()));
        return new Keeper(state, config, own.python().toString(), this::heard, this::keeperGone);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ProcessPlatform.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whether this process may use those users: inside a container often only few are mapped. */
    private static boolean mapped(int first, int count) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            String[] fields = line.trim().split("\\s+");
            long from = Long.parseLong(fields[0]);
            if (from <= first && first + (long) count <= from + Long.parseLong(fields[2])) {
                return true;
            }
        }
        return false;
    }

    private static int user(String name) throws IOException {
        if (name.equals("auto")) {
            return NOBODY;
        }
        if (name.matches("[0-9]+")) {
            return Integer.parseInt(name);
        }
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":");
            if (fields.length > 2 && fields[0].equals(name)) {
                int uid = Integer.parseInt(fields[2]);
                if (uid == 0) {
                    throw new IOException("tasks are not run as root");
                }
                return uid;
            }
        }
        throw new IOException("there is no user " + name);
    }

    private static boolean passable(Path folder) {
        try {
            for (Path at = folder; at != null; at = at.getParent()) {
                if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    // What it is ------------------------------------------------------------------------------------------------------

    @Override
    public PlatformDescription describe() {
        return description;
    }

    private PlatformDescription describeHost() {
        Set<Kind> able = new LinkedHashSet<>(List.of(Kind.PROCESS));
        Set<String> schemes = staging.schemes();
        if (!schemes.isEmpty()) {
            able.add(Kind.PYTHON_PROGRAM);
            if (host.notebooks()) {
                able.add(Kind.JUPYTER_NOTEBOOK);
            }
        }
        if (!settings.kinds().isEmpty()) {
            able.retainAll(settings.kinds());
        }
        List<String> unenforced = new ArrayList<>();
        if (!host.has("memory")) {
            unenforced.add("Memory is limited for each process and looked at once a second for all of a run, because"
                    + " this host gives the planner no control groups: a run may exceed it for a moment.");
        }
        if (!host.has("cpu")) {
            unenforced.add("Cores are assigned but a run can take others, because this host gives the planner no"
                    + " control groups.");
        }
        if (!host.has("pids") && !ownUsers) {
            unenforced.add("The number of processes is not limited, because this host gives the planner neither"
                    + " control groups nor users of its own.");
        }
        unenforced.add("Storage is looked at once a second; between two looks a run may exceed it, though no single"
                + " file can.");
        if (!host.shutIn()) {
            unenforced.add(
                    "Runs see the host's file system with their user's permissions, because neither bubblewrap nor"
                            + " kernel namespaces work here.");
            if (!settings.network()) {
                unenforced.add("Runs can reach the network, although they are not meant to, for the same reason.");
            }
            unenforced.add("Read-only volumes are only marked as such.");
        }
        if (!host.user() && !host.bubblewrap()) {
            unenforced.add("Runs are run as the planner's own user and could disturb each other.");
        }
        return new PlatformDescription(
                settings.id(),
                settings.name(),
                settings.description(),
                settings.capacity(),
                able,
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE),
                schemes.isEmpty() ? Set.of() : Set.of(Kind.SIMPLE_DATA),
                schemes,
                settings.shapes(),
                settings.prices(),
                settings.preparing(),
                settings.releasing(),
                settings.usual(),
                settings.longest(),
                settings.horizon(),
                settings.network(),
                settings.metrics(),
                unenforced);
    }

    @Override
    public List<Objection> examine(Task task) {
        Plan plan = new Plan(
                task.executable(),
                task.storage(),
                task.data(),
                task.compute().volumes(),
                own.python().toString());
        return objections(plan);
    }

    private List<Objection> objections(Plan plan) {
        List<Objection> found = new ArrayList<>(plan.objections);
        for (Plan.Fetch fetch : plan.fetches) {
            staging.examine(fetch.location())
                    .map(why -> new Objection(
                            "data-not-reachable",
                            "${location} cannot be read: ${reason}.",
                            Map.of("location", why.location(), "reason", why.reason())))
                    .ifPresent(found::add);
        }
        if (plan.absoluteMounts() && !host.bubblewrap()) {
            found.add(new Objection(
                    "volume-not-possible",
                    "Volumes at absolute paths need bubblewrap, which this platform does not have: use a path in the"
                            + " work folder.",
                    Map.of()));
        }
        if (plan.doubleMounts() && !host.shutIn()) {
            found.add(new Objection(
                    "volume-not-possible", "This platform can show a resource at one place only.", Map.of()));
        }
        return found;
    }

    // Prepare ---------------------------------------------------------------------------------------------------------

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        WorkFolder folder = folders.of(work.session());
        if (Files.exists(folder.file("plan.json")) || folder.collected()) {
            return;
        }
        Plan plan = Plan.of(work, own.python().toString());
        List<Objection> objections = objections(plan);
        if (!objections.isEmpty()) {
            throw new PlatformException(text(objections.get(0)));
        }
        try {
            // A planner that died half way through left a folder without a plan: begin again.
            folder.delete();
            folder.create();
            int uid = ownUsers ? FIRST_USER + Math.floorMod(work.session().hashCode(), USERS) : user;
            Map<String, String> hashes = fetch(plan, work, folder, progress);
            settle(plan, folder, uid);
            long staged = folder.noteInputs(hashes);
            Map<String, Object> document = document(plan, work, uid, staged);
            JsonFile.write(folder.file("plan.json"), document);
        } catch (Staging.NotFetched e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + work.session() + " cannot be prepared", e);
            throw new PlatformException("the work folder cannot be prepared: " + reason(e), e);
        }
    }

    private static String text(Objection objection) {
        String text = objection.template();
        for (Map.Entry<String, String> value : objection.values().entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException fault && fault.getReason() != null
                ? fault.getReason()
                : "input or output failed";
    }

    private Map<String, String> fetch(Plan plan, Work work, WorkFolder folder, Consumer<String> progress)
            throws IOException {
        for (String place : plan.folders) {
            Files.createDirectories(folder.work().resolve(place));
        }
        Map<String, String> hashes = new HashMap<>();
        long room = Math.max(bytes(work), settings.limits().scratch());
        for (Plan.Fetch fetch : plan.fetches) {
            progress.accept("Fetching " + fetch.what() + " from " + fetch.location());
            Path target = folder.work().resolve(fetch.place());
            if (Files.isDirectory(target)) {
                target = target.resolve(Staging.nameFor(fetch.location(), "data"));
            }
            Staging.Staged staged = staging.fetch(fetch.location(), target, room);
            room -= staged.size();
            if (!staged.sha256().isEmpty()) {
                hashes.put(folder.work().relativize(target).toString(), staged.sha256());
            }
            progress.accept("Fetched " + fetch.what() + ": " + staged.size() + " bytes"
                    + (staged.sha256().isEmpty() ? "" : ", SHA-256 " + staged.sha256()));
        }
        for (Plan.Mount mount : plan.mounts) {
            // A place in the work folder where something is mounted must be there before.
            Path target = folder.work().resolve(mount.to());
            if (!mount.to().startsWith("/") && !Files.exists(target)) {
                if (Files.isDirectory(folder.work().resolve(mount.from()))) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.createFile(target);
                }
            }
        }
        return hashes;
    }

    /** Gives everything in the work folder to the run's user; what is read-only keeps to the planner. */
    private void settle(Plan plan, WorkFolder folder, int uid) throws IOException {
        for (String place : plan.readOnly) {
            walk(
                    folder.work().resolve(place),
                    (path, attributes) -> Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(attributes.isDirectory() ? "r-xr-xr-x" : "r--r--r--")));
        }
        if (!host.user()) {
            return;
        }
        Set<Path> kept = new LinkedHashSet<>();
        plan.readOnly.forEach(place -> kept.add(folder.work().resolve(place)));
        for (Path part : List.of(folder.work(), folder.temporary())) {
            walk(part, (path, attributes) -> {
                if (kept.stream().noneMatch(path::startsWith)) {
                    own(path, uid);
                }
            });
        }
    }

    private static void own(Path path, int uid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    private interface Visit {
        void at(Path path, BasicFileAttributes attributes) throws IOException;
    }

    private static void walk(Path start, Visit visit) throws IOException {
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                visit.at(folder, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                visit.at(file, attributes);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static long bytes(Work work) {
        return work.granted().storage() * MIB;
    }

    private Map<String, Object> document(Plan plan, Work work, int uid, long staged) {
        long granted = bytes(work) == 0 ? settings.limits().scratch() : bytes(work);
        long count = Math.max(1, work.granted().cores());
        long memory = Math.max(16, work.granted().memory());
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("cores", count);
        limits.put("memory", memory * MIB);
        limits.put("storage", granted + staged);
        limits.put("processes", settings.limits().processes());
        limits.put("files", settings.limits().files());
        limits.put("output", settings.limits().output());
        limits.put("seconds", seconds(work.duration()));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("OMP_NUM_THREADS", String.valueOf(count));
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("USER", "planisphere");
        environment.put("LOGNAME", "planisphere");
        if (work.executable() instanceof Executable.JupyterNotebook) {
            for (String name : List.of("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")) {
                environment.put(name, "@TMP@/jupyter");
            }
        }
        plan.environment.forEach((name, value) -> {
            if (!name.startsWith("PLANISPHERE_")) {
                environment.put(name, value);
            }
        });
        environment.put("PLANISPHERE_SESSION", work.session().toString());
        environment.put("PLANISPHERE_CORES", String.valueOf(count));
        environment.put("PLANISPHERE_MEMORY_MIB", String.valueOf(memory));
        List<Map<String, Object>> mounts = new ArrayList<>();
        if (host.shutIn()) {
            for (Plan.Mount mount : plan.mounts) {
                mounts.add(Map.of("from", mount.from(), "to", mount.to(), "readonly", mount.readOnly()));
            }
        }
        List<String> command = new ArrayList<>();
        plan.command.forEach(word -> command.add(word.equals(Plan.RUNNER) ? runner : word));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("platform", settings.id());
        document.put("command", command);
        document.put("environment", environment);
        document.put("directory", plan.directory);
        document.put("mounts", mounts);
        document.put("network", settings.network() && work.network());
        document.put("cpus", choose(work.session(), (int) count));
        document.put("uid", uid);
        document.put("gid", uid);
        document.put("alone", ownUsers);
        document.put("grace", settings.limits().grace().toMillis() / 1000.0);
        document.put("limits", limits);
        return document;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** Those cores of the host that the fewest runs use; empty when it would be all of them. */
    private synchronized List<Integer> choose(UUID session, int count) {
        if (count >= host.cores().size()) {
            return List.of();
        }
        Map<Integer, Long> load = new HashMap<>();
        cores.values().forEach(used -> used.forEach(core -> load.merge(core, 1L, Long::sum)));
        List<Integer> order = new ArrayList<>(host.cores());
        Collections.shuffle(order);
        order.sort(Comparator.comparing(core -> load.getOrDefault(core, 0L)));
        List<Integer> chosen = List.copyOf(order.subList(0, count));
        cores.put(session, chosen);
        return chosen;
    }

    // Run -------------------------------------------------------------------------------------------------------------

    @Override
    public void start(Work work) throws PlatformException {
        UUID session = work.session();
        WorkFolder folder = folders.of(session);
        if (folder.collected() || hasEnded(session)) {
            return;
        }
        if (!Files.exists(folder.file("plan.json"))) {
            throw new PlatformException("it was not prepared");
        }
        if (Files.exists(folder.file("task.json"))) {
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
        return Files.exists(ended.resolve(session.toString()));
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
            return ended(end.get());
        }
        if (folder.collected() || !Files.exists(folder.file("plan.json"))) {
            return new Observation.Absent();
        }
        Optional<Map<String, Object>> claim = JsonFile.read(folder.file("claim.json"));
        if (claim.isEmpty()) {
            return new Observation.Prepared();
        }
        Optional<Map<String, Object>> task = JsonFile.read(folder.file("task.json"));
        if (alive(claim.get())) {
            Instant since = task.map(facts -> instant(facts.get("since"))).orElseGet(Instant::now);
            Observation.Usage usage = JsonFile.read(folder.file("usage.json"))
                    .map(ProcessPlatform::usage)
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
                .map(ProcessPlatform::ended)
                .orElseThrow(() -> new IOException("a lost run could not be swept up"));
    }

    private static Observation ended(Map<String, Object> record) {
        return new Observation.Ended(
                Observation.End.valueOf(String.valueOf(record.get("end"))),
                record.get("code") instanceof Number code ? code.intValue() : -1,
                instant(record.get("since")),
                instant(record.get("until")),
                usage(record),
                String.valueOf(record.get("detail")));
    }

    private static Instant instant(@Nullable Object seconds) {
        double value = seconds instanceof Number number ? number.doubleValue() : 0;
        return Instant.ofEpochSecond((long) Math.floor(value), (long) ((value - Math.floor(value)) * 1e9));
    }

    private static Observation.Usage usage(Map<String, Object> record) {
        return new Observation.Usage(
                record.get("cpu") instanceof Number cpu ? cpu.doubleValue() : 0,
                record.get("peak") instanceof Number peak ? peak.longValue() : 0,
                record.get("storage") instanceof Number storage ? storage.longValue() : 0);
    }

    /** Whether the process that made the claim still lives: same boot, same number, same start time. */
    private boolean alive(Map<String, Object> claim) {
        if (!host.boot().equals(claim.get("boot"))) {
            return false;
        }
        try {
            String text = Files.readString(Path.of("/proc/" + claim.get("pid") + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return !fields[0].equals("Z")
                    && !fields[0].equals("X")
                    && fields[19].equals(String.valueOf(claim.get("born")));
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void cancel(UUID session) {
        WorkFolder folder = folders.of(session);
        if (hasEnded(session) || folder.collected() || !Files.exists(folder.file("plan.json"))) {
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
        if (hasEnded(session) || !Files.exists(folder.file("plan.json")) || folder.collected()) {
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
    public void release(Work work) throws PlatformException {
        UUID session = work.session();
        WorkFolder folder = folders.of(session);
        try {
            if (!folder.collected() && folder.exists()) {
                if (look(session, true) instanceof Observation.Running) {
                    throw new PlatformException("it still runs");
                }
                reclaim(folder);
                collect(work, folder);
            }
            WorkFolder.delete(folder.temporary());
            settle(session);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "results of session " + session + " cannot be stored", e);
            throw new PlatformException("the results cannot be stored: " + reason(e), e);
        }
    }

    private List<ResultFile> collect(Work work, WorkFolder folder) throws IOException, PlatformException {
        long room = Math.max(bytes(work), settings.limits().scratch());
        try {
            return folder.collect(new WorkFolder.ResultLimits(settings.limits().results(), 4 * room));
        } catch (WorkFolder.TooManyResults e) {
            throw new PlatformException("the results cannot be stored: " + e.getMessage(), e);
        }
    }

    /** Takes the work folder back from the run's user, and makes it readable to ourselves. */
    private void reclaim(WorkFolder folder) throws IOException {
        int me = (Integer) Files.getAttribute(folder.path(), "unix:uid");
        open(folder.work(), me);
    }

    private void open(Path path, int me) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (host.user()
                && !Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(me)) {
            own(path, me);
        }
        if (attributes.isDirectory()) {
            permit(
                    path,
                    EnumSet.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE));
            List<Path> inner = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                entries.forEach(inner::add);
            }
            for (Path entry : inner) {
                open(entry, me);
            }
        } else if (attributes.isRegularFile()) {
            permit(path, EnumSet.of(PosixFilePermission.OWNER_READ));
        }
    }

    private static void permit(Path path, Set<PosixFilePermission> needed) throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!now.containsAll(needed)) {
            now.addAll(needed);
            Files.setPosixFilePermissions(path, now);
        }
    }

    private void settle(UUID session) throws IOException {
        cores.remove(session);
        live.remove(session);
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
        if (closed) {
            return;
        }
        for (Consumer<UUID> listener : listeners) {
            try {
                listener.accept(session);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a listener failed", e);
            }
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
        cores.remove(session);
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
                if (hasEnded(session) || Files.exists(folders.of(session).file("task.json"))) {
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
                    cores.put(
                            session.get(),
                            cpus.stream().map(cpu -> ((Number) cpu).intValue()).toList());
                }
                if (Files.exists(folder.file("claim.json"))) {
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
            if (claim.isPresent() && claim.get().get("pid") instanceof Number pid && alive(claim.get())) {
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
