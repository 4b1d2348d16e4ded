package org.planisphere.planner.platform.unpacked;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.planisphere.planner.platform.LearnedTimes;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.platform.image.ImageRules;
import org.planisphere.planner.platform.image.ImageTasks;
import org.planisphere.planner.platform.process.Interior;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Staged;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.Unreachable;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;

/** The images of one platform as its runs find them. Locations are tried in their order. Thread safe. */
final class UnpackedImages implements Interior {
    private static final String LINUX = "linux";
    private static final int VARIABLES = 1000;

    private final Runner runner;
    private final UnpackedSettings settings;
    private final Registry registry;
    private final ImageStore store;
    private final Staging staging;
    private final ImageRules rules;
    private final LearnedTimes times;
    private final String machine;
    private final Map<String, Object> pulling = new ConcurrentHashMap<>();

    UnpackedImages(Runner runner, UnpackedSettings settings, Registry registry, ImageStore store, Staging staging) {
        this.runner = runner;
        this.settings = settings;
        this.registry = registry;
        this.store = store;
        this.staging = staging;
        this.rules = settings.rules();
        this.times = new LearnedTimes(store.place("times.json"));
        this.machine = ImageRules.architecture(System.getProperty("os.arch", ""));
    }

    // What it is ------------------------------------------------------------------------------------------------------

    @Override
    public String python() {
        return settings.python();
    }

    @Override
    public Set<Kind> kinds() {
        Set<Kind> kinds = new LinkedHashSet<>(List.of(Kind.DOCKER_CONTAINER, Kind.SINGULARITY_CONTAINER));
        if (!settings.image().isEmpty()) {
            kinds.add(Kind.PROCESS);
            kinds.add(Kind.PYTHON_PROGRAM);
        }
        return kinds;
    }

    @Override
    public Map<String, Object> entry() {
        return Map.of("how", runner.engine(), "program", settings.program().toString());
    }

    @Override
    public List<String> enforced() {
        return List.of("Images: entered by " + runner.title() + " as an ordinary user; they cannot be written, and no"
                + " daemon is asked.");
    }

    @Override
    public List<String> unenforced() {
        List<String> sentences = new ArrayList<>();
        sentences.add("Ports of containers are not published: a container has either no network or the host's.");
        sentences.add("A run can make kernel namespaces of its own, inside of those that shut it in, because "
                + runner.title() + " needs them.");
        if (runner == Runner.APPTAINER) {
            sentences.add("Apptainer is used as its documents say; this planner was never tried with a real one.");
        }
        return sentences;
    }

    // Before it is offered --------------------------------------------------------------------------------------------

    @Override
    public List<Objection> examine(Executable executable, Plan plan) {
        List<Objection> found = new ArrayList<>(ImageTasks.examine(executable, plan));
        if (executable instanceof Executable.DockerContainer container
                && !container.ports().isEmpty()) {
            found.add(new Objection(
                    "ports-not-possible",
                    "This platform publishes no ports of containers: it has no networks of their own for them.",
                    Map.of()));
        }
        image(executable)
                .flatMap(image -> ImageRules.examine(image, Set.of(machine), location -> reason(location, image)))
                .ifPresent(found::add);
        return found;
    }

    /** The image of a task: its own, or the operator's. */
    private Optional<Executable.Image> image(Executable executable) {
        if (executable instanceof Executable.SingularityContainer container) {
            return Optional.of(new Executable.Image(List.of(container.location()), null, machine, LINUX));
        }
        return ImageTasks.image(executable, settings.image(), machine);
    }

    /** Whether it names a file, and not an image in a registry. */
    private static boolean isFile(String location) {
        return location.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*") && !location.startsWith("docker://");
    }

    /** Why the image may not be had from there. */
    private Optional<String> reason(String location, Executable.Image image) {
        if (isFile(location)) {
            if (!settings.archives()) {
                return Optional.of("this platform takes no images from files");
            }
            return settings.pinned() && image.digest() == null
                    ? Optional.of("this platform runs only images that are named with their digest")
                    : staging.examine(location).map(Unreachable::reason);
        }
        return rules.reason(location, image).or(() -> {
            boolean asks = !settings.pull().equals("never");
            return asks || here(name(location, image)).isPresent()
                    ? Optional.empty()
                    : Optional.of("it is not on this platform");
        });
    }

    private static ImageName name(String location, Executable.Image image) {
        return ImageRules.wanted(ImageName.of(location).orElseThrow(), image);
    }

    /** The content of an image that needs not be pulled. */
    private Optional<String> here(ImageName name) {
        return store.named(name.full());
    }

    @Override
    public Duration expected(Executable executable) {
        Optional<Executable.Image> image = image(executable);
        for (String location : image.map(Executable.Image::locations).orElse(List.of())) {
            if (reason(location, image.get()).isPresent()) {
                continue;
            }
            if (isFile(location)) {
                return staging.forecast(List.of(Address.of(location))).expected();
            }
            ImageName name = name(location, image.get());
            return here(name).isPresent()
                    ? Duration.ZERO
                    : times.of("image:" + name.full()).orElse(settings.pulling());
        }
        return Duration.ZERO;
    }

    // When it is prepared ---------------------------------------------------------------------------------------------

    @Override
    public Inside enter(Work work, Plan plan, Consumer<String> progress) throws PlatformException {
        Executable executable = work.executable();
        List<Objection> objections = examine(executable, plan);
        if (!objections.isEmpty()) {
            throw new PlatformException(objections.get(0).text());
        }
        Executable.Image wanted =
                image(executable).orElseThrow(() -> new PlatformException("this platform runs no such executables"));
        ImageStore.Image image = have(wanted, work.session(), progress);
        boolean folder = Files.isDirectory(image.root());
        List<String> command = command(executable, plan, image.facts());
        if (command.isEmpty() && folder) {
            throw new PlatformException("neither the request nor the image says what is to be run");
        }
        if (folder) {
            for (Plan.Mount mount : plan.mounts) {
                if (mount.to().startsWith("/")) {
                    place(image.root(), mount.to());
                }
            }
        }
        return new Inside(image.root(), command, environment(image.facts()));
    }

    @Override
    public void leave(UUID session) {
        store.leave(session);
    }

    private static List<String> command(Executable executable, Plan plan, Map<String, Object> facts) {
        if (executable instanceof Executable.Process || executable instanceof Executable.PythonProgram) {
            // A program of its own, whatever the image would start.
            return plan.command;
        }
        List<String> words = new ArrayList<>();
        String entrypoint = executable instanceof Executable.DockerContainer container ? container.entrypoint() : null;
        boolean own = entrypoint != null && !entrypoint.isBlank();
        if (own) {
            words.add(entrypoint);
        } else {
            words.addAll(Parts.texts(facts.get("entrypoint")));
        }
        words.addAll(plan.command.isEmpty() && !own ? Parts.texts(facts.get("command")) : plan.command);
        return words;
    }

    private static Map<String, String> environment(Map<String, Object> facts) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String pair : Parts.texts(facts.get("environment"))) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals);
            if (name.matches("[A-Za-z_][A-Za-z0-9_]{0,200}")
                    && !name.startsWith("PLANISPHERE_")
                    && pair.indexOf('\0') < 0
                    && pair.length() < 100_000
                    && environment.size() < VARIABLES) {
                environment.put(name, pair.substring(equals + 1));
            }
        }
        return environment;
    }

    /** Refuses a place in the image that something else than a folder leads to: it would be another one. */
    private static void place(Path root, String place) throws PlatformException {
        Path at = root;
        for (String part : place.substring(1).split("/")) {
            at = at.resolve(part);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                throw new PlatformException(
                        "a volume cannot be mounted at " + place + ": the image has a file or a link there");
            }
        }
    }

    private ImageStore.Image have(Executable.Image image, UUID session, Consumer<String> progress)
            throws PlatformException {
        List<String> reasons = new ArrayList<>();
        for (String location : image.locations()) {
            Optional<String> reason = reason(location, image);
            if (reason.isPresent()) {
                reasons.add(ImageRules.cut(location) + ": " + reason.get());
                continue;
            }
            try {
                return isFile(location)
                        ? fetched(location, image, session, progress)
                        : pulled(name(location, image), image, session, progress);
            } catch (FileSystemException e) {
                reasons.add(ImageRules.cut(location) + ": input or output failed");
            } catch (IOException e) {
                reasons.add(ImageRules.cut(location) + ": " + e.getMessage());
            }
        }
        throw new PlatformException("the image cannot be had: " + String.join("; ", reasons));
    }

    private ImageStore.Image pulled(ImageName name, Executable.Image image, UUID session, Consumer<String> progress)
            throws IOException {
        // One pull of an image serves all who wait for it.
        synchronized (pulling.computeIfAbsent(name.full(), key -> new Object())) {
            Optional<String> known = here(name);
            if (known.isPresent()) {
                Optional<ImageStore.Image> found = store.use(known.get(), session);
                if (found.isPresent()) {
                    progress.accept("The image is " + name.full() + ", " + known.get() + ".");
                    return found.get();
                }
            }
            progress.accept("Pulling " + name.full());
            long began = System.nanoTime();
            Parts parts = registry.find(name, ImageRules.architecture(image.architecture()), image.os());
            ImageStore.Image made = make(parts, parts.digest(), session, image, progress);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            times.measured("image:" + name.full(), took);
            store.name(name.full(), parts.digest());
            progress.accept(
                    "Pulled " + name.full() + " in " + Math.max(1, took.toSeconds()) + " s, " + parts.digest() + ".");
            return made;
        }
    }

    private ImageStore.Image make(
            Parts parts, String key, UUID session, Executable.Image image, Consumer<String> progress)
            throws IOException {
        Optional<ImageStore.Image> there = store.use(key, session);
        if (there.isPresent()) {
            return there.get();
        }
        if (parts.size() > store.room()) {
            throw new IOException("it is larger than the room for images here");
        }
        Map<String, Object> said = parts.configuration();
        String architecture = String.valueOf(said.getOrDefault("architecture", machine));
        String os = String.valueOf(said.getOrDefault("os", LINUX));
        if (!architecture.equals(ImageRules.architecture(image.architecture())) || !os.equals(image.os())) {
            throw new IOException("it is for " + ImageRules.cut(os + "/" + architecture));
        }
        Map<String, Object> config = Parts.object(said.get("config"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("digest", parts.digest());
        facts.put("entrypoint", Parts.texts(config.get("Entrypoint")));
        facts.put("command", Parts.texts(config.get("Cmd")));
        facts.put("environment", Parts.texts(config.get("Env")));
        Path scratch = store.scratch();
        try {
            return store.make(key, session, false, facts, root -> {
                Layers layers = new Layers(root, store.room());
                for (int i = 0; i < parts.layers(); i++) {
                    Path packed = scratch.resolve("layer");
                    layers.add(parts.layer(i, packed));
                    WorkFolder.delete(packed);
                    progress.accept("Unpacked " + (i + 1) + " of " + parts.layers() + " layers, "
                            + (layers.size() >> 20) + " MiB");
                }
                layers.finish();
                return layers.size();
            });
        } finally {
            WorkFolder.delete(scratch);
        }
    }

    private ImageStore.Image fetched(String location, Executable.Image image, UUID session, Consumer<String> progress)
            throws IOException {
        Path scratch = store.scratch();
        try {
            Address address = Address.of(location);
            progress.accept("Fetching the image from " + address.shown());
            Path file = scratch.resolve("image");
            Staged staged = staging.fetch(location, file, store.room());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("it is no file");
            }
            String sum = Digests.of(file);
            progress.accept("Fetched the image: " + staged.size() + " bytes, " + sum);
            ImageStore.Image found = singularity(file)
                    ? kept(file, sum, image, session)
                    : unpacked(file, scratch.resolve("parts"), sum, image, session, progress);
            Object digest = found.facts().get("digest");
            if (image.digest() != null && !image.digest().equals(digest)) {
                throw new IOException("it is " + digest + ", and not " + image.digest());
            }
            return found;
        } finally {
            WorkFolder.delete(scratch);
        }
    }

    private ImageStore.Image unpacked(
            Path file, Path folder, String sum, Executable.Image image, UUID session, Consumer<String> progress)
            throws IOException {
        Optional<ImageStore.Image> there = store.use(sum, session);
        if (there.isPresent()) {
            return there.get();
        }
        Parts parts = ArchiveImage.open(
                file, folder, store.room(), ImageRules.architecture(image.architecture()), image.os());
        return make(parts, sum, session, image, progress);
    }

    /** An image in Singularity's own format, as it is. */
    private ImageStore.Image kept(Path file, String sum, Executable.Image image, UUID session) throws IOException {
        if (!runner.files()) {
            throw new IOException("it is in Singularity's own format, which " + runner.title() + " does not read");
        }
        Optional<ImageStore.Image> there = store.use(sum, session);
        if (there.isPresent()) {
            return there.get();
        }
        return store.make(sum, session, true, Map.of("digest", sum), place -> {
            Files.move(file, place);
            return Files.size(place);
        });
    }

    private static boolean singularity(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(64);
            return new String(head, StandardCharsets.ISO_8859_1).indexOf("SIF_MAGIC") == 32;
        }
    }
}
