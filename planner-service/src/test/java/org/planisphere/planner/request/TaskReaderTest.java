package org.planisphere.planner.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;
import org.planisphere.wire.Accelerator;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Cost;
import org.planisphere.wire.Data;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExternalPort;
import org.planisphere.wire.Image;
import org.planisphere.wire.InternalPort;
import org.planisphere.wire.Meta;
import org.planisphere.wire.Metric;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.MinMaxDuration;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.Network;
import org.planisphere.wire.Port;
import org.planisphere.wire.Repository;
import org.planisphere.wire.RequestedSchedule;
import org.planisphere.wire.Rucio;
import org.planisphere.wire.Schedule;
import org.planisphere.wire.Storage;
import org.planisphere.wire.codec.Fault;

class TaskReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String K = KindBases.STANDARD;
    private static final String P = KindBases.OURS;
    private final TaskReader reader = new TaskReader(KindBases.withAliases(List.of("https://example.org/kinds/")));

    /** A request with everything in it and no fault. */
    private static ExecutionRequest sound() {
        ExecutionRequest request = new ExecutionRequest();
        request.executable = executable("process");
        request.executable.command = new ArrayList<>(List.of("sort", "-r"));
        request.executable.meta = named("run");
        request.compute = new Compute();
        request.compute.kind = K + "compute/simple-compute-resource.yaml";
        request.compute.cores = range(1L, 4L);
        request.compute.memory = range(2L, null);
        request.compute.volumes = new ArrayList<>(List.of(volume("in", "catalogue"), volume("out", "scratch")));
        request.storage = new ArrayList<>(List.of(new Storage()));
        request.storage.get(0).kind = K + "storage/simple-storage-resource.yaml";
        request.storage.get(0).meta = named("scratch");
        request.storage.get(0).size = range(null, 10L);
        request.data = new ArrayList<>(List.of(new Data()));
        request.data.get(0).kind = K + "data/simple-data-resource.yaml";
        request.data.get(0).meta = named("catalogue");
        request.data.get(0).location = "https://example.org/stars.csv";
        request.schedule = new Schedule();
        request.schedule.requested = new RequestedSchedule();
        request.schedule.requested.duration = "PT2H";
        request.schedule.requested.start = "2026-11-21T12:00:00Z/PT4H";
        request.costs = new ArrayList<>(List.of(new Cost()));
        request.costs.get(0).kind = K + "costs/simple-minmax-float-cost.yaml";
        request.costs.get(0).type = "urn:money";
        request.costs.get(0).max = 5.0;
        request.metrics = new ArrayList<>(List.of(new Metric()));
        request.metrics.get(0).kind = K + "metrics/simple-minmax-float-metric.yaml";
        request.metrics.get(0).type = "urn:speed";
        request.metrics.get(0).min = 1.0;
        return request;
    }

    private static org.planisphere.wire.Executable executable(String name) {
        org.planisphere.wire.Executable executable = new org.planisphere.wire.Executable();
        boolean standard = name.equals("jupyter-notebook") || name.endsWith("-container");
        executable.kind = standard ? K + "executable/" + name + ".yaml" : P + "executable/" + name;
        return executable;
    }

    private static org.planisphere.wire.Volume volume(String path, String resource) {
        org.planisphere.wire.Volume volume = new org.planisphere.wire.Volume();
        volume.kind = K + "volume/simple-volume-mount.yaml";
        volume.path = path;
        volume.resource = resource;
        return volume;
    }

    private static Meta named(String name) {
        Meta meta = new Meta();
        meta.name = name;
        return meta;
    }

    private static MinMax range(Long min, Long max) {
        MinMax range = new MinMax();
        range.min = min;
        range.max = max;
        return range;
    }

    private static Repository repository(String url) {
        Repository repository = new Repository();
        repository.url = url;
        return repository;
    }

    private static org.planisphere.wire.Executable docker() {
        org.planisphere.wire.Executable docker = executable("docker-container");
        docker.image = new Image();
        docker.image.locations = new ArrayList<>(List.of("ghcr.io/ivoa/oligia-webtop:ubuntu-2022.01.13"));
        docker.network = new Network();
        docker.network.ports = new ArrayList<>(List.of(new Port()));
        docker.network.ports.get(0).internal = new InternalPort();
        docker.network.ports.get(0).internal.port = 8080L;
        return docker;
    }

    private Task read(ExecutionRequest request) {
        try {
            return reader.read(request, NOW);
        } catch (BadRequest e) {
            throw new AssertionError(e.faults().toString(), e);
        }
    }

    private List<Fault> faults(ExecutionRequest request) {
        try {
            Task task = reader.read(request, NOW);
            throw new AssertionError("no fault was found in " + task);
        } catch (BadRequest e) {
            return e.faults();
        }
    }

    @Test
    void readsEverythingThatWasSaid() {
        Task task = read(sound());
        Executable.Process process = (Executable.Process) task.executable();
        assertThat(process.kind().kind()).isEqualTo(Kind.PROCESS);
        assertThat(process.command()).containsExactly("sort", "-r");
        assertThat(process.directory()).isEqualTo(".");
        assertThat(process.label()).isEqualTo(Label.named("run"));
        assertThat(task.compute().cores()).isEqualTo(Range.of(1, 4));
        assertThat(task.compute().memory()).isEqualTo(new Range(2L, null));
        assertThat(task.compute().volumes())
                .extracting(Volume::mode)
                .containsExactly(Volume.Mode.READONLY, Volume.Mode.READWRITE);
        assertThat(task.storage().get(0).size()).isEqualTo(new Range(null, 10L));
        assertThat(task.data().get(0).location()).isEqualTo("https://example.org/stars.csv");
        assertThat(task.schedule().duration()).isEqualTo(Duration.ofHours(2));
        assertThat(task.schedule().start()).isEqualTo(new Interval(NOW, NOW.plus(Duration.ofHours(4))));
        assertThat(task.costs()).extracting(Bound::max).containsExactly(5.0);
        assertThat(task.metrics()).extracting(Bound::min).containsExactly(1.0);
    }

    @Test
    void anExecutableAloneIsARequest() {
        ExecutionRequest request = new ExecutionRequest();
        request.executable = executable("jupyter-notebook");
        request.executable.location = "https://example.org/x.ipynb";
        Task task = read(request);
        assertThat(task.executable()).isInstanceOf(Executable.JupyterNotebook.class);
        assertThat(task.compute().cores()).isEqualTo(Range.OPEN);
        assertThat(task.schedule().start()).isNull();
    }

    @Test
    void aKindThatNobodyKnowsIsNoFault() {
        ExecutionRequest request = sound();
        request.executable.kind = "https://example.org/else/executable/quantum.yaml";
        request.compute.kind = "urn:unheard";
        Task task = read(request);
        assertThat(task.executable()).isInstanceOf(Executable.Unknown.class);
        assertThat(task.executable().kind().uri()).isEqualTo("https://example.org/else/executable/quantum.yaml");
        assertThat(task.compute().kind().kind()).isNull();
    }

    @Test
    void aStartThatIsOverIsNoFault() {
        ExecutionRequest request = sound();
        request.schedule.requested.start = "2020-01-01T00:00:00Z/PT1H";
        assertThat(read(request).schedule().start()).isNotNull();
    }

    @Test
    void ceilingsOfAComponentAreCeilingsOfTheWhole() {
        ExecutionRequest request = sound();
        request.compute.costs = request.costs;
        request.costs = null;
        assertThat(read(request).costs()).extracting(Bound::max).containsExactly(5.0);
    }

    @Test
    void everyExecutableIsRead() {
        ExecutionRequest request = sound();
        request.executable = docker();
        assertThat(((Executable.DockerContainer) read(request).executable()).ports())
                .containsExactly(new Executable.Port(false, 8080, "TCP", null));
        request.executable = executable("singularity-container");
        request.executable.location = "library://x/y";
        assertThat(read(request).executable()).isInstanceOf(Executable.SingularityContainer.class);
        request.executable = executable("python-program");
        request.executable.repository = repository("https://example.org/x.git");
        assertThat(read(request).executable()).isInstanceOf(Executable.PythonProgram.class);
        request.executable = executable("java-program");
        request.executable.location = "https://example.org/x.jar";
        request.executable.mainClass = "org.example.Main";
        assertThat(read(request).executable()).isInstanceOf(Executable.JavaProgram.class);
        request.executable = executable("binder-notebook");
        request.executable.repository = repository("https://example.org/x.git");
        request.executable.path = "a/b.ipynb";
        assertThat(read(request).executable()).isInstanceOf(Executable.BinderNotebook.class);
        request.executable = executable("zeppelin-notebook");
        request.executable.location = "https://example.org/x.zpln";
        request.executable.languages = List.of("python");
        assertThat(read(request).executable()).isInstanceOf(Executable.ZeppelinNotebook.class);
        request.executable = executable("docker-compose");
        request.executable.content = "services: {}";
        assertThat(read(request).executable()).isInstanceOf(Executable.DockerCompose.class);
        request.executable = executable("workflow");
        request.executable.language = "CWL";
        request.executable.document = "class: Workflow";
        assertThat(read(request).executable()).isInstanceOf(Executable.Workflow.class);
    }

    @Test
    void otherKindsOfDataKeepTheirFields() {
        ExecutionRequest request = sound();
        Data data = request.data.get(0);
        data.kind = K + "data/rucio-data-resource.yaml";
        data.location = null;
        data.rucio = new Rucio();
        data.rucio.scope = "survey";
        data.rucio.type = "FILE";
        assertThat(read(request).data().get(0).details())
                .isEqualTo(Map.of("rucio", Map.of("scope", "survey", "type", "FILE")));
    }

    @Test
    void tellsWhichSpellingOfTheBaseIsUsed() {
        ExecutionRequest request = sound();
        assertThat(reader.kindBase(request)).isEqualTo(K);
        request.compute.kind = "https://EXAMPLE.org/kinds/compute/simple-compute-resource";
        assertThat(reader.kindBase(request)).isEqualTo("https://EXAMPLE.org/kinds/");
        assertThat(reader.kindBase(new ExecutionRequest())).isEqualTo(K);
    }

    @Test
    void allFaultsAreToldAtOnce() {
        ExecutionRequest request = sound();
        request.executable.command = List.of();
        request.compute.cores = range(-1L, 4L);
        request.schedule.requested.duration = "P1Y";
        request.costs.get(0).max = -1.0;
        assertThat(faults(request))
                .extracting(Fault::pointer)
                .containsExactly(
                        "/executable/command", "/compute/cores/min", "/schedule/requested/duration", "/costs/0/max");
    }

    @Test
    void aThousandFaultsAreAShortAnswer() {
        ExecutionRequest request = sound();
        request.data = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            request.data.add(new Data());
        }
        assertThat(faults(request)).hasSize(101);
    }

    @Test
    void faultsAreSentencesThatQuoteLittle() {
        ExecutionRequest request = sound();
        request.executable.meta = named("x".repeat(200_000));
        request.executable.directory = "../" + "y".repeat(3000);
        assertThat(faults(request))
                .allSatisfy(
                        fault -> assertThat(fault.detail()).hasSizeLessThan(200).matches("[A-Z\"0-9-].*\\."));
    }

    static Stream<Arguments> faulty() {
        return Stream.of(
                fault("no executable", "/executable", r -> r.executable = null),
                fault("an executable without kind", "/executable/kind", r -> r.executable.kind = null),
                fault("a blank kind", "/executable/kind", r -> r.executable.kind = "  "),
                fault("a kind that is no URI", "/executable/kind", r -> r.executable.kind = "a notebook"),
                fault("a kind of another group", "/executable/kind", r -> r.executable.kind = r.compute.kind),
                fault("a kind with a control character", "/executable/kind", r -> r.executable.kind = "urn:\u0007"),
                fault("compute without kind", "/compute/kind", r -> r.compute.kind = null),
                fault("storage without kind", "/storage/0/kind", r -> r.storage.get(0).kind = null),
                fault("data without kind", "/data/0/kind", r -> r.data.get(0).kind = null),
                fault("a volume without kind", "/compute/volumes/1/kind", r -> r.compute.volumes.get(1).kind = ""),
                fault("a cost without kind", "/costs/0/kind", r -> r.costs.get(0).kind = null),
                fault("a metric without kind", "/metrics/0/kind", r -> r.metrics.get(0).kind = null),
                fault("a cost without type", "/costs/0/type", r -> r.costs.get(0).type = null),
                fault("a cost min above max", "/costs/0", r -> r.costs.get(0).min = 6.0),
                fault("a cost below zero", "/costs/0/min", r -> r.costs.get(0).min = -0.01),
                fault("an endless cost", "/costs/0/max", r -> r.costs.get(0).max = Double.POSITIVE_INFINITY),
                fault("a metric that is no number", "/metrics/0/min", r -> r.metrics.get(0).min = Double.NaN),
                fault("a metric min above max", "/metrics/0", r -> r.metrics.get(0).max = 0.5),
                fault("fewer cores than none", "/compute/cores/min", r -> r.compute.cores.min = -1L),
                fault("at most fewer cores than none", "/compute/cores/max", r -> {
                    r.compute.cores.min = null;
                    r.compute.cores.max = -1L;
                }),
                fault("min cores above max", "/compute/cores", r -> r.compute.cores.min = 5L),
                fault("negative memory", "/compute/memory/min", r -> r.compute.memory.min = Long.MIN_VALUE),
                fault("negative size", "/storage/0/size/max", r -> r.storage.get(0).size.max = -3L),
                fault("an accelerator without kind", "/compute/accelerators/0/kind", r -> {
                    r.compute.accelerators = List.of(new Accelerator());
                }),
                fault("a negative count of accelerators", "/compute/accelerators/0/count/min", r -> {
                    Accelerator accelerator = new Accelerator();
                    accelerator.kind = P + "compute/accelerator";
                    accelerator.count = range(-1L, null);
                    r.compute.accelerators = List.of(accelerator);
                }),
                fault("a blank name", "/compute/meta/name", r -> r.compute.meta = named(" ")),
                fault("a long name", "/compute/meta/name", r -> r.compute.meta = named("x".repeat(256))),
                fault("a name of two lines", "/compute/meta/name", r -> r.compute.meta = named("a\nb")),
                fault("a name with half a character", "/compute/meta/name", r -> r.compute.meta = named("\ud83d")),
                fault("a name that stands twice", "/compute/meta/name", r -> r.compute.meta = named("run")),
                fault("a long description", "/compute/meta/description", r -> {
                    r.compute.meta = new Meta();
                    r.compute.meta.description = "x".repeat(4097);
                }),
                fault("a volume of nothing", "/compute/volumes/0/resource", r -> {
                    r.compute.volumes.get(0).resource = "elsewhere";
                }),
                fault("a volume without resource", "/compute/volumes/0/resource", r -> {
                    r.compute.volumes.get(0).resource = null;
                }),
                fault("a volume without path", "/compute/volumes/0/path", r -> r.compute.volumes.get(0).path = null),
                fault("a volume outside", "/compute/volumes/0/path", r -> r.compute.volumes.get(0).path = "a/../../b"),
                fault("a volume path with NUL", "/compute/volumes/0/path", r -> {
                    r.compute.volumes.get(0).path = "a\u0000b";
                }),
                fault("two volumes at one path", "/compute/volumes/1/path", r -> {
                    r.compute.volumes.get(1).path = "./in/";
                }),
                fault("an unknown mode", "/compute/volumes/0/mode", r -> r.compute.volumes.get(0).mode = "rw"),
                fault("data in no storage", "/data/0/storage", r -> r.data.get(0).storage = "elsewhere"),
                fault("data without location", "/data/0/location", r -> r.data.get(0).location = null),
                fault("storage of no data", "/storage/0/data/0", r -> r.storage.get(0).data = List.of("elsewhere")),
                fault("data in two places", "/storage/1/data/0", r -> {
                    Storage other = new Storage();
                    other.kind = r.storage.get(0).kind;
                    other.data = List.of("catalogue");
                    r.storage.add(other);
                    r.data.get(0).storage = "scratch";
                }),
                fault("a negative lifetime", "/storage/0/lifetime/min", r -> {
                    r.storage.get(0).lifetime = new MinMaxDuration();
                    r.storage.get(0).lifetime.min = "-PT1H";
                }),
                fault("a lifetime min above max", "/storage/0/lifetime", r -> {
                    r.storage.get(0).lifetime = new MinMaxDuration();
                    r.storage.get(0).lifetime.min = "PT2H";
                    r.storage.get(0).lifetime.max = "PT1H";
                }),
                fault("an unknown lifecycle", "/storage/0/lifecycle", r -> r.storage.get(0).lifecycle = "eternal"),
                fault("an unknown type of Rucio object", "/data/0/rucio/type", r -> {
                    r.data.get(0).rucio = new Rucio();
                    r.data.get(0).rucio.type = "TAPE";
                }),
                fault("a duration of zero", "/schedule/requested/duration", r -> {
                    r.schedule.requested.duration = "PT0S";
                }),
                fault("a negative duration", "/schedule/requested/duration", r -> {
                    r.schedule.requested.duration = "-PT1H";
                }),
                fault("a duration in words", "/schedule/requested/duration", r -> {
                    r.schedule.requested.duration = "two hours";
                }),
                fault("a start that ends first", "/schedule/requested/start", r -> {
                    r.schedule.requested.start = "2026-11-22T00:00:00Z/2026-11-21T00:00:00Z";
                }),
                fault("a start that is no interval", "/schedule/requested/start", r -> {
                    r.schedule.requested.start = "2026-11-22T00:00:00Z";
                }),
                fault("no command", "/executable/command", r -> r.executable.command = null),
                fault("a blank program", "/executable/command/0", r -> r.executable.command.set(0, " ")),
                fault("an argument with NUL", "/executable/command/1", r -> r.executable.command.set(1, "a\u0000b")),
                fault("an argument of null", "/executable/command/1", r -> r.executable.command.set(1, null)),
                fault("arguments of more than 128 KiB", "/executable", r -> {
                    r.executable.command = List.of("echo", "x".repeat(70_000), "y".repeat(70_000));
                }),
                fault("too many arguments", "/executable/command", r -> {
                    r.executable.command = new ArrayList<>(java.util.Collections.nCopies(1001, "x"));
                }),
                fault("an absolute directory", "/executable/directory", r -> r.executable.directory = "/etc"),
                fault("a directory outside", "/executable/directory", r -> r.executable.directory = "a/.."),
                fault("a directory at home", "/executable/directory", r -> r.executable.directory = "~/x"),
                fault("a wrong environment name", "/executable/environment", r -> {
                    r.executable.environment = NameValueMap.of(Map.of("a=b", "c"));
                }),
                fault("an environment value with NUL", "/executable/environment/A", r -> {
                    r.executable.environment = NameValueMap.of(Map.of("A", "\u0000"));
                }),
                fault("a notebook from nowhere", "/executable/location", r -> {
                    r.executable = executable("jupyter-notebook");
                }),
                fault("a program from nowhere", "/executable", r -> r.executable = executable("python-program")),
                fault("a program from two places", "/executable", r -> {
                    r.executable = executable("python-program");
                    r.executable.location = "https://example.org/x.py";
                    r.executable.repository = repository("https://example.org/x.git");
                }),
                fault("a repository without address", "/executable/repository/url", r -> {
                    r.executable = executable("python-program");
                    r.executable.repository = repository(null);
                }),
                fault("a repository that is an option", "/executable/repository/url", r -> {
                    r.executable = executable("python-program");
                    r.executable.repository = repository("--upload-pack=x");
                }),
                fault("a reference that is an option", "/executable/repository/reference", r -> {
                    r.executable = executable("python-program");
                    r.executable.repository = repository("https://example.org/x.git");
                    r.executable.repository.reference = "-x";
                }),
                fault("a path outside a repository", "/executable/repository/path", r -> {
                    r.executable = executable("python-program");
                    r.executable.repository = repository("https://example.org/x.git");
                    r.executable.repository.path = "../x.py";
                }),
                fault("no binder repository", "/executable/repository", r -> {
                    r.executable = executable("binder-notebook");
                }),
                fault("a main class that is none", "/executable/mainClass", r -> {
                    r.executable = executable("java-program");
                    r.executable.location = "https://example.org/x.jar";
                    r.executable.mainClass = "-jar";
                }),
                fault("a container without image", "/executable/image", r -> {
                    r.executable = executable("docker-container");
                }),
                fault("an image from nowhere", "/executable/image/locations", r -> {
                    r.executable = docker();
                    r.executable.image.locations = List.of();
                }),
                fault("a digest of the wrong form", "/executable/image/digest", r -> {
                    r.executable = docker();
                    r.executable.image.digest = "sha256:abc";
                }),
                fault("port 0", "/executable/network/ports/0/internal/port", r -> {
                    r.executable = docker();
                    r.executable.network.ports.get(0).internal.port = 0L;
                }),
                fault("port 65536", "/executable/network/ports/0/external/port", r -> {
                    r.executable = docker();
                    r.executable.network.ports.get(0).external = new ExternalPort();
                    r.executable.network.ports.get(0).external.port = 65_536L;
                }),
                fault("a port without number", "/executable/network/ports/0/internal/port", r -> {
                    r.executable = docker();
                    r.executable.network.ports.get(0).internal = null;
                }),
                fault("an unknown protocol", "/executable/network/ports/0/protocol", r -> {
                    r.executable = docker();
                    r.executable.network.ports.get(0).protocol = "SCTP";
                }),
                fault("a workflow without language", "/executable/language", r -> {
                    r.executable = executable("workflow");
                    r.executable.document = "x";
                }),
                fault("a composition from two places", "/executable", r -> {
                    r.executable = executable("docker-compose");
                    r.executable.content = "x";
                    r.executable.location = "https://example.org/x";
                }),
                fault("storage of null", "/storage/1", r -> r.storage.add(null)),
                fault("data of null", "/data/1", r -> r.data.add(null)),
                fault("a volume of null", "/compute/volumes/2", r -> r.compute.volumes.add(null)),
                fault("a cost of null", "/costs/1", r -> r.costs.add(null)),
                fault("a metric of null", "/metrics/1", r -> r.metrics.add(null)));
    }

    private static Arguments fault(String what, String pointer, Consumer<ExecutionRequest> change) {
        return Arguments.of(what, pointer, change);
    }

    @ParameterizedTest(name = "{0} is a fault of {1}")
    @MethodSource("faulty")
    void tellsTheFaultAndItsPlace(String what, String pointer, Consumer<ExecutionRequest> change) {
        ExecutionRequest request = sound();
        change.accept(request);
        assertThat(faults(request)).as(what).extracting(Fault::pointer).containsExactly(pointer);
    }
}
