package org.planisphere.planner.platform.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Archives;
import org.planisphere.planner.staging.Shelf;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Volume;

/**
 * Where everything of one task goes, decided without touching anything: what is fetched to which place in the work
 * folder, which folders are made, what is mounted where, and what is executed. All places are relative to the work
 * folder, normal, and never outside of it.
 */
public final class Plan {
    /** Where the notebook's runner, a resource beside this class, is put into the argument vector. */
    static final String RUNNER = "@RUNNER@";
    /** Where the server of notebooks, a resource too, is put. */
    static final String SERVER = "@SERVER@";

    /**
     * Something to fetch.
     *
     * @param place its file's name in the work folder
     * @param unpack whether it is an archive that is to be unpacked into a folder of that name instead
     */
    public record Fetch(Address address, String place, String what, boolean unpack) {}

    /**
     * Something the run is to leave.
     *
     * @param path a file or folder in the work folder; {@code .} for all of it
     * @param to where it is put; empty when it is only kept
     */
    public record Output(String path, Optional<Address> to) {}

    /** {@code from} in the work folder appears at {@code to}: in the work folder too, or absolute. */
    public record Mount(String from, String to, boolean readOnly) {}

    public final List<Fetch> fetches = new ArrayList<>();
    public final List<Output> outputs = new ArrayList<>();
    public final List<String> folders = new ArrayList<>();
    public final List<Mount> mounts = new ArrayList<>();
    public final List<String> readOnly = new ArrayList<>();
    /** Storage that outlives the run; none as long as only offers are asked for. */
    public final List<Shelf.Lent> kept = new ArrayList<>();

    /** Folders of the operator's that the run sees; nothing in them is ours. */
    public final List<External> outside = new ArrayList<>();

    public final List<Objection> objections = new ArrayList<>();
    public List<String> command = List.of();
    public Map<String, String> environment = Map.of();
    public String directory = ".";
    /** The notebook that the run serves to be worked in, seen from its directory; of no one notebook where it is blank. */
    public Optional<String> served = Optional.empty();
    /** Where the Compose file is that was fetched. */
    public Optional<String> described = Optional.empty();
    /** What has to be installed for it. */
    Optional<Requirements> required = Optional.empty();

    private final boolean installs;

    private final Map<String, String> places = new TreeMap<>();

    public static Plan of(Work work, String python) {
        return new Plan(work.executable(), work.storage(), work.data(), work.volumes(), python);
    }

    /** @param external storage of the operator's that the engine can show to a run */
    public static Plan of(Work work, String python, List<External> external) {
        return new Plan(work.executable(), work.storage(), work.data(), work.volumes(), python, false, external);
    }

    /** The plan of an engine that installs no packages and shows nothing of its operator's. */
    public Plan(
            Executable executable,
            List<StorageRequest> storage,
            List<DataRequest> data,
            List<Volume> volumes,
            String python) {
        this(executable, storage, data, volumes, python, false, List.of());
    }

    /**
     * @param installs whether the engine installs what a program or notebook requires
     * @param external storage of the operator's that the engine can show to a run
     */
    public Plan(
            Executable executable,
            List<StorageRequest> storage,
            List<DataRequest> data,
            List<Volume> volumes,
            String python,
            boolean installs,
            List<External> external) {
        this.installs = installs;
        Map<String, Volume> first = new LinkedHashMap<>();
        for (Volume volume : volumes) {
            String place = relative(volume.path());
            if (place == null && !mountable(volume.path())) {
                objections.add(new Objection(
                        "volume-not-possible",
                        "A volume cannot be mounted at ${path}: it must be a path in the work folder, or an absolute"
                                + " one that is not the system's.",
                        Map.of("path", cut(volume.path()))));
            } else if (place != null && !place.equals(".")) {
                first.putIfAbsent(volume.resource(), volume);
            }
        }
        int count = 0;
        for (StorageRequest item : storage) {
            String name = item.label().name();
            if (item.external()) {
                show(String.valueOf(name), volumes, external);
                continue;
            }
            Volume volume = name == null ? null : first.get(name);
            String place = volume != null
                    ? String.valueOf(relative(volume.path()))
                    : free(name == null ? "storage-" + count : Staging.nameFor(name, "storage-" + count));
            count++;
            folders.add(place);
            if (name != null) {
                places.put(name, place);
            }
            UUID id = item.id();
            if (item.kept() && id != null) {
                kept.add(new Shelf.Lent(
                        id,
                        String.valueOf(name),
                        place,
                        item.made(),
                        item.size().minOr(0) << 30));
            }
        }
        count = 0;
        for (DataRequest item : data) {
            if (item.kind().is(Kind.OUTPUT)) {
                output(item);
                continue;
            }
            String name = item.label().name();
            Address address = Address.of(item);
            boolean unpack = Boolean.TRUE.equals(item.details().get("unpack"));
            String called = Staging.nameFor(address.text(), "data-" + count);
            String file = unpack ? Archives.folderFor(called) : called;
            count++;
            Volume volume = name == null ? null : first.get(name);
            String store = item.storage();
            String place;
            if (store != null && outside.stream().anyMatch(one -> one.name().equals(store))) {
                objections.add(new Objection(
                        "request-not-possible",
                        "Nothing is fetched into the storage ${name}: it is not this planner's.",
                        Map.of("name", store)));
            }
            if (volume != null) {
                place = String.valueOf(relative(volume.path()));
            } else if (store != null && places.containsKey(store)) {
                place = free(places.get(store) + "/" + file);
            } else {
                place = free(file);
            }
            fetches.add(new Fetch(address, place, name == null ? file : name, unpack));
            if (name != null) {
                places.put(name, place);
            }
        }
        for (Volume volume : volumes) {
            String from = places.get(volume.resource());
            if (from == null) {
                continue;
            }
            boolean readOnlyHere = volume.mode() == Volume.Mode.READONLY;
            String place = relative(volume.path());
            String to = place == null ? absolute(volume.path()) : place;
            if (to == null) {
                continue;
            }
            if (!to.equals(from) || readOnlyHere) {
                mounts.add(new Mount(from, to, readOnlyHere));
            }
            if (readOnlyHere) {
                readOnly.add(from);
            }
        }
        execute(executable, python);
    }

    /** Where the run sees a storage of the operator's: at its volumes, else under its name. */
    private void show(String name, List<Volume> volumes, List<External> external) {
        External found = external.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
        if (found == null) {
            objections.add(new Objection(
                    "storage-not-kept",
                    "This platform has no storage ${name} that it does not make itself.",
                    Map.of("name", cut(name))));
            return;
        }
        outside.add(found);
        boolean mounted = false;
        for (Volume volume : volumes) {
            String place = relative(volume.path());
            String to = place == null ? absolute(volume.path()) : place;
            if (!volume.resource().equals(name) || to == null) {
                continue;
            }
            if (place != null && place.equals(".")) {
                objections.add(
                        new Objection("volume-not-possible", "The work folder itself cannot be a volume.", Map.of()));
            }
            boolean readOnlyHere = volume.mode() == Volume.Mode.READONLY;
            if (!readOnlyHere && !found.writes()) {
                objections.add(new Objection(
                        "volume-not-possible",
                        "The storage ${name} can only be read: mount it READONLY.",
                        Map.of("name", name)));
            }
            mounted = true;
            show(found, to, readOnlyHere);
        }
        if (!mounted) {
            show(found, free(Staging.nameFor(name, "storage")), !found.writes());
        }
    }

    private void show(External found, String to, boolean readOnlyHere) {
        if (!to.startsWith("/")) {
            folders.add(to);
        }
        mounts.add(new Mount(found.folder().toString(), to, readOnlyHere));
    }

    private void output(DataRequest item) {
        String path = String.valueOf(item.details().getOrDefault("path", "."));
        String place = relative(path);
        if (place == null) {
            objections.add(new Objection(
                    "request-not-possible",
                    "The output ${path} is outside of the work folder.",
                    Map.of("path", cut(path))));
            return;
        }
        boolean kept = item.location() == null && !item.details().containsKey("bucket");
        outputs.add(new Output(place, kept ? Optional.empty() : Optional.of(Address.of(item))));
    }

    private void execute(Executable executable, String python) {
        if (executable instanceof Executable.Process process) {
            command = process.command();
            environment = process.environment();
            String place = relative(process.directory());
            if (place == null) {
                objections.add(new Objection(
                        "request-not-possible",
                        "The directory ${path} is outside of the work folder.",
                        Map.of("path", cut(process.directory()))));
            } else {
                directory = place;
                if (!place.equals(".")) {
                    folders.add(place);
                }
            }
        } else if (executable instanceof Executable.PythonProgram program) {
            String place = program(program.location(), program.repository(), "program.py");
            if (program.requirements() != null && !program.requirements().isBlank()) {
                if (installs) {
                    required =
                            Optional.of(required(program, program.requirements().strip(), place));
                } else {
                    objections.add(new Objection(
                            "requirements-not-possible",
                            "This platform installs no packages: the program must do with what is installed on it.",
                            Map.of()));
                }
            }
            List<String> words = new ArrayList<>(List.of(python, place));
            words.addAll(program.arguments());
            command = words;
            environment = program.environment();
        } else if (executable instanceof Executable.JavaProgram program) {
            String place = program(program.location(), program.repository(), "program.jar");
            List<String> words = new ArrayList<>(List.of("java"));
            words.addAll(program.options());
            String main = program.mainClass();
            if (place.endsWith(".java")) {
                words.add(place);
            } else {
                words.addAll(main == null ? List.of("-jar", place) : List.of("-cp", place, main));
            }
            words.addAll(program.arguments());
            command = words;
        } else if (executable instanceof Executable.JupyterNotebook notebook) {
            String place = free(Staging.nameFor(notebook.location(), "notebook.ipynb"));
            fetches.add(new Fetch(Address.of(notebook.location()), place, "the notebook", false));
            if (notebook.interactive()) {
                served = Optional.of(place);
                command = List.of(python, "-c", SERVER);
                return;
            }
            String stem = place.endsWith(".ipynb") ? place.substring(0, place.length() - 6) : place;
            command = List.of(python, "-c", RUNNER, place, free(stem + "-executed.ipynb"));
        } else if (executable instanceof Executable.BinderNotebook notebook && installs) {
            binder(notebook, python);
        } else if (executable instanceof Executable.DockerContainer container) {
            command = container.command();
            environment = container.environment();
        } else if (executable instanceof Executable.DockerCompose compose) {
            // Its services say what they execute.
            String location = compose.location();
            if (location != null) {
                String place = free(Staging.nameFor(location, "compose.yaml"));
                fetches.add(new Fetch(Address.of(location), place, "the Compose file", false));
                described = Optional.of(place);
            }
        } else if (executable instanceof Executable.SingularityContainer) {
            // What its image says.
            command = List.of();
        } else {
            objections.add(new Objection("kind-not-offered", "This platform does not run such executables.", Map.of()));
        }
        if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            objections.add(new Objection("request-not-possible", "An argument holds a NUL character.", Map.of()));
        }
        if (command.stream().anyMatch(word -> word.length() > 100_000)
                && !(executable instanceof Executable.JupyterNotebook)) {
            objections.add(
                    new Objection("request-not-possible", "An argument is longer than 100,000 characters.", Map.of()));
        }
        environment.forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,200}") || value.indexOf('\0') >= 0 || value.length() > 100_000) {
                objections.add(new Objection(
                        "request-not-possible",
                        "The environment variable ${name} cannot be set.",
                        Map.of("name", cut(name))));
            }
        });
    }

    /** A list of requirements: an address, a file of the program's repository, or the list itself. */
    private Requirements required(Executable.PythonProgram program, String said, String place) {
        Executable.Repository repository = program.repository();
        if (said.matches("[A-Za-z][A-Za-z0-9+.-]*://\\S+")) {
            String file = free(Staging.nameFor(said, "requirements.txt"));
            fetches.add(new Fetch(Address.of(said), file, "its requirements", false));
            return Requirements.fetched(said, file);
        }
        String path = said.endsWith(".txt") && said.indexOf('\n') < 0 ? relative(said) : null;
        if (repository != null && path != null && place.indexOf('/') > 0) {
            String tree = place.substring(0, place.indexOf('/'));
            return Requirements.ofRepository(repository.url(), repository.reference(), tree, Optional.of(path));
        }
        return Requirements.text(said);
    }

    /** The kernel gets what is installed for it; what executes or serves the notebook has its own ({@code -E}). */
    private void binder(Executable.BinderNotebook notebook, String python) {
        Executable.Repository repository = notebook.repository();
        String path = notebook.path() == null ? null : relative(notebook.path());
        if ((path == null || path.equals(".")) && (notebook.path() != null || !notebook.interactive())) {
            objections.add(new Objection(
                    "request-not-possible",
                    "A notebook that is executed needs the ${field} of its file in the repository.",
                    Map.of("field", "path")));
            path = "notebook.ipynb";
        }
        String tree = repository(repository);
        required = Optional.of(
                Requirements.ofRepository(repository.url(), repository.reference(), tree, Optional.empty()));
        if (notebook.interactive()) {
            directory = tree;
            served = Optional.of(path == null ? "" : path);
            command = List.of(python, "-E", "-c", SERVER);
            return;
        }
        String inner = tree + "/" + path;
        String name = inner.substring(inner.lastIndexOf('/') + 1);
        directory = inner.substring(0, inner.lastIndexOf('/'));
        String up = "../".repeat(directory.split("/").length);
        String stem = name.endsWith(".ipynb") ? name.substring(0, name.length() - 6) : name;
        command = List.of(python, "-E", "-c", RUNNER, name, up + free(stem + "-executed.ipynb"));
    }

    /** Has the repository fetched; its place. */
    private String repository(Executable.Repository repository) {
        String place = free(Staging.nameFor(repository.url().replaceFirst("[.]git/?$", ""), "repository"));
        Address address = Address.ofRepository(repository.url(), repository.reference());
        fetches.add(new Fetch(address, place, "the repository", false));
        return place;
    }

    /** Has the program, or the repository it is in, fetched; its place. */
    private String program(@Nullable String location, Executable.@Nullable Repository repository, String fallback) {
        if (repository == null) {
            String place = free(Staging.nameFor(String.valueOf(location), fallback));
            fetches.add(new Fetch(Address.of(String.valueOf(location)), place, "the program", false));
            return place;
        }
        String path = repository.path() == null ? null : relative(repository.path());
        if (path == null || path.equals(".")) {
            objections.add(new Objection(
                    "request-not-possible",
                    "A program in a repository needs the ${field} of its file there.",
                    Map.of("field", "path")));
            return fallback;
        }
        return repository(repository) + "/" + path;
    }

    /** A place that no other fetch or folder of this plan has. */
    private String free(String wanted) {
        String place = wanted;
        for (int n = 2; taken(place); n++) {
            int dot = wanted.lastIndexOf('.');
            place = dot > wanted.lastIndexOf('/') + 1
                    ? wanted.substring(0, dot) + "-" + n + wanted.substring(dot)
                    : wanted + "-" + n;
        }
        return place;
    }

    private boolean taken(String place) {
        return folders.contains(place)
                || fetches.stream().anyMatch(f -> f.place().equals(place));
    }

    /** Bytes of storage that is there already, beside what the run was granted. */
    public long there() {
        return kept.stream()
                .filter(one -> !one.made())
                .mapToLong(Shelf.Lent::most)
                .sum();
    }

    boolean absoluteMounts() {
        return mounts.stream().anyMatch(m -> m.to().startsWith("/"));
    }

    /** Whether a resource appears at more than one place, which needs a mount. */
    boolean doubleMounts() {
        return mounts.stream().anyMatch(m -> !m.to().equals(m.from()));
    }

    /** The path in the work folder, normal; null when it is not there. */
    static @Nullable String relative(String path) {
        String inner = path;
        if (path.equals("/work") || path.startsWith("/work/")) {
            inner = path.substring(5);
            while (inner.startsWith("/")) {
                inner = inner.substring(1);
            }
        }
        if (inner.startsWith("/")) {
            return null;
        }
        String normal = parts(inner);
        return normal == null ? null : normal.isEmpty() ? "." : normal;
    }

    private static @Nullable String absolute(String path) {
        String normal = parts(path);
        return normal == null || normal.isEmpty() ? null : "/" + normal;
    }

    private static boolean mountable(String path) {
        String normal = path.startsWith("/") ? absolute(path) : null;
        return normal != null
                && !normal.matches("/(usr|bin|sbin|lib[a-z0-9]*|etc|proc|sys|dev|run|tmp|boot|root|work)(/.*)?");
    }

    /** The path's parts joined by one slash; null when one is {@code ..} or no name. */
    private static @Nullable String parts(String path) {
        if (path.length() > 1000) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..") || part.length() > 200 || part.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
                return null;
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    private static String cut(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
