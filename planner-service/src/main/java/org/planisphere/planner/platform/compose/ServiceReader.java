package org.planisphere.planner.platform.compose;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.image.ImageName;

/** Reads one service of a Compose file: one entry in the table for each key that is honoured, and a reason for those not. */
final class ServiceReader {
    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    private static final Pattern PORT = Pattern.compile(
            "(?:(?:\\[[0-9a-fA-F:]+\\]|[0-9.]+):)??(?:[0-9]*:)?" + "(?<target>[0-9]{1,5})(?:/(?<protocol>tcp|udp))?");
    private static final long LEAST_MEMORY = 6L << 20;
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("build", "nothing is built here; build the image, put it into a registry and name it as image"),
            Map.entry("privileged", "privileged containers are not run"),
            Map.entry("cap_add", "no rights are given beyond those of a plain user, who has none"),
            Map.entry("devices", "devices of the host are not given to services"),
            Map.entry("device_cgroup_rules", "devices of the host are not given to services"),
            Map.entry("gpus", "accelerators are not given to services"),
            Map.entry("security_opt", "what guards the host cannot be changed"),
            Map.entry("pid", "the host's processes, or another service's, are not shown"),
            Map.entry("ipc", "memory is not shared with the host, or with another service"),
            Map.entry("uts", "the host's name is not shared"),
            Map.entry("userns_mode", "the numbering of users cannot be chosen"),
            Map.entry("cgroup", "control groups cannot be chosen"),
            Map.entry("cgroup_parent", "control groups cannot be chosen"),
            Map.entry("sysctls", "settings of the kernel cannot be changed"),
            Map.entry("ulimits", "limits of processes are the platform's"),
            Map.entry("oom_score_adj", "whom the kernel ends first is not the service's to say"),
            Map.entry("oom_kill_disable", "memory is limited for every service"),
            Map.entry("runtime", "the runtime is the platform's"),
            Map.entry("user", "every service runs as the one user that the session has"),
            Map.entry("group_add", "every service runs as the one user that the session has"),
            Map.entry("extends", "a service cannot be made of another; use an anchor and <<"),
            Map.entry("env_file", "no files are read; write the variables into environment"),
            Map.entry("label_file", "no files are read"),
            Map.entry("secrets", "secrets are not read from files; use the task's data"),
            Map.entry("configs", "configurations are not read from files; use the task's data"),
            Map.entry("volumes_from", "name the volumes in volumes"),
            Map.entry("links", "services know each other by name already; use networks.NAME.aliases for other names"),
            Map.entry("external_links", "containers of others are not reached"),
            Map.entry("extra_hosts", "names of others than the session's services are not set"),
            Map.entry("dns", "the name server cannot be chosen"),
            Map.entry("logging", "what services print goes to the session's output"));
    private static final Set<String> OF_NO_EFFECT =
            Set.of("expose", "labels", "annotations", "profiles", "cap_drop", "init", "attach", "stop_grace_period");

    private final String name;
    private final Spot spot;
    private final Set<String> volumes;
    private final Set<String> networks;
    private final Set<String> used;
    private final Map<String, String> variables;
    private final Map<String, Consumer<Spot>> readers = new LinkedHashMap<>();

    private String image = "";
    private String architecture = "";
    private @Nullable List<String> command;
    private @Nullable List<String> entrypoint;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private @Nullable String directory;
    private final List<Service.Port> ports = new ArrayList<>();
    private final Map<String, Service.Condition> needs = new LinkedHashMap<>();
    private Service.@Nullable Health health;
    private @Nullable Double cpus;
    private @Nullable Long memory;
    private @Nullable Long processes;
    private final List<Service.Mount> mounts = new ArrayList<>();
    private final Map<String, Long> temporary = new LinkedHashMap<>();
    private boolean network = true;
    private final List<String> aliases = new ArrayList<>();

    /**
     * @param volumes that the file declares
     * @param networks that it declares
     * @param used those that services name are added
     */
    ServiceReader(
            String name,
            Spot spot,
            Set<String> volumes,
            Set<String> networks,
            Set<String> used,
            Map<String, String> variables) {
        this.name = name;
        this.spot = spot;
        this.volumes = volumes;
        this.networks = networks;
        this.used = used;
        this.variables = variables;
        readers.put("image", this::image);
        readers.put("platform", this::platform);
        readers.put("command", its -> command = its.missing() ? null : its.words());
        readers.put("entrypoint", its -> entrypoint = its.missing() ? null : its.words());
        readers.put("environment", this::environment);
        readers.put("working_dir", this::directory);
        readers.put("ports", its -> its.items().forEach(this::port));
        readers.put("depends_on", this::needs);
        readers.put("healthcheck", this::health);
        readers.put("cpus", its -> its.cpus().ifPresent(value -> cpus = cpus == null ? value : cpus));
        readers.put("mem_limit", its -> its.bytes(LEAST_MEMORY).ifPresent(v -> memory = memory == null ? v : memory));
        readers.put(
                "pids_limit",
                its -> its.number(2, 1_000_000).ifPresent(v -> processes = processes == null ? v : processes));
        readers.put("deploy", this::deploy);
        readers.put("volumes", its -> its.items().forEach(this::volume));
        readers.put("tmpfs", this::temporary);
        readers.put("networks", this::networks);
        readers.put("network_mode", this::networkMode);
        readers.put("hostname", this::alias);
        readers.put("container_name", this::alias);
        readers.put("read_only", its -> {
            if (!its.missing() && !its.flag()) {
                its.fault("images are never written to here; write to /work, a volume or a tmpfs");
            }
        });
        readers.put("restart", its -> {
            if (!its.text().orElse("no").equals("no")) {
                its.fault("services are not started again: one that fails ends the session");
            }
        });
        readers.put("scale", its -> its.number(1, 1));
        for (String terminal : List.of("stdin_open", "tty")) {
            readers.put(terminal, its -> {
                if (its.flag()) {
                    its.fault("nobody sits at a terminal of it");
                }
            });
        }
        readers.put("pull_policy", its -> {
            if (!Set.of("missing", "if_not_present").contains(its.text().orElse("missing"))) {
                its.fault("when images are pulled is the platform's to say");
            }
        });
    }

    Service read() {
        if (!name.matches(NAME) || name.equals("localhost")) {
            spot.fault("it is no name of a service: letters, digits, dots, lines and at most 63 of them");
        }
        if (!spot.isMap()) {
            spot.fault("it is not a map");
        }
        spot.each((key, its) -> {
            Consumer<Spot> reader = readers.get(key);
            String reason = REFUSED.get(key);
            if (reader != null) {
                reader.accept(its);
            } else if (reason != null) {
                // What says no already needs no refusal.
                if (!its.missing() && !(Set.of("privileged", "oom_kill_disable").contains(key) && !its.flag())) {
                    its.fault(reason);
                }
            } else if (!OF_NO_EFFECT.contains(key) && !key.startsWith("x-")) {
                its.fault("it is not honoured here");
            }
        });
        if (spot.isMap() && spot.in("image").missing() && spot.in("build").missing()) {
            spot.in("image").fault("it is missing");
        }
        if (!network && !ports.isEmpty()) {
            spot.in("ports").fault("it has no network");
        }
        aliases.remove(name);
        if (network && spot.in("networks").missing()) {
            used.add("default");
        }
        return new Service(
                name,
                image,
                architecture,
                command,
                entrypoint,
                Map.copyOf(environment),
                directory,
                List.copyOf(ports),
                new LinkedHashMap<>(needs),
                health,
                new Service.Limits(cpus, memory, processes),
                List.copyOf(mounts),
                new LinkedHashMap<>(temporary),
                network,
                List.copyOf(aliases));
    }

    private void image(Spot its) {
        image = its.text().orElse("");
        if (!image.isEmpty() && ImageName.of(image).isEmpty()) {
            its.fault("it is no image's name");
        }
    }

    private void platform(Spot its) {
        its.text().ifPresent(text -> {
            String[] parts = text.split("/");
            if (parts.length < 2 || !parts[0].equals("linux")) {
                its.fault("it is not of the form linux/amd64");
            } else {
                architecture = parts[1];
            }
        });
    }

    /** A map, or a list of {@code NAME=value}; a name alone takes the task's variable of that name, where there is one. */
    private void environment(Spot its) {
        if (its.isList()) {
            for (Spot item : its.items()) {
                item.text().ifPresent(text -> {
                    int equals = text.indexOf('=');
                    String key = equals < 0 ? text : text.substring(0, equals);
                    variable(item, key, equals < 0 ? variables.get(key) : text.substring(equals + 1));
                });
            }
        } else {
            its.each((key, inner) -> variable(
                    inner,
                    key,
                    inner.missing() ? variables.get(key) : inner.text().orElse("")));
        }
    }

    private void variable(Spot its, String key, @Nullable String value) {
        if (!key.matches("[A-Za-z_][A-Za-z0-9_]{0,200}") || key.startsWith("PLANISPHERE_")) {
            its.fault("it is no name of a variable that can be set");
        } else if (value != null && value.length() > 100_000) {
            its.fault("it is longer than 100,000 characters");
        } else if (value != null) {
            environment.put(key, value);
        }
    }

    private void directory(Spot its) {
        its.text().ifPresent(text -> {
            if (!text.startsWith("/") || text.contains("..") || text.contains(":")) {
                its.fault("it is not an absolute path");
            } else {
                directory = text;
            }
        });
    }

    private void port(Spot its) {
        if (its.isText()) {
            its.text().ifPresent(text -> {
                Matcher matcher = PORT.matcher(text);
                int target = matcher.matches() ? Integer.parseInt(matcher.group("target")) : 0;
                if (target < 1 || target > 65_535) {
                    its.fault("it is not one port such as 8080 or 8080:80/tcp; ranges are not published");
                } else {
                    ports.add(new Service.Port(target, "udp".equals(matcher.group("protocol")) ? "UDP" : "TCP"));
                }
            });
            return;
        }
        int[] target = {0};
        String[] protocol = {"TCP"};
        its.each((key, inner) -> {
            switch (key) {
                case "target" -> target[0] = inner.number(1, 65_535).orElse(1L).intValue();
                case "protocol" -> {
                    String text = inner.text().orElse("tcp");
                    if (!Set.of("tcp", "udp").contains(text)) {
                        inner.fault("it is neither tcp nor udp");
                    } else if (text.equals("udp")) {
                        protocol[0] = "UDP";
                    }
                }
                case "app_protocol" -> {
                    String text = inner.text().orElse("").toUpperCase(Locale.ROOT);
                    if (Set.of("HTTP", "HTTPS").contains(text)) {
                        protocol[0] = text;
                    }
                }
                case "published", "host_ip", "mode", "name" -> {
                    // Where it is published is the platform's to say.
                }
                default -> inner.fault("it is not honoured here");
            }
        });
        if (target[0] == 0) {
            its.in("target").fault("it is missing");
        } else {
            ports.add(new Service.Port(target[0], protocol[0]));
        }
    }

    private void needs(Spot its) {
        if (its.isList()) {
            its.texts().forEach(other -> needs.put(other, Service.Condition.STARTED));
            return;
        }
        its.each((other, inner) -> {
            Service.Condition[] condition = {Service.Condition.STARTED};
            inner.each((key, value) -> {
                switch (key) {
                    case "condition" -> {
                        switch (value.text().orElse("service_started")) {
                            case "service_started" -> condition[0] = Service.Condition.STARTED;
                            case "service_healthy" -> condition[0] = Service.Condition.HEALTHY;
                            case "service_completed_successfully" -> condition[0] = Service.Condition.COMPLETED;
                            default ->
                                value.fault("it is none of service_started, service_healthy and"
                                        + " service_completed_successfully");
                        }
                    }
                    case "restart" -> {
                        if (value.flag()) {
                            value.fault("services are not started again");
                        }
                    }
                    case "required" -> {
                        if (!value.missing() && !value.flag()) {
                            value.fault("what is waited for is required");
                        }
                    }
                    default -> value.fault("it is not honoured here");
                }
            });
            needs.put(other, condition[0]);
        });
    }

    private void health(Spot its) {
        List<String> test = new ArrayList<>();
        Map<String, Duration> spans = new LinkedHashMap<>();
        int[] retries = {3};
        boolean[] disabled = {false};
        its.each((key, inner) -> {
            switch (key) {
                case "test" -> {
                    if (inner.isText()) {
                        test.addAll(List.of("CMD-SHELL", inner.text().orElse("")));
                    } else {
                        test.addAll(inner.texts());
                    }
                }
                case "interval", "timeout", "start_period", "start_interval" ->
                    inner.span().ifPresent(span -> spans.put(key, span));
                case "retries" -> retries[0] = inner.number(1, 1000).orElse(3L).intValue();
                case "disable" -> disabled[0] = inner.flag();
                default -> inner.fault("it is not honoured here");
            }
        });
        if (disabled[0] || (!test.isEmpty() && test.get(0).equals("NONE"))) {
            return;
        }
        List<String> words = test.isEmpty() ? List.of() : test.subList(1, test.size());
        if (words.isEmpty() || !Set.of("CMD", "CMD-SHELL").contains(test.get(0))) {
            its.in("test")
                    .fault("it is not a text, and not a list that begins with CMD, CMD-SHELL or NONE;"
                            + " what an image says of its health is not asked");
            return;
        }
        Duration interval = least(spans.getOrDefault("interval", Duration.ofSeconds(30)));
        health = new Service.Health(
                test.get(0).equals("CMD") ? List.copyOf(words) : List.of("/bin/sh", "-c", String.join(" ", words)),
                interval,
                least(spans.getOrDefault("timeout", Duration.ofSeconds(30))),
                retries[0],
                spans.getOrDefault("start_period", Duration.ZERO),
                least(spans.getOrDefault("start_interval", Duration.ofSeconds(5))));
    }

    private static Duration least(Duration span) {
        Duration least = Duration.ofMillis(100);
        return span.compareTo(least) < 0 ? least : span;
    }

    private void deploy(Spot its) {
        its.each((key, inner) -> {
            switch (key) {
                case "resources" ->
                    inner.each((kind, of) -> {
                        if (kind.equals("limits")) {
                            limits(of);
                        } else {
                            of.fault("what a service is given is what its limits say");
                        }
                    });
                case "replicas" -> inner.number(1, 1);
                case "mode" -> {
                    if (!inner.text().orElse("replicated").equals("replicated")) {
                        inner.fault("every service is one container");
                    }
                }
                case "labels" -> {
                    // Of no effect.
                }
                default -> inner.fault("it is not honoured here");
            }
        });
    }

    private void limits(Spot its) {
        its.each((key, inner) -> {
            switch (key) {
                case "cpus" -> inner.cpus().ifPresent(value -> cpus = value);
                case "memory" -> inner.bytes(LEAST_MEMORY).ifPresent(value -> memory = value);
                case "pids" -> inner.number(2, 1_000_000).ifPresent(value -> processes = value);
                default -> inner.fault("it is not honoured here");
            }
        });
    }

    private void volume(Spot its) {
        if (its.isText()) {
            its.text().ifPresent(text -> {
                String[] parts = text.split(":", -1);
                String mode = parts.length > 2 ? parts[2] : "rw";
                if (parts.length > 3 || !Set.of("rw", "ro").contains(mode)) {
                    its.fault("it is not of the form NAME:/path or NAME:/path:ro");
                } else if (parts.length == 1) {
                    mount(its, "", parts[0], false);
                } else {
                    mount(its, parts[0], parts[1], mode.equals("ro"));
                }
            });
            return;
        }
        Map<String, Spot> fields = its.fields();
        String type = fields.containsKey("type") ? fields.get("type").text().orElse("") : "volume";
        String target = its.in("target").text().orElse("");
        fields.forEach((key, inner) -> {
            if (!Set.of("type", "source", "target", "read_only", "tmpfs", "bind")
                    .contains(key)) {
                inner.fault("it is not honoured here");
            }
        });
        if (type.equals("tmpfs")) {
            Spot size = its.in("tmpfs").in("size");
            temporary(its, target, size.missing() ? 0 : size.bytes(4096).orElse(0L));
        } else if (type.equals("volume")) {
            mount(
                    its,
                    its.in("source").text().orElse(""),
                    target,
                    !its.in("read_only").missing() && its.in("read_only").flag());
        } else {
            its.fault("nothing of the host is mounted; use a volume, or the task's data");
        }
    }

    private void mount(Spot its, String source, String target, boolean readOnly) {
        if (source.startsWith("/") || source.startsWith(".") || source.startsWith("~")) {
            its.fault("nothing of the host is mounted; use a volume, or the task's data");
        } else if (!source.isEmpty() && !volumes.contains(source)) {
            its.fault("the file declares no volume of that name in volumes");
        } else if (place(its, target)) {
            // One without a name is the service's own.
            String volume = source.isEmpty() ? name + ":" + mounts.size() : source;
            mounts.add(new Service.Mount(volume, target, readOnly));
        }
    }

    private void temporary(Spot its) {
        List<Spot> all = its.isText() ? List.of(its) : its.items();
        for (Spot one : all) {
            one.text().ifPresent(text -> {
                String[] parts = text.split(":", 2);
                long size = 0;
                for (String option : parts.length < 2 ? new String[0] : parts[1].split(",")) {
                    if (option.startsWith("size=")) {
                        size = one.at("size", option.substring(5)).bytes(4096).orElse(0L);
                    } else if (!option.matches("mode=[0-7]{3,4}|rw|noexec|nosuid|nodev")) {
                        one.fault("its option is not honoured here");
                    }
                }
                temporary(one, parts[0], size);
            });
        }
    }

    private void temporary(Spot its, String target, long size) {
        if (target.equals("/tmp") || place(its, target)) {
            temporary.put(target, size);
        }
    }

    /** Whether something can appear there. */
    private boolean place(Spot its, String target) {
        boolean taken = target.equals("/work")
                || target.startsWith("/work/")
                || target.equals("/tmp")
                || temporary.containsKey(target)
                || mounts.stream().anyMatch(mount -> mount.target().equals(target));
        if (taken || !target.startsWith("/") || target.contains(":") || !free(target)) {
            its.fault("nothing can be mounted there: it must be an absolute path that is not the system's, nor /work"
                    + " or /tmp, which every service has");
            return false;
        }
        return true;
    }

    /** A normal path that is neither the kernel's nor where the engine puts files of its own. */
    private static boolean free(String target) {
        return target.matches("(/[^/\\p{Cntrl}]{1,200}){1,20}")
                && !target.matches(".*/[.]{1,2}(/.*)?")
                && !target.matches("/(proc|sys|dev|etc)(/.*)?");
    }

    private void networks(Spot its) {
        if (its.isMap()) {
            its.each((key, inner) -> {
                joins(inner, key);
                inner.each((field, value) -> {
                    if (field.equals("aliases")) {
                        value.items().forEach(this::alias);
                    } else {
                        value.fault("it is not honoured here");
                    }
                });
            });
        } else {
            its.items().forEach(item -> item.text().ifPresent(key -> joins(item, key)));
        }
    }

    private void joins(Spot its, String key) {
        if (!networks.contains(key)) {
            its.fault("the file declares no network of that name in networks");
        }
        used.add(key);
    }

    private void networkMode(Spot its) {
        its.text().ifPresent(text -> {
            if (text.equals("none")) {
                network = false;
            } else {
                its.fault("services have the session's own network, or none; the host's and others' are not joined");
            }
        });
    }

    private void alias(Spot its) {
        its.text().ifPresent(text -> {
            if (!text.matches(NAME) || text.equals("localhost")) {
                its.fault("it is no name of a host");
            } else if (!aliases.contains(text)) {
                aliases.add(text);
            }
        });
    }
}
