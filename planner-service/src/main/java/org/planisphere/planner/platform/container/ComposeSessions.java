package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.compose.ComposeFault;
import org.planisphere.planner.platform.compose.ComposeFile;
import org.planisphere.planner.platform.compose.ComposeReader;
import org.planisphere.planner.platform.compose.Portions;
import org.planisphere.planner.platform.compose.Service;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.platform.process.RunEnvironment;
import org.planisphere.planner.platform.process.RunRecords;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Task;

/** What of a container platform is different for the services of a Compose file, which are one session. Thread safe. */
final class ComposeSessions {
    private static final long MIB = 1L << 20;
    private static final long NANOS = 1_000_000_000L;
    private static final String TEXT = "compose.yaml";

    private final PlatformSettings common;
    private final ContainerSettings settings;
    private final Containers containers;
    private final Containers.Host host;
    private final Networks networks;
    private final Images images;
    private final Launch launch;

    ComposeSessions(
            PlatformSettings common,
            ContainerSettings settings,
            Containers containers,
            Containers.Host host,
            Images images,
            Launch launch) {
        this.common = common;
        this.settings = settings;
        this.containers = containers;
        this.host = host;
        this.networks = containers.networks();
        this.images = images;
        this.launch = launch;
    }

    // Deciding --------------------------------------------------------------------------------------------------------

    /** The file, where the request holds it. A file at an address is read when the session is prepared. */
    private static Optional<ComposeReader.Reading> reading(Executable executable) {
        if (executable instanceof Executable.DockerCompose compose && compose.content() != null) {
            return Optional.of(ComposeReader.read(compose.content(), compose.environment()));
        }
        return Optional.empty();
    }

    /** What speaks against running it here. */
    List<Objection> examine(Task task) {
        if (!(task.executable() instanceof Executable.DockerCompose)) {
            return List.of();
        }
        List<Objection> found = new ArrayList<>();
        reading(task.executable()).ifPresent(reading -> found.addAll(objections(reading)));
        if (!task.compute().accelerators().isEmpty()) {
            found.add(new Objection(
                    "request-not-possible", "Services of a Compose file are given no accelerators.", Map.of()));
        }
        return found;
    }

    private List<Objection> objections(ComposeReader.Reading reading) {
        List<Objection> found = new ArrayList<>(ComposeFault.objections(reading.faults()));
        reading.good().ifPresent(file -> {
            for (Executable.Image image : images(file)) {
                images.examine(image).ifPresent(found::add);
            }
            if (file.ports() > 0 && !common.network()) {
                found.add(new Objection(
                        "network-not-offered",
                        "${asked} network ports are asked, but runs on this platform have no network.",
                        Map.of("resource", "network", "asked", String.valueOf(file.ports()), "limit", "0")));
            }
            if (file.talks() && !common.network() && !settings.internal()) {
                found.addAll(ComposeFault.objections(List.of(new ComposeFault(
                        "services",
                        "they would talk to each other, and runs on this platform have no network, not even one of"
                                + " their own; all but one of them can do with network_mode: none"))));
            }
        });
        return found;
    }

    /** All images of the executable, each once; none when it is not known what they are. */
    List<Executable.Image> images(Executable executable) {
        return reading(executable)
                .flatMap(ComposeReader.Reading::good)
                .map(this::images)
                .orElse(List.of());
    }

    private List<Executable.Image> images(ComposeFile file) {
        return file.services().stream().map(this::image).distinct().toList();
    }

    private Executable.Image image(Service service) {
        String machine = service.architecture().isEmpty() ? host.architecture() : service.architecture();
        return new Executable.Image(List.of(service.image()), null, machine, "linux");
    }

    /** What the services need together, as far as it is known. */
    Amounts least(Executable executable) {
        return reading(executable)
                .flatMap(ComposeReader.Reading::good)
                .map(file -> new Portions(file).least())
                .map(least -> new Amounts(up(least.cpus(), NANOS), up(least.memory(), MIB), 0, 0, 0))
                .orElse(Amounts.NONE);
    }

    private static long up(long amount, long unit) {
        return (amount + unit - 1) / unit;
    }

    // Preparing and starting ------------------------------------------------------------------------------------------

    /**
     * Reads the file, gets all images, and makes the volumes.
     *
     * @return for the session's notes
     */
    Map<String, Object> prepare(
            Work work, Executable.DockerCompose compose, Plan plan, WorkFolder folder, Consumer<String> progress)
            throws PlatformException, IOException {
        String text = text(compose, plan, folder);
        ComposeReader.Reading reading = ComposeReader.read(text, compose.environment());
        List<Objection> objections = objections(reading);
        if (!objections.isEmpty() || reading.file() == null) {
            throw new PlatformException(
                    String.join(" ", objections.stream().map(Objection::text).toList()));
        }
        ComposeFile file = reading.file();
        portions(work, file);
        Map<String, Object> ids = new LinkedHashMap<>();
        for (Service service : file.services()) {
            ids.put(service.name(), images.require(image(service), progress));
        }
        Files.writeString(folder.file(TEXT), text);
        folder.createTemporary();
        for (Path volume : volumes(file, folder).values()) {
            Files.createDirectories(volume);
        }
        return Map.of("services", ids, "variables", compose.environment());
    }

    private static String text(Executable.DockerCompose compose, Plan plan, WorkFolder folder)
            throws IOException, PlatformException {
        if (compose.content() != null) {
            return compose.content();
        }
        Path fetched = folder.work().resolve(plan.described.orElseThrow());
        if (Files.size(fetched) > ComposeReader.LONGEST) {
            throw new PlatformException("the Compose file is longer than " + ComposeReader.LONGEST + " bytes");
        }
        try {
            return Files.readString(fetched);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new PlatformException("the Compose file is no text of UTF-8", e);
        }
    }

    private Map<String, Portions.Portion> portions(Work work, ComposeFile file) throws PlatformException {
        List<ComposeFault> faults = new ArrayList<>();
        Map<String, Portions.Portion> portions = new Portions(file)
                .of(
                        new Portions.Portion(
                                RunEnvironment.cores(work) * NANOS,
                                RunEnvironment.memory(work) * MIB,
                                common.limits().processes()),
                        faults);
        if (!faults.isEmpty()) {
            throw new PlatformException(ComposeFault.text(faults));
        }
        return portions;
    }

    /** Where the volumes are on the host: beside the work folder, whose size they count to. */
    private static Map<String, Path> volumes(ComposeFile file, WorkFolder folder) {
        Map<String, Path> volumes = new LinkedHashMap<>();
        for (String volume : file.volumes()) {
            volumes.put(volume, folder.temporary().resolve("volume-" + volumes.size()));
        }
        return volumes;
    }

    /** The file as it was when the session was prepared; empty when the session is of another kind. */
    private static Optional<ComposeFile> file(WorkFolder folder, Map<String, Object> plan) throws IOException {
        if (!isOne(plan)) {
            return Optional.empty();
        }
        Map<String, String> variables = new LinkedHashMap<>();
        if (plan.get("variables") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> variables.put(String.valueOf(name), String.valueOf(value)));
        }
        ComposeReader.Reading reading = ComposeReader.read(Files.readString(folder.file(TEXT)), variables);
        if (reading.file() == null) {
            throw new IOException(
                    "the Compose file of the session cannot be read: " + ComposeFault.text(reading.faults()));
        }
        return Optional.of(reading.file());
    }

    /** Whether the session with these notes is one of a Compose file. */
    static boolean isOne(Map<String, Object> plan) {
        return plan.get("services") instanceof Map<?, ?>;
    }

    /** Makes the network and all containers; none begins by that. */
    void make(Work work, WorkFolder folder, Map<String, Object> plan, Map<String, Long> limits)
            throws PlatformException, IOException {
        ComposeFile file = file(folder, plan).orElseThrow();
        Map<String, Portions.Portion> portions = portions(work, file);
        Optional<Networks.Seen> network = network(work, file);
        List<String> hosts = new ArrayList<>();
        Map<String, String> addresses = new LinkedHashMap<>();
        // podman's name server is no part of podman, and would be asked for other names too; Docker's is at hand.
        if (network.isPresent() && host.podman()) {
            for (Service service : file.services()) {
                String address = network.get().address(addresses.size());
                addresses.put(service.name(), address);
                if (service.network()) {
                    hosts.add(service.name() + ":" + address);
                    service.aliases().forEach(alias -> hosts.add(alias + ":" + address));
                }
            }
        }
        if (!(plan.get("services") instanceof Map<?, ?> ids)) {
            throw new PlatformException("it was not prepared");
        }
        for (Service service : file.services()) {
            List<String> names = new ArrayList<>(List.of(service.name()));
            names.addAll(service.aliases());
            containers.create(launch.spec(
                    work,
                    folder,
                    service,
                    new Launch.Given(
                            String.valueOf(ids.get(service.name())),
                            plan.get("uid") + ":" + plan.get("uid"),
                            java.util.Objects.requireNonNull(portions.get(service.name())),
                            limits,
                            volumes(file, folder),
                            network.map(Networks.Seen::name).orElse(""),
                            new Containers.Seat(addresses.getOrDefault(service.name(), ""), hosts, names))));
        }
    }

    /** A network of the session's own, where there is anybody to talk to. */
    private Optional<Networks.Seen> network(Work work, ComposeFile file) {
        boolean open = common.network() && work.network();
        boolean needed = open ? file.services().stream().anyMatch(Service::network) : file.talks();
        if (!needed || !(open || settings.internal())) {
            return Optional.empty();
        }
        return Optional.of(
                networks.require(Launch.name(work.session()), !open || file.closed(), launch.labels(work.session())));
    }

    // Afterwards ------------------------------------------------------------------------------------------------------

    /** The run of a session that was started. */
    ComposeRun run(
            UUID session,
            WorkFolder folder,
            Map<String, Object> plan,
            Duration duration,
            Consumer<Map<String, Object>> record,
            Runnable changed)
            throws IOException {
        ComposeFile file = file(folder, plan).orElseThrow();
        Map<String, Object> start = JsonFile.read(folder.file("start.json")).orElse(Map.of());
        return new ComposeRun(
                new ComposeRun.Terms(
                        session,
                        RunRecords.instant(start.get("since")),
                        common.limits().grace(),
                        settings.publish()),
                file,
                folder,
                containers,
                new Allotment(
                        List.of(folder.work(), folder.temporary()),
                        plan.get("storage") instanceof Number storage ? storage.longValue() : 0,
                        common.limits().output()),
                duration,
                new ComposeRun.Told(record, changed, () -> remove(session)));
    }

    /** Removes all containers of the session, and its network. */
    void remove(UUID session) {
        for (String name : containers.named(Launch.SESSION, session.toString())) {
            containers.remove(name);
        }
        removeNetwork(Launch.name(session));
    }

    /** Removes networks that belong to no session any more. */
    void tidy(java.util.function.Predicate<UUID> belongs) {
        for (String name : networks.named(Launch.PLATFORM, launch.owner())) {
            @Nullable UUID session = Launch.session(name).orElse(null);
            if (session == null || !belongs.test(session)) {
                removeNetwork(name);
            }
        }
    }

    private void removeNetwork(String name) {
        try {
            networks.remove(name);
        } catch (EngineException e) {
            System.getLogger(ComposeSessions.class.getName())
                    .log(Level.WARNING, "the network " + name + " cannot be removed: " + e.getMessage());
        }
    }
}
