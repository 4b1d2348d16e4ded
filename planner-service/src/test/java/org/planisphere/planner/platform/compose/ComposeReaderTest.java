package org.planisphere.planner.platform.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeReaderTest {
    private static final Map<String, String> VARIABLES = Map.of("TAG", "3", "EMPTY", "");

    private static ComposeReader.Reading read(String text) {
        return ComposeReader.read(text, VARIABLES);
    }

    private static ComposeFile good(String text) {
        ComposeReader.Reading reading = read(text);
        assertThat(reading.faults()).isEmpty();
        return reading.good().orElseThrow();
    }

    private static Service service(String fields) {
        return good("services: {a: {image: busybox, " + fields + "}, b: {image: busybox}}\nvolumes: {v: }")
                .services()
                .get(0);
    }

    /** The paths of all faults of a service with these fields. */
    private static List<String> faults(String fields) {
        return read("services: {a: {image: busybox, " + fields + "}, b: {image: busybox}}\nvolumes: {v: }")
                .faults()
                .stream()
                .map(ComposeFault::path)
                .toList();
    }

    @Test
    void readsEverythingItHonours() {
        ComposeFile file = good("""
                version: "3.8"
                name: sky
                x-common: &common
                  environment: {LEVEL: info}
                  restart: "no"
                services:
                  web:
                    <<: *common
                    image: registry.example.org/web:${TAG}
                    platform: linux/amd64
                    command: serve --title "Night sky" 'it''s'
                    entrypoint: [/bin/web, -v]
                    working_dir: /srv
                    ports: ["8080:80", "127.0.0.1:53:53/udp", {target: 443, app_protocol: https}]
                    depends_on: {db: {condition: service_healthy, required: true}}
                    deploy: {resources: {limits: {cpus: "0.5", memory: 64M, pids: 20}}}
                    volumes: ["data:/data:ro", {type: tmpfs, target: /cache, tmpfs: {size: 1m}}]
                    tmpfs: /run
                    read_only: true
                    networks: {back: {aliases: [www]}}
                    init: true
                    labels: {a: b}
                  db:
                    image: postgres@sha256:0123456789012345678901234567890123456789012345678901234567890123
                    environment: [PLAIN=a=b, TAG, NOT_THERE]
                    healthcheck: {test: pg_isready, interval: 1m30s, timeout: 500ms, retries: 5, start_period: 2s}
                    mem_limit: 1g
                    cpus: 1.5
                    hostname: database
                    networks: [back]
                    volumes: [data:/var/lib/postgresql/data, /anonymous]
                  debug: {build: ., profiles: [debug]}
                networks: {back: {internal: false}}
                volumes: {data: {labels: {a: b}}}
                """);
        assertThat(file.services()).extracting(Service::name).containsExactly("db", "web");
        assertThat(file.last()).containsExactly("web");
        assertThat(file.volumes()).containsExactly("data", "db:1");
        Service db = file.services().get(0);
        assertThat(db.environment()).isEqualTo(Map.of("PLAIN", "a=b", "TAG", "3"));
        assertThat(db.limits()).isEqualTo(new Service.Limits(1.5, 1L << 30, null));
        assertThat(db.aliases()).containsExactly("database");
        assertThat(db.health())
                .isEqualTo(new Service.Health(
                        List.of("/bin/sh", "-c", "pg_isready"),
                        Duration.ofSeconds(90),
                        Duration.ofMillis(500),
                        5,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5)));
        Service web = file.services().get(1);
        assertThat(web.image()).isEqualTo("registry.example.org/web:3");
        assertThat(web.command()).containsExactly("serve", "--title", "Night sky", "its");
        assertThat(web.entrypoint()).containsExactly("/bin/web", "-v");
        assertThat(web.environment()).isEqualTo(Map.of("LEVEL", "info"));
        assertThat(web.directory()).isEqualTo("/srv");
        assertThat(web.ports())
                .containsExactly(
                        new Service.Port(80, "TCP"), new Service.Port(53, "UDP"), new Service.Port(443, "HTTPS"));
        assertThat(web.needs()).isEqualTo(Map.of("db", Service.Condition.HEALTHY));
        assertThat(web.limits()).isEqualTo(new Service.Limits(0.5, 64L << 20, 20L));
        assertThat(web.mounts()).containsExactly(new Service.Mount("data", "/data", true));
        assertThat(web.temporary()).isEqualTo(Map.of("/cache", 1L << 20, "/run", 0L));
        assertThat(web.aliases()).containsExactly("www");
    }

    @Test
    void readsTheExampleOfTheDocuments() throws Exception {
        String request = Files.readString(Path.of("../docs/examples/request-docker-compose.json"));
        JsonNode executable = new ObjectMapper().readTree(request).get("executable");
        Map<String, String> variables =
                Map.of("VERSION", executable.get("environment").get("VERSION").asText());
        ComposeReader.Reading reading =
                ComposeReader.read(executable.get("content").asText(), variables);
        assertThat(reading.faults()).isEmpty();
        assertThat(reading.good().orElseThrow().last()).containsExactly("look");
    }

    @Test
    void tellsEveryFaultAtOnceWithItsPlace() {
        assertThat(read("""
                        include: [other.yaml]
                        configs: {c: {file: ./c}}
                        services:
                          web: {build: ., privileged: true, depends_on: [nobody], colour: red}
                          "bad name": {image: "-v/:/host"}
                        networks: {x: {external: true}}
                        """).faults())
                .extracting(ComposeFault::path)
                .containsExactlyInAnyOrder(
                        "include",
                        "configs",
                        "networks.x.external",
                        "services.web.build",
                        "services.web.privileged",
                        "services.web.colour",
                        "services.web.depends_on.nobody",
                        "services.bad name",
                        "services.bad name.image");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            privileged: true; privileged
            cap_add: [ALL]; cap_add
            devices: [/dev/sda]; devices
            network_mode: host; network_mode
            network_mode: 'service:b'; network_mode
            network_mode: 'container:x'; network_mode
            pid: host; pid
            ipc: host; ipc
            uts: host; uts
            userns_mode: host; userns_mode
            cgroup_parent: /; cgroup_parent
            security_opt: ['apparmor:unconfined']; security_opt
            sysctls: {kernel.panic: 1}; sysctls
            user: root; user
            extends: {service: b}; extends
            env_file: .env; env_file
            secrets: [s]; secrets
            configs: [c]; configs
            volumes: ['/:/host']; volumes[0]
            volumes: ['./x:/x']; volumes[0]
            volumes: ['~/x:/x']; volumes[0]
            volumes: ['w:/x']; volumes[0]
            volumes: ['v:x']; volumes[0]
            volumes: ['v:/x/../etc']; volumes[0]
            volumes: ['v:/proc']; volumes[0]
            volumes: ['v:/etc/passwd']; volumes[0]
            volumes: ['v:/dev/shm']; volumes[0]
            volumes: ['v:/work/x']; volumes[0]
            volumes: ['v:/x:rw,exec']; volumes[0]
            volumes: [{type: bind, source: /, target: /x}]; volumes[0]
            volumes: [{source: v, target: '/x:/etc'}]; volumes[0]
            tmpfs: /proc/x; tmpfs
            tmpfs: '/x:exec,size=1m'; tmpfs
            restart: always; restart
            read_only: false; read_only
            ports: ['3000-3005']; ports[0]
            ports: ['70000']; ports[0]
            command: 'sh -c "x'; command
            command: {a: b}; command
            environment: {PLANISPHERE_SESSION: x}; environment.PLANISPHERE_SESSION
            environment: ['1X=y']; environment[0]
            environment: {X: $NOT_THERE}; environment.X
            environment: {X: '${EMPTY:?must be set}'}; environment.X
            environment: {X: '${A-${B}}'}; environment.X
            mem_limit: 1m; mem_limit
            cpus: '-1'; cpus
            deploy: {replicas: 2}; deploy.replicas
            deploy: {resources: {reservations: {devices: []}}}; deploy.resources.reservations
            depends_on: {b: {condition: service_healthy}}; depends_on.b
            depends_on: [a]; ''
            healthcheck: {test: [SHELL, x]}; healthcheck.test
            healthcheck: {test: x, interval: soon}; healthcheck.interval
            networks: [elsewhere]; networks[0]
            hostname: localhost; hostname
            hostname: 'x:1.2.3.4'; hostname
            platform: windows/amd64; platform
            working_dir: ../x; working_dir
            working_dir: '/x:/y'; working_dir
            """)
    void refuses(String fields, String path) {
        assertThat(faults(fields)).contains(path.isEmpty() ? "services" : "services.a." + path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "privileged: false",
                "restart: 'no'",
                "restart: no",
                "cap_drop: [ALL]",
                "expose: [80]",
                "healthcheck: {disable: true}",
                "volumes: ['v:/usr/share/x']",
                "tmpfs: ['/run', '/tmp:size=1m']",
                "x-anything: {a: [b]}",
                "environment: {A: '${NOT_THERE:-x}$$HOME${EMPTY+set}'}"
            })
    void takes(String fields) {
        assertThat(faults(fields)).isEmpty();
    }

    @Test
    void readsScalarsAsTheyAreWritten() {
        assertThat(service("ports: [22:22], environment: {A: on, B: 1_0, C: 010, D: ~}")
                        .ports())
                .containsExactly(new Service.Port(22, "TCP"));
        assertThat(service("environment: {A: on, B: 1_0, C: 010}").environment())
                .isEqualTo(Map.of("A", "on", "B", "1_0", "C", "010"));
    }

    @Test
    void putsOnlyTheTasksVariablesIn() {
        assertThat(service("environment: {A: '$TAG-${TAG}-${NO:-d}-${EMPTY:-e}-${EMPTY-f}-${TAG:+g}-$$x', HOME: }")
                        .environment())
                .isEqualTo(Map.of("A", "3-3-d-e--g-$x"));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void refusesWhatIsNoYamlOrMoreThanAnybodyNeeds() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        for (String text : List.of(
                bomb.toString(),
                "a: &a [*a]",
                "services: !!javax.script.ScriptEngineManager [x]",
                "services: {a: {image: x}, a: {image: y}}",
                "? [a]\n: b",
                "<<: x",
                "[".repeat(2000),
                "a: " + "x".repeat(2 << 20),
                "services: [",
                "",
                "just text")) {
            ComposeReader.Reading reading = read(text);
            assertThat(reading.file()).isNull();
            assertThat(reading.faults()).hasSize(1);
        }
    }

    @Test
    void refusesCirclesAndTooManyServices() {
        assertThat(read("services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}")
                        .faults())
                .extracting(ComposeFault::path)
                .containsExactly("services");
        StringBuilder many = new StringBuilder("services:\n");
        for (int i = 0; i < 21; i++) {
            many.append("  s" + i + ": {image: x}\n");
        }
        assertThat(read(many.toString()).faults()).hasSize(1);
    }

    @Test
    void namesOfTwoServicesAreNotTheSame() {
        assertThat(read("services: {a: {image: x}, b: {image: x, hostname: a}}").faults())
                .hasSize(1);
    }

    @Test
    void aListOfFaultsIsBounded() {
        StringBuilder many = new StringBuilder("services: {a: {image: x");
        for (int i = 0; i < 1000; i++) {
            many.append(", k" + i + ": 1");
        }
        assertThat(ComposeFault.objections(read(many + "}}").faults())).hasSize(21);
    }

    @Property(tries = 300)
    void anyTextIsReadOrRefused(@ForAll String text) {
        assertThat(read("services: {a: {image: x, command: " + text + "}}").faults())
                .isNotNull();
    }
}
