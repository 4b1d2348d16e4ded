package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.LearnedTimes;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/**
 * Folders of installed packages, each built once for what it is made of: the list, what the list may refer to, the Python and
 * the index. What a build sees is what its environment is named after, so nobody can put something into another's.
 *
 * <p>A build is a run like any other, with what its session was granted, without a network but for an {@link IndexGate}. Thread
 * safe.
 */
final class Environments {
    /** Where a run sees its environment. */
    static final String PLACE = "/packages";

    private static final System.Logger LOG = System.getLogger(Environments.class.getName());
    /** What was used so lately is kept, however little room there is. */
    private static final Duration FRESH = Duration.ofHours(1);

    private static final int MOST_SOURCES = 1000;

    private final PackageSettings settings;
    private final WorkFolders folders;
    private final Path store;
    private final Path builds;
    private final String interpreter;
    private final Builds engine;
    private final LearnedTimes times;
    private final Map<String, CompletableFuture<@Nullable Void>> building = new ConcurrentHashMap<>();

    /** Who runs a build. */
    interface Builds {
        /** Makes the folder of a build, with what {@code fill} puts into its work folder. */
        void prepare(Build build, Fill fill) throws IOException, PlatformException;

        /** Runs it to its end; {@code look} is called now and then. */
        Observation.Ended run(UUID build, Runnable look) throws IOException, PlatformException, InterruptedException;

        /** Ends it where it runs, and removes its folder. */
        void remove(UUID build);
    }

    interface Fill {
        void into(Path work) throws IOException;
    }

    /** @param arguments for the program that builds */
    record Build(UUID id, Work session, List<String> arguments, long size, Duration longest) {}

    /**
     * @param state the platform's own folder
     * @param interpreter the Python that packages are installed for: its version and machine
     */
    Environments(PackageSettings settings, WorkFolders folders, Path state, String interpreter, Builds engine)
            throws IOException {
        this.settings = settings;
        this.folders = folders;
        this.store = state.resolve("environments");
        this.builds = state.resolve("builds");
        this.interpreter = interpreter;
        this.engine = engine;
        Files.createDirectories(store);
        Files.createDirectories(builds);
        this.times = new LearnedTimes(state.resolve("environment-times.json"));
    }

    /** What building it is expected to add to the estimate. */
    Estimate expected(Requirements required, Estimate usual) {
        Optional<String> key = known().map(all -> all.get(required.source())).map(String::valueOf);
        if (key.isPresent() && Files.isDirectory(store.resolve(key.get()))) {
            return usual;
        }
        Duration building = times.of(required.source()).orElse(settings.usual());
        List<String> notes = new ArrayList<>(usual.notes());
        notes.add("Building its environment is expected to take " + (building.toMillis() + 999) / 1000 + " s.");
        return new Estimate(usual.preparing().plus(building), usual.releasing(), notes);
    }

    private Optional<Map<String, Object>> known() {
        try {
            return JsonFile.read(builds.resolve("known.json"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private synchronized void know(String source, String key) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(known().orElse(Map.of()));
        all.remove(source);
        all.put(source, key);
        while (all.size() > MOST_SOURCES) {
            all.remove(all.keySet().iterator().next());
        }
        JsonFile.write(builds.resolve("known.json"), all);
    }

    /**
     * The folder with what a session requires, built when it is not there. Blocks.
     *
     * @return empty when it requires nothing
     */
    Optional<Path> of(Requirements required, Work work, Consumer<String> progress)
            throws IOException, PlatformException {
        Path inputs = folders.of(work.session()).work();
        Optional<Requirements.Found> list = required.found(inputs);
        if (list.isEmpty()) {
            progress.accept("Nothing is required: no environment is built");
            return Optional.empty();
        }
        Optional<Path> beside =
                list.get().plain() ? Optional.empty() : required.tree().map(inputs::resolve);
        String key = key(list.get(), beside);
        Path place = store.resolve(key);
        boolean made = false;
        while (!Files.isDirectory(place)) {
            CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
            CompletableFuture<@Nullable Void> others = building.putIfAbsent(key, mine);
            if (others != null) {
                progress.accept("The same environment is being built: waiting for it");
                await(others);
                continue;
            }
            try {
                Instant began = Instant.now();
                build(work, list.get(), beside, place, progress);
                times.measured(required.source(), Duration.between(began, Instant.now()));
                made = true;
            } finally {
                building.remove(key, mine);
                mine.complete(null);
            }
        }
        if (!made) {
            progress.accept("Its environment is there already: " + key.substring(0, 12));
        }
        Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
        know(required.source(), key);
        if (made) {
            makeRoom();
        }
        return Optional.of(place);
    }

    private static void await(CompletableFuture<@Nullable Void> others) throws PlatformException {
        try {
            others.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("interrupted while its environment was built", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed", e);
        }
    }

    /** Everything that a build sees. */
    private String key(Requirements.Found list, Optional<Path> beside) throws IOException {
        MessageDigest digest = Sha256.begin();
        for (String word :
                List.of("1", interpreter, settings.index().map(URI::toString).orElse(""), list.name())) {
            digest.update((word + "\0").getBytes(StandardCharsets.UTF_8));
        }
        digest.update(list.content());
        if (beside.isPresent()) {
            for (Path file : files(beside.get())) {
                digest.update(("\0" + beside.get().relativize(file) + "\0" + Files.size(file) + "\0")
                        .getBytes(StandardCharsets.UTF_8));
                try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private void build(Work work, Requirements.Found list, Optional<Path> beside, Path place, Consumer<String> progress)
            throws IOException, PlatformException {
        UUID id = UUID.randomUUID();
        List<String> arguments = new ArrayList<>(List.of(list.name(), "built"));
        settings.index().ifPresent(index -> arguments.add(index.toString()));
        settings.certificates()
                .filter(any -> settings.index().isPresent())
                .ifPresent(any -> arguments.add("index.pem"));
        progress.accept("Building its environment of " + list.name());
        note(id);
        WorkFolder folder = folders.of(id);
        Path gate = folder.work().resolve("index");
        IndexGate[] way = {null};
        try {
            engine.prepare(new Build(id, work, arguments, settings.size(), settings.longest()), inside -> {
                fill(inside.resolve("source"), list, beside);
                if (settings.certificates().isPresent()) {
                    Files.copy(settings.certificates().get(), inside.resolve("index.pem"));
                }
                if (settings.index().isPresent()) {
                    way[0] = new IndexGate(gate, settings.hosts());
                }
            });
            Telling telling = new Telling(folder.stdout(), progress);
            Observation.Ended ended = engine.run(id, telling::look);
            telling.look();
            if (ended.end() != Observation.End.SUCCEEDED) {
                throw new PlatformException("its environment cannot be built: "
                        + (ended.end() == Observation.End.FAILED ? why(folder) : ended.detail()));
            }
            publish(folder.work().resolve("built"), place);
            progress.accept(
                    "Built its environment " + place.getFileName().toString().substring(0, 12));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("interrupted while its environment was built", e);
        } finally {
            if (way[0] != null) {
                way[0].close();
            }
            engine.remove(id);
            Files.deleteIfExists(builds.resolve(id.toString()));
        }
    }

    private static void fill(Path source, Requirements.Found list, Optional<Path> beside) throws IOException {
        Files.createDirectories(source);
        if (beside.isPresent()) {
            for (Path file : files(beside.get())) {
                Path copy = source.resolve(beside.get().relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            }
        }
        Path place = source.resolve(list.name());
        Files.createDirectories(place.getParent());
        Files.write(place, list.content());
    }

    /** The last complaint of the build. */
    private static String why(WorkFolder folder) throws IOException {
        String last = "";
        for (Path file : List.of(folder.stderr(), folder.stdout())) {
            for (String line : tail(file).lines().toList()) {
                if (line.startsWith("ERROR: ")) {
                    last = line.substring("ERROR: ".length());
                }
            }
        }
        if (last.isEmpty()) {
            String said = tail(folder.stderr()).strip();
            last = said.isEmpty() ? "it ended early" : said.substring(said.lastIndexOf('\n') + 1);
        }
        return last.length() > 300 ? last.substring(0, 300) + "…" : last;
    }

    private static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - 20_000));
            return new String(Channels.newInputStream(channel).readNBytes(20_000), StandardCharsets.UTF_8);
        }
    }

    /** Takes what was built into the store: files and folders that everybody can read and nobody change. */
    private static void publish(Path built, Path place) throws IOException, PlatformException {
        if (!Files.isDirectory(built, LinkOption.NOFOLLOW_LINKS)) {
            throw new PlatformException("its environment cannot be built: nothing was installed");
        }
        Files.walkFileTree(built, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!attributes.isRegularFile()) {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }
                boolean program = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(program ? "r-xr-xr-x" : "r--r--r--"));
                return FileVisitResult.CONTINUE;
            }
        });
        try {
            Files.move(built, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
            LOG.log(Level.DEBUG, "another planner has built {0} meanwhile", place);
        }
    }

    // What is left of earlier builds, and room --------------------------------------------------------------------

    private void note(UUID id) throws IOException {
        JsonFile.write(
                builds.resolve(id.toString()),
                Map.of("planner", ProcessHandle.current().pid()));
    }

    /** Ends and removes builds that a planner left which is gone. */
    void sweep() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(builds)) {
            for (Path note : all) {
                String name = note.getFileName().toString();
                if (name.length() == 36 && !alive(note)) {
                    engine.remove(UUID.fromString(name));
                    Files.deleteIfExists(note);
                }
            }
        }
    }

    private static boolean alive(Path note) throws IOException {
        return JsonFile.read(note)
                .map(said -> said.get("planner"))
                .filter(Number.class::isInstance)
                .flatMap(pid -> ProcessHandle.of(((Number) pid).longValue()))
                .filter(one -> one.pid() != ProcessHandle.current().pid())
                .isPresent();
    }

    /** Removes what was used longest ago, but nothing that a run may have. */
    private synchronized void makeRoom() throws IOException {
        Map<Path, Long> sizes = new LinkedHashMap<>();
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(store)) {
            found.forEach(all::add);
        }
        all.sort(Comparator.comparing(Environments::used));
        long total = 0;
        for (Path one : all) {
            long size = 0;
            for (Path file : files(one)) {
                size += Files.size(file);
            }
            sizes.put(one, size);
            total += size;
        }
        for (Path one : all) {
            if (total <= settings.room() || used(one).isAfter(Instant.now().minus(FRESH))) {
                return;
            }
            if (!inUse(one.getFileName().toString())) {
                WorkFolder.delete(one);
                total -= sizes.getOrDefault(one, 0L);
            }
        }
    }

    private static Instant used(Path environment) {
        try {
            return Files.getLastModifiedTime(environment).toInstant();
        } catch (IOException gone) {
            return Instant.EPOCH;
        }
    }

    private boolean inUse(String key) throws IOException {
        try (DirectoryStream<Path> sessions = Files.newDirectoryStream(folders.root(), "????????-*")) {
            for (Path session : sessions) {
                Optional<Map<String, Object>> plan = JsonFile.read(session.resolve("plan.json"));
                if (plan.isPresent()
                        && key.equals(plan.get().get("packages"))
                        && !Files.exists(session.resolve("results.json"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Passes on what a build says of its progress. */
    private static final class Telling {
        private static final int MOST = 200;
        private final Path output;
        private final Consumer<String> progress;
        private long position;
        private int told;

        Telling(Path output, Consumer<String> progress) {
            this.output = output;
            this.progress = progress;
        }

        void look() {
            try (var channel = Files.newByteChannel(output)) {
                channel.position(position);
                String text = new String(Channels.newInputStream(channel).readNBytes(65_536), StandardCharsets.UTF_8);
                int end = text.lastIndexOf('\n') + 1;
                position += text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
                text.substring(0, end)
                        .lines()
                        .filter(line -> line.matches("(Collecting|Building|Installing|Successfully installed) .*"))
                        .forEach(this::tell);
            } catch (IOException notYet) {
                // It has not begun.
            }
        }

        private void tell(String line) {
            if (told++ < MOST) {
                progress.accept(line.length() > 300 ? line.substring(0, 300) + "…" : line);
            }
        }
    }
}
