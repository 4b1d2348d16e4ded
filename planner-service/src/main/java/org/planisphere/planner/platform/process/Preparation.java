package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Task;

/** Makes the folder of a run: inputs, plan, and to whom they belong. Thread safe. */
public final class Preparation {
    private static final Logger LOG = System.getLogger(Preparation.class.getName());
    private static final long MIB = 1L << 20;

    private final PlatformSettings settings;
    private final String python;
    private final WorkFolders folders;
    private final Staging staging;
    private final Host host;
    private final RunUsers users;
    private final Ownership ownership;
    private final CoreShare cores;
    private final boolean serves;
    private final Optional<Interior> interior;
    private final List<External> external;
    private final String runner;
    private final String server;
    private @Nullable Environments environments;

    /**
     * Of runs that are run on other hosts, by whoever knows which of their cores a run gets.
     *
     * @param python the Python of those hosts
     * @param host what each of them can do
     * @throws IOException when this program is not whole
     */
    public static Preparation elsewhere(
            PlatformSettings settings, String python, WorkFolders folders, Staging staging, Host host, RunUsers users)
            throws IOException {
        return new Preparation(
                settings,
                python,
                folders,
                staging,
                host,
                users,
                new CoreShare(List.of()),
                false,
                Optional.empty(),
                List.of());
    }

    /**
     * @param serves whether the planner gets to what runs serve here
     * @param external storage of the operator's that runs may see
     * @param interior what runs find around them; empty where that is the host's own system
     * @throws IOException when this program is not whole
     */
    Preparation(
            PlatformSettings settings,
            String python,
            WorkFolders folders,
            Staging staging,
            Host host,
            RunUsers users,
            CoreShare cores,
            boolean serves,
            Optional<Interior> interior,
            List<External> external)
            throws IOException {
        this.settings = settings;
        this.python = python;
        this.folders = folders;
        this.staging = staging;
        this.host = host;
        this.users = users;
        this.ownership = new Ownership(host.user());
        this.cores = cores;
        this.serves = serves;
        this.interior = interior;
        this.external = external;
        this.runner = resource("notebook.py");
        this.server = resource("serve.py");
    }

    /** From now on what programs and notebooks require is installed. To be called before anything else. */
    void installing(Environments made) {
        this.environments = made;
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Preparation.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What speaks against a task. */
    public List<Objection> examine(Task task) {
        Plan plan = plan(task);
        List<Objection> found = objections(plan, Inputs.foreseen(staging, plan));
        interior.ifPresent(inner -> found.addAll(inner.examine(task.executable(), plan)));
        return found;
    }

    private Plan plan(Task task) {
        return new Plan(
                task.executable(),
                task.storage(),
                task.data(),
                task.compute().volumes(),
                python,
                environments != null,
                external);
    }

    /** The estimate with what bringing in the task's data is expected to take. */
    public Estimate estimate(Task task, Estimate usual) {
        Plan plan = plan(task);
        Estimate estimate = Inputs.estimate(staging, plan, usual);
        if (environments != null && plan.required.isPresent()) {
            return environments.expected(plan.required.get(), estimate);
        }
        return interior.map(inner -> inner.expected(task.executable()))
                .filter(wait -> !wait.isZero())
                .map(estimate::afterImage)
                .orElse(estimate);
    }

    private List<Objection> objections(Plan plan, List<Objection> found) {
        if (plan.served.isPresent() && !serves) {
            found.add(new Objection(
                    "request-not-possible",
                    "This platform executes notebooks and opens none to work in: ask for it without ${asked}.",
                    Map.of("asked", "interactive")));
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

    /**
     * Fetches, gives the work folder to the run's user, and writes the plan; repeats what was left half done.
     *
     * @see org.planisphere.planner.platform.Platform#prepare
     */
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        WorkFolder folder = folders.of(work.session());
        if (JsonFile.exists(folder.file("plan.json")) || folder.collected()) {
            return;
        }
        Plan plan = plan(work);
        List<Objection> objections = objections(plan, Inputs.objections(staging, plan));
        if (!objections.isEmpty()) {
            throw new PlatformException(objections.get(0).text());
        }
        Optional<Interior.Inside> inside = interior.isEmpty()
                ? Optional.empty()
                : Optional.of(interior.get().enter(work, plan, progress));
        try {
            begin(folder);
            int uid = users.of(work.session());
            long room = Math.max(bytes(work), settings.limits().scratch());
            Map<String, String> hashes = Inputs.fetch(staging, plan, folder, room, progress);
            Optional<Path> packages = environments == null || plan.required.isEmpty()
                    ? Optional.empty()
                    : environments.of(plan.required.get(), work, progress);
            ownership.give(plan, folder, uid);
            long staged = folder.noteInputs(hashes);
            Map<String, Object> document = document(plan, work, uid, staged + plan.there(), inside);
            packages.ifPresent(place -> give(place, document));
            if (plan.served.isPresent()) {
                serve(plan.served.get(), work, folder, document);
            }
            JsonFile.write(folder.file("plan.json"), document);
        } catch (Staging.NotFetched e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "session " + work.session() + " cannot be prepared", e);
            throw new PlatformException("the work folder cannot be prepared: " + reason(e), e);
        }
    }

    private Plan plan(Work work) {
        return new Plan(
                work.executable(), work.storage(), work.data(), work.volumes(), python, environments != null, external);
    }

    private void begin(WorkFolder folder) throws IOException {
        // A planner that died half way through left a folder without a plan: begin again.
        folder.delete();
        folder.create();
        if (!host.shutIn()) {
            folder.createTemporary();
        }
    }

    /** Makes the folder of a run that is no session's. */
    void prepare(Work work, Environments.Fill fill) throws IOException {
        WorkFolder folder = folders.of(work.session());
        Plan plan = plan(work);
        begin(folder);
        fill.into(folder.work());
        int uid = users.of(work.session());
        ownership.give(plan, folder, uid);
        JsonFile.write(folder.file("plan.json"), document(plan, work, uid, 0, Optional.empty()));
    }

    /** The run sees the packages, its programs find them. */
    private static void give(Path packages, Map<String, Object> document) {
        Map<String, Object> environment = new LinkedHashMap<>();
        if (document.get("environment") instanceof Map<?, ?> usual) {
            usual.forEach((name, value) -> environment.put(String.valueOf(name), value));
        }
        environment.merge("PATH", Environments.PLACE + "/bin", (now, ours) -> ours + ":" + now);
        environment.merge("PYTHONPATH", Environments.PLACE, (now, ours) -> ours + ":" + now);
        document.put("environment", environment);
        List<Object> mounts = new ArrayList<>(document.get("mounts") instanceof List<?> some ? some : List.of());
        mounts.add(Map.of("from", packages.toString(), "to", Environments.PLACE, "readonly", true));
        document.put("mounts", mounts);
        document.put("packages", packages.getFileName().toString());
    }

    /** The run is given what it needs to serve, and the planner notes how to get there. */
    private void serve(String notebook, Work work, WorkFolder folder, Map<String, Object> document) throws IOException {
        String start = host.lab()
                ? "lab/tree/"
                        + URLEncoder.encode(notebook, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("%2F", "/")
                : "";
        Live live = Live.notebook(work.session(), start);
        live.write(folder);
        Map<String, Object> environment = new LinkedHashMap<>(live.environment());
        if (document.get("environment") instanceof Map<?, ?> usual) {
            usual.forEach((name, value) -> environment.put(String.valueOf(name), value));
        }
        document.put("environment", environment);
        document.put("live", true);
    }

    /** Words for a caller, without a path of ours. */
    public static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException fault && fault.getReason() != null
                ? fault.getReason()
                : "input or output failed";
    }

    public static long bytes(Work work) {
        return work.granted().storage() * MIB;
    }

    private Map<String, Object> document(Plan plan, Work work, int uid, long staged, Optional<Interior.Inside> inside) {
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
        limits.put("seconds", ProcessPlatform.seconds(work.duration()));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        inside.ifPresent(image -> environment.putAll(image.environment()));
        environment.put("OMP_NUM_THREADS", String.valueOf(count));
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("USER", "planisphere");
        environment.put("LOGNAME", "planisphere");
        if (work.executable() instanceof Executable.JupyterNotebook
                || work.executable() instanceof Executable.BinderNotebook) {
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
        inside.map(Interior.Inside::command)
                .orElse(plan.command)
                .forEach(word ->
                        command.add(word.equals(Plan.RUNNER) ? runner : word.equals(Plan.SERVER) ? server : word));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("platform", settings.id());
        document.put("command", command);
        inside.ifPresent(image ->
                document.put("image", folders.root().relativize(image.image()).toString()));
        document.put("environment", environment);
        document.put("directory", plan.directory);
        document.put("mounts", mounts);
        document.put("network", settings.network() && work.network());
        document.put("cpus", cores.choose(work.session(), (int) count));
        document.put("uid", uid);
        document.put("gid", uid);
        document.put("alone", users.own());
        document.put("grace", settings.limits().grace().toMillis() / 1000.0);
        document.put("limits", limits);
        return document;
    }
}
