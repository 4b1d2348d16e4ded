package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.WaitResponse;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.image.ImageRules;

/**
 * The container engine behind its socket: the one class that knows the client library. Every call blocks; every failure is
 * an {@link EngineException}. Thread safe.
 */
final class Containers implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(120);
    private static final int LOOKS = 5;

    private final DockerClient client;
    private final DockerClient streams;

    Containers(Path socket) {
        this.client = client(socket, ANSWER);
        this.streams = client(socket, null);
    }

    private static DockerClient client(Path socket, @Nullable Duration answer) {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                .build();
        ZerodepDockerHttpClient.Builder transport = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .maxConnections(10_000)
                .connectionTimeout(Duration.ofSeconds(5));
        if (answer != null) {
            transport.responseTimeout(answer);
        }
        return DockerClientImpl.getInstance(config, transport.build());
    }

    /**
     * What the engine is and can do.
     *
     * @param rootless whether it is an ordinary user's own
     * @param remapped whether its containers have users of their own that are nobody on the host
     * @param memory whether it limits memory
     * @param cores whether it limits processor time
     * @param podman whether it is podman
     * @param gpus whether it hands out GPUs by itself
     */
    record Host(
            String version,
            String architecture,
            boolean rootless,
            boolean remapped,
            boolean memory,
            boolean cores,
            boolean podman,
            boolean gpus) {}

    Host host() {
        return asked(() -> {
            Info info = client.infoCmd().exec();
            String version = String.valueOf(info.getServerVersion());
            List<String> security = info.getSecurityOptions() == null ? List.of() : info.getSecurityOptions();
            boolean podman = String.valueOf(
                            client.versionCmd().exec().getRawValues().get("Components"))
                    .contains("Podman");
            return new Host(
                    version,
                    ImageRules.architecture(String.valueOf(info.getArchitecture())),
                    security.stream().anyMatch(option -> option.contains("rootless")),
                    security.stream().anyMatch(option -> option.contains("userns")),
                    Boolean.TRUE.equals(info.getMemoryLimit()),
                    Boolean.TRUE.equals(info.getCpuCfsQuota()),
                    podman,
                    info.getRuntimes() != null && info.getRuntimes().containsKey("nvidia"));
        });
    }

    // Images --------------------------------------------------------------------------------------------------------

    /** An image that is there. */
    record Image(String id, String architecture, String os, List<String> digests, long size) {}

    Optional<Image> image(String name) {
        return asked(() -> {
            try {
                InspectImageResponse found = client.inspectImageCmd(name).exec();
                List<String> digests = found.getRepoDigests() == null ? List.of() : found.getRepoDigests();
                return Optional.of(new Image(
                        String.valueOf(found.getId()),
                        ImageRules.architecture(String.valueOf(found.getArch())),
                        String.valueOf(found.getOs()),
                        digests,
                        found.getSize() == null ? 0 : found.getSize()));
            } catch (NotFoundException none) {
                return Optional.empty();
            }
        });
    }

    /** How far a pull has come. */
    record Pulling(int layers, int done, long bytes) {}

    /** Pulls the image; blocks until it is there. */
    void pull(String name, Consumer<Pulling> progress) {
        Map<String, Boolean> layers = new LinkedHashMap<>();
        Map<String, Long> bytes = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        asked(() -> {
            try (ResultCallback.Adapter<PullResponseItem> answer = new ResultCallback.Adapter<>() {
                @Override
                public void onNext(PullResponseItem item) {
                    ResponseItem.ErrorDetail detail = item.getErrorDetail();
                    if (detail != null || item.getError() != null) {
                        faults.add(detail == null ? String.valueOf(item.getError()) : detail.getMessage());
                        return;
                    }
                    String id = item.getId();
                    String status = item.getStatus();
                    if (id == null || status == null) {
                        return;
                    }
                    layers.merge(id, status.contains("complete") || status.contains("exists"), Boolean::logicalOr);
                    ResponseItem.ProgressDetail part = item.getProgressDetail();
                    if (part != null && part.getCurrent() != null) {
                        bytes.merge(id, part.getCurrent(), Math::max);
                    }
                    progress.accept(new Pulling(
                            layers.size(),
                            (int) layers.values().stream().filter(done -> done).count(),
                            bytes.values().stream().mapToLong(Long::longValue).sum()));
                }
            }) {
                streams.pullImageCmd(name).exec(answer).awaitCompletion();
            } catch (IOException closed) {
                // The answer has been read to its end.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EngineException("interrupted", true, e);
            }
            if (!faults.isEmpty()) {
                throw new EngineException(faults.get(0), true, new IOException(faults.toString()));
            }
            return true;
        });
    }

    /** Removes an image that no container uses; does nothing when it is not there. */
    void removeImage(String name) {
        asked(() -> {
            try {
                client.removeImageCmd(name).exec();
            } catch (NotFoundException | ConflictException keptOrGone) {
                // Somebody else's affair.
            }
            return true;
        });
    }

    // Containers ------------------------------------------------------------------------------------------------------

    /** {@code from} on the host appears at {@code to}. */
    record Mount(String from, String to, boolean readOnly) {}

    /** A port to publish; {@code udp} or else TCP. */
    record Publish(int port, boolean udp) {}

    /**
     * Where a container sits among others in a network.
     *
     * @param address in it; empty when the engine gives one
     * @param hosts {@code name:address} of the others, where the engine does not tell their names
     * @param names under which the others find it
     */
    record Seat(String address, List<String> hosts, List<String> names) {}

    /**
     * Everything of a container that is to be made.
     *
     * @param user {@code uid:gid}
     * @param network the engine's network, or {@code none}
     * @param seat in a network of a session's own; null elsewhere
     * @param cpus billionths of a processor
     * @param limits of the kernel's kind, by name
     * @param temporary paths of file systems in memory, and their bytes
     */
    record Spec(
            String name,
            String image,
            @Nullable List<String> entrypoint,
            List<String> command,
            List<String> environment,
            String directory,
            String user,
            Map<String, String> labels,
            List<Mount> mounts,
            String network,
            @Nullable Seat seat,
            String address,
            List<Publish> ports,
            long memory,
            long cpus,
            long processes,
            Map<String, Long> limits,
            Map<String, Long> temporary,
            long output,
            List<String> devices) {}

    /** Makes a container; false when there is one of that name already. */
    boolean create(Spec spec) {
        return asked(() -> {
            List<Bind> binds = spec.mounts().stream()
                    .map(mount -> Bind.parse(mount.from() + ":" + mount.to() + (mount.readOnly() ? ":ro" : ":rw")))
                    .toList();
            List<Ulimit> ulimits = new ArrayList<>();
            spec.limits().forEach((name, most) -> ulimits.add(new Ulimit(name, most, most)));
            List<ExposedPort> exposed = new ArrayList<>();
            List<PortBinding> published = new ArrayList<>();
            for (Publish port : spec.ports()) {
                ExposedPort inner =
                        new ExposedPort(port.port(), port.udp() ? InternetProtocol.UDP : InternetProtocol.TCP);
                exposed.add(inner);
                published.add(new PortBinding(Ports.Binding.bindIp(spec.address()), inner));
            }
            Map<String, String> memories = new LinkedHashMap<>();
            spec.temporary().forEach((path, size) -> memories.put(path, "rw,nosuid,nodev,mode=1777,size=" + size));
            HostConfig host = HostConfig.newHostConfig()
                    .withBinds(binds)
                    .withNetworkMode(spec.network())
                    .withPortBindings(published)
                    .withMemory(spec.memory())
                    .withMemorySwap(spec.memory())
                    .withNanoCPUs(spec.cpus())
                    .withPidsLimit(spec.processes())
                    .withUlimits(ulimits)
                    .withPrivileged(false)
                    .withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(List.of("no-new-privileges"))
                    .withTmpFs(memories)
                    .withLogConfig(new LogConfig(
                            LogConfig.LoggingType.JSON_FILE, Map.of("max-size", String.valueOf(spec.output()))))
                    .withInit(true);
            List<Device> devices = new ArrayList<>();
            int gpus = 0;
            for (String device : spec.devices()) {
                if (device.equals("nvidia")) {
                    gpus++;
                } else {
                    devices.add(new Device("rwm", device, device));
                }
            }
            if (gpus > 0) {
                host.withDeviceRequests(
                        List.of(new DeviceRequest().withCount(gpus).withCapabilities(List.of(List.of("gpu")))));
            }
            if (!devices.isEmpty()) {
                host.withDevices(devices);
            }
            var create = client.createContainerCmd(spec.image())
                    .withName(spec.name())
                    .withHostConfig(host)
                    .withExposedPorts(exposed)
                    .withEnv(spec.environment())
                    .withWorkingDir(spec.directory())
                    .withUser(spec.user())
                    .withLabels(spec.labels())
                    .withAttachStdin(false)
                    .withStdinOpen(false)
                    .withTty(false);
            Seat seat = spec.seat();
            if (seat != null) {
                // Its health is asked by us: an engine would need timers of the host for what an image says of it.
                create.withHealthcheck(new HealthCheck().withTest(List.of("NONE")));
                if (!spec.network().equals("none")) {
                    create.withAliases(seat.names());
                    if (!seat.address().isEmpty()) {
                        create.withIpv4Address(seat.address());
                        host.withExtraHosts(seat.hosts().toArray(String[]::new));
                    }
                }
            }
            if (spec.entrypoint() != null) {
                create.withEntrypoint(spec.entrypoint());
            }
            if (!spec.command().isEmpty()) {
                create.withCmd(spec.command());
            }
            try {
                create.exec();
                return true;
            } catch (ConflictException taken) {
                return false;
            } catch (DockerException e) {
                if (String.valueOf(e.getMessage()).contains("already in use")) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Starts it; does nothing when it runs. */
    void start(String name) {
        asked(() -> {
            try {
                client.startContainerCmd(name).exec();
            } catch (NotModifiedException runs) {
                // It was started before.
            }
            return true;
        });
    }

    /**
     * A container as it is now.
     *
     * @param status {@code created}, {@code running}, {@code exited} …
     * @param pid of its first process on the host; 0 when it does not run
     * @param ports where each inner port is published: {@code 80/tcp} to the outer one
     */
    record Seen(
            String status,
            long pid,
            int code,
            boolean outOfMemory,
            Instant since,
            Instant until,
            Map<String, Integer> ports) {
        boolean begun() {
            return !status.equals("created") && !status.equals("configured") && !status.equals("initialized");
        }

        boolean over() {
            return status.equals("exited") || status.equals("dead") || status.equals("stopped");
        }
    }

    /**
     * Looks at a container. podman reads the groups of the container's process after its state, and says so when the process
     * has gone between the two; then it is asked again, for by then it knows the end.
     */
    Optional<Seen> look(String name) {
        for (int again = 0; ; again++) {
            try {
                return lookOnce(name);
            } catch (EngineException e) {
                if (again == LOOKS || !String.valueOf(e.getMessage()).contains("no such process")) {
                    throw e;
                }
            }
        }
    }

    private Optional<Seen> lookOnce(String name) {
        return asked(() -> {
            try {
                InspectContainerResponse found =
                        client.inspectContainerCmd(name).exec();
                InspectContainerResponse.ContainerState state = found.getState();
                Map<String, Integer> ports = new LinkedHashMap<>();
                if (found.getNetworkSettings() != null
                        && found.getNetworkSettings().getPorts() != null) {
                    found.getNetworkSettings().getPorts().getBindings().forEach((inner, outer) -> {
                        if (outer != null && outer.length > 0) {
                            ports.put(inner.toString(), Integer.parseInt(outer[0].getHostPortSpec()));
                        }
                    });
                }
                return Optional.of(new Seen(
                        String.valueOf(state.getStatus()),
                        state.getPidLong() == null ? 0 : state.getPidLong(),
                        state.getExitCodeLong() == null
                                ? -1
                                : state.getExitCodeLong().intValue(),
                        Boolean.TRUE.equals(state.getOOMKilled()),
                        time(state.getStartedAt()),
                        time(state.getFinishedAt()),
                        ports));
            } catch (NotFoundException gone) {
                return Optional.empty();
            }
        });
    }

    private static Instant time(@Nullable String text) {
        try {
            return text == null || text.startsWith("0001")
                    ? Instant.EPOCH
                    : java.time.OffsetDateTime.parse(text).toInstant();
        } catch (java.time.format.DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /** Names of the containers with the label, whatever their state. */
    List<String> named(String label, String value) {
        return asked(() -> {
            List<String> names = new ArrayList<>();
            for (Container found : client.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(label, value))
                    .exec()) {
                for (String name : found.getNames()) {
                    names.add(name.replaceFirst("^/", ""));
                }
            }
            return names;
        });
    }

    /** Asks it to end, and ends it when the time is over; does nothing when it does not run. */
    void stop(String name, Duration grace) {
        asked(() -> {
            try {
                streams.stopContainerCmd(name)
                        .withTimeout((int) Math.max(0, (grace.toMillis() + 999) / 1000))
                        .exec();
            } catch (NotModifiedException | NotFoundException over) {
                // Nothing runs.
            }
            return true;
        });
    }

    /** Ends it at once; does nothing when it does not run. */
    void kill(String name) {
        asked(() -> {
            try {
                client.killContainerCmd(name).exec();
            } catch (NotFoundException | ConflictException over) {
                // Nothing runs.
            } catch (DockerException e) {
                if (!String.valueOf(e.getMessage()).contains("not running")
                        && !String.valueOf(e.getMessage()).contains("state improper")) {
                    throw e;
                }
            }
            return true;
        });
    }

    /** Removes it, ended or not, with its anonymous volumes. */
    void remove(String name) {
        asked(() -> {
            try {
                client.removeContainerCmd(name)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException gone) {
                // Done.
            }
            return true;
        });
    }

    /** Tells when the container has ended, or when the engine no longer says; told once. */
    Closeable await(String name, Runnable told) {
        return asked(() -> streams.waitContainerCmd(name).exec(new ResultCallback.Adapter<WaitResponse>() {
            private final java.util.concurrent.atomic.AtomicBoolean done =
                    new java.util.concurrent.atomic.AtomicBoolean();

            @Override
            public void onComplete() {
                super.onComplete();
                tell();
            }

            @Override
            public void onError(Throwable fault) {
                super.onError(fault);
                tell();
            }

            private void tell() {
                if (done.compareAndSet(false, true)) {
                    told.run();
                }
            }
        }));
    }

    /**
     * Gives what the container has printed from its beginning, and with {@code follow} what it prints until it ends.
     *
     * @param sink whether it was standard output, and the bytes; false when it wants no more
     */
    ResultCallback.Adapter<Frame> output(String name, boolean follow, BiPredicate<Boolean, byte[]> sink) {
        return asked(() -> streams.logContainerCmd(name)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(follow)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        if (!sink.test(frame.getStreamType() != StreamType.STDERR, frame.getPayload())) {
                            try {
                                close();
                            } catch (IOException e) {
                                onError(e);
                            }
                        }
                    }
                }));
    }

    /** The same engine's networks. */
    Networks networks() {
        return new Networks(client);
    }

    /** What is asked of containers while they run. */
    Checks checks() {
        return new Checks(client, streams);
    }

    static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (EngineException e) {
            throw e;
        } catch (DockerException e) {
            throw new EngineException(said(e), true, e);
        } catch (RuntimeException e) {
            throw new EngineException("the container engine does not answer: " + e.getMessage(), false, e);
        }
    }

    /** The engine's own words, without the wrapping. */
    private static String said(DockerException e) {
        String text = String.valueOf(e.getMessage());
        java.util.regex.Matcher inner = java.util.regex.Pattern.compile(
                        "\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(text);
        return inner.find() ? inner.group(1).replace("\\\"", "\"").replace("\\n", " ") : text;
    }

    @Override
    public void close() {
        try {
            client.close();
            streams.close();
        } catch (IOException e) {
            System.getLogger(Containers.class.getName())
                    .log(System.Logger.Level.DEBUG, "the engine's socket could not be closed", e);
        }
    }
}
