package org.planisphere.planner.platform;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.Kind;

/**
 * How an operator set up one platform: an item of the setting {@code platforms}. Immutable.
 *
 * @param id {@code [a-z0-9-]{1,40}}, unique in the planner
 * @param engine which engine runs it: {@code process}
 * @param capacity memory and storage in MiB
 * @param kinds kinds of executables it may offer; empty for all that the engine can run on this host
 * @param roots folders from which {@code file:} locations may be read
 * @param http hosts from which {@code http} and {@code https} locations may be read
 * @param network whether runs may reach the network
 * @param user whom runs are run as when the planner is root: {@code auto} (each run as a user of its own where the host
 *     can, else {@code nobody}), a user's name, or a number
 * @param sandbox {@code auto} (bubblewrap where it works, else kernel namespaces where they work), {@code namespaces} or
 *     {@code off}
 * @param cgroups {@code auto} or {@code off}
 * @param python the Python that runs the tasks' programs and the engine's own keeper
 * @param metrics what it reaches: URI of the metric's type to value
 */
public record PlatformSettings(
        String id,
        String name,
        String description,
        String engine,
        Amounts capacity,
        List<Shape> shapes,
        Prices prices,
        Duration preparing,
        Duration releasing,
        Duration usual,
        Duration longest,
        Duration horizon,
        Set<Kind> kinds,
        List<Path> roots,
        HttpRules http,
        boolean network,
        String user,
        String sandbox,
        String cgroups,
        Path python,
        Limits limits,
        Map<String, Double> metrics) {
    /** The unit of money where the operator names none. */
    public static final String EURO = "https://www.purl.org/planisphere/costs/money#EUR";

    /**
     * What bounds every run besides what it was granted.
     *
     * @param processes processes and threads at the same instant
     * @param files open files of one process
     * @param output bytes of standard output, and of standard error
     * @param scratch bytes a run may write that was granted no storage
     * @param results files a run may leave
     * @param grace between asking a run to end and ending it
     */
    public record Limits(int processes, int files, long output, long scratch, int results, Duration grace) {
        public static final Limits USUAL = new Limits(512, 1024, 64L << 20, 1L << 30, 10_000, Duration.ofSeconds(5));
    }

    /** What the node's other settings say, for a platform that says nothing of its own. */
    public record Defaults(List<Path> roots, HttpRules http, Duration usual, Duration longest, Duration horizon) {
        public static final Defaults USUAL =
                new Defaults(List.of(), HttpRules.NONE, Duration.ofHours(1), Duration.ofDays(7), Duration.ofDays(30));

        public Defaults {
            roots = List.copyOf(roots);
        }
    }

    public PlatformSettings {
        shapes = List.copyOf(shapes);
        kinds = Set.copyOf(kinds);
        roots = List.copyOf(roots);
        metrics = Map.copyOf(metrics);
    }

    /** A process platform of that size with everything else as usual. */
    public static PlatformSettings process(String id, Amounts capacity) {
        return new Reader(id, Defaults.USUAL).settings(Map.of("id", id)).withCapacity(capacity);
    }

    public PlatformSettings withCapacity(Amounts other) {
        return new PlatformSettings(
                id,
                name,
                description,
                engine,
                other,
                shapes,
                prices,
                preparing,
                releasing,
                usual,
                longest,
                horizon,
                kinds,
                roots,
                http,
                network,
                user,
                sandbox,
                cgroups,
                python,
                limits,
                metrics);
    }

    public PlatformSettings withLimits(Limits other) {
        return new PlatformSettings(
                id,
                name,
                description,
                engine,
                capacity,
                shapes,
                prices,
                preparing,
                releasing,
                usual,
                longest,
                horizon,
                kinds,
                roots,
                http,
                network,
                user,
                sandbox,
                cgroups,
                python,
                other,
                metrics);
    }

    public PlatformSettings withStaging(List<Path> otherRoots, HttpRules otherHttp) {
        return new PlatformSettings(
                id,
                name,
                description,
                engine,
                capacity,
                shapes,
                prices,
                preparing,
                releasing,
                usual,
                longest,
                horizon,
                kinds,
                otherRoots,
                otherHttp,
                network,
                user,
                sandbox,
                cgroups,
                python,
                limits,
                metrics);
    }

    public PlatformSettings withHost(String otherUser, String otherSandbox, String otherCgroups) {
        return new PlatformSettings(
                id,
                name,
                description,
                engine,
                capacity,
                shapes,
                prices,
                preparing,
                releasing,
                usual,
                longest,
                horizon,
                kinds,
                roots,
                http,
                network,
                otherUser,
                otherSandbox,
                otherCgroups,
                python,
                limits,
                metrics);
    }

    /** As an object of the settings file. */
    public static List<PlatformSettings> list(List<?> items, Defaults defaults) {
        List<String> faults = new ArrayList<>();
        List<PlatformSettings> found = new ArrayList<>();
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < items.size(); i++) {
            Reader reader = new Reader("platforms[" + i + "]", defaults);
            if (!(items.get(i) instanceof Map<?, ?> tree)) {
                faults.add("platforms[" + i + "]: must be a map");
                continue;
            }
            PlatformSettings platform = reader.settings(tree);
            if (!ids.add(platform.id)) {
                reader.faults.add("platforms[" + i + "].id: " + platform.id + " is used twice");
            }
            faults.addAll(reader.faults);
            found.add(platform);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
        return List.copyOf(found);
    }

    /**
     * Reads one item of the setting {@code platforms}.
     *
     * @param path where it stands, {@code platforms[0]}; begins every complaint
     * @throws IllegalArgumentException with all faults, one a line: {@code platforms[0].capacity.cores: …}
     */
    public static PlatformSettings of(String path, Map<?, ?> tree, Defaults defaults) {
        Reader reader = new Reader(path, defaults);
        PlatformSettings settings = reader.settings(tree);
        if (!reader.faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", reader.faults));
        }
        return settings;
    }

    /** Cores of this host that we may use. */
    static int hostCores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Memory of this host in MiB, or of the container we are in. */
    static long hostMemory() {
        if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean) {
            return Math.max(256, bean.getTotalMemorySize() >> 20);
        }
        return 1024;
    }

    /** Reads a tree and collects every fault with its path. */
    private static final class Reader {
        private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");
        private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KiB|MiB|GiB|TiB)?");
        private static final Pattern SPAN = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
        private static final Map<String, Kind> KINDS = Map.of(
                "process",
                Kind.PROCESS,
                "python-program",
                Kind.PYTHON_PROGRAM,
                "jupyter-notebook",
                Kind.JUPYTER_NOTEBOOK);

        private final String at;
        private final Defaults defaults;
        private final List<String> faults = new ArrayList<>();

        Reader(String at, Defaults defaults) {
            this.at = at;
            this.defaults = defaults;
        }

        PlatformSettings settings(Map<?, ?> tree) {
            Node node = new Node(at, tree);
            String id = node.text("id", null);
            if (!ID.matcher(id).matches()) {
                node.fault("id", "must be 1 to 40 of a-z, 0-9 and -");
                id = "unnamed";
            }
            Node capacity = node.node("capacity");
            Amounts amounts = new Amounts(
                    capacity.whole("cores", hostCores(), 1, 1_000_000),
                    capacity.size("memory", hostMemory() << 20, 1 << 30) >> 20,
                    capacity.size("storage", 100L << 30, 1 << 30) >> 20,
                    capacity.whole("accelerators", 0, 0, 1_000_000),
                    capacity.whole("sessions", 1000, 1, 10_000_000));
            capacity.done();
            List<Shape> shapes = new ArrayList<>();
            for (Node item : node.nodes("shapes")) {
                Shape shape = new Shape(
                        item.text("name", null),
                        new Amounts(
                                item.whole("cores", 1, 1, 1_000_000),
                                item.size("memory", 1L << 30, 1 << 30) >> 20,
                                item.size("storage", 0, 1 << 30) >> 20,
                                item.whole("accelerators", 0, 0, 1_000_000),
                                1),
                        item.number("factor", 1.0, 1e-9, 1e9));
                item.done();
                if (!shape.size()
                        .within(new Amounts(
                                amounts.cores(), amounts.memory(), amounts.storage(), amounts.accelerators(), 1))) {
                    item.fault("", "is larger than the platform's capacity");
                }
                shapes.add(shape);
            }
            Node price = node.node("prices");
            Prices prices = new Prices(
                    price.text("money", EURO),
                    price.text("currency", "EUR"),
                    price.number("coreHour", 0, 0, 1e12),
                    price.number("memoryHour", 0, 0, 1e12),
                    price.number("storageHour", 0, 0, 1e12),
                    price.number("session", 0, 0, 1e12),
                    price.number("energyCoreHour", 0, 0, 1e12));
            price.done();
            Set<Kind> kinds = new LinkedHashSet<>();
            for (String kind : node.texts("kinds")) {
                Kind known = KINDS.get(kind);
                if (known == null) {
                    node.fault("kinds", kind + " is none of " + String.join(", ", new TreeSet<>(KINDS.keySet())));
                } else {
                    kinds.add(known);
                }
            }
            Map<String, Double> metrics = new LinkedHashMap<>();
            Node metric = node.node("metrics");
            for (String type : metric.names()) {
                metrics.put(type, metric.number(type, 0, -1e300, 1e300));
            }
            String engine = node.choice("engine", "process", "process");
            String user = node.text("user", "auto");
            if (!user.matches("[a-z_][a-z0-9_-]{0,31}|[1-9][0-9]{0,9}")) {
                node.fault("user", "must be auto, a user's name or a number above 0");
            }
            Node limit = node.node("limits");
            Limits usual = Limits.USUAL;
            Limits limits = new Limits(
                    (int) limit.whole("processes", usual.processes(), 4, 1_000_000),
                    (int) limit.whole("files", usual.files(), 16, 1_000_000),
                    limit.size("output", usual.output(), 1 << 20),
                    limit.size("scratch", usual.scratch(), 1 << 30),
                    (int) limit.whole("results", usual.results(), 1, 10_000_000),
                    limit.span("grace", usual.grace()));
            limit.done();
            Duration usualDuration = node.span("usual", defaults.usual());
            Duration longest = node.span("longest", defaults.longest());
            if (usualDuration.compareTo(longest) > 0) {
                node.fault("usual", "is above longest");
            }
            List<Path> roots = new ArrayList<>();
            for (String root : node.has("files") ? node.texts("files") : List.<String>of()) {
                try {
                    roots.add(Path.of(root).toAbsolutePath());
                } catch (InvalidPathException e) {
                    node.fault("files", root + " is no path");
                }
            }
            HttpRules http = defaults.http();
            if (node.has("http")) {
                Node rule = node.node("http");
                try {
                    http = HttpRules.of(
                            rule.texts("allow"),
                            rule.size("maxbytes", defaults.http().largest(), 1),
                            rule.span("timeout", defaults.http().time()));
                } catch (IllegalArgumentException e) {
                    rule.fault("allow", String.valueOf(e.getMessage()));
                }
                rule.done();
            }
            PlatformSettings settings = new PlatformSettings(
                    id,
                    node.text("name", id),
                    node.text("description", ""),
                    engine,
                    amounts,
                    shapes,
                    prices,
                    node.span("preparing", Duration.ofSeconds(1)),
                    node.span("releasing", Duration.ofSeconds(1)),
                    usualDuration,
                    longest,
                    node.span("horizon", defaults.horizon()),
                    kinds,
                    node.has("files") ? roots : defaults.roots(),
                    http,
                    node.flag("network", false),
                    user,
                    node.choice("sandbox", "auto", "auto", "namespaces", "off"),
                    node.choice("cgroups", "auto", "auto", "off"),
                    Path.of(node.text("python", "/usr/bin/python3")),
                    limits,
                    metrics);
            node.done();
            return settings;
        }

        /** A map of the tree and which of its keys were read. */
        private final class Node {
            private final String path;
            private final Map<?, ?> tree;
            private final Set<String> read = new TreeSet<>();

            Node(String path, Map<?, ?> tree) {
                this.path = path;
                this.tree = tree;
            }

            void fault(String key, String what) {
                faults.add(path + (key.isEmpty() ? "" : "." + key) + ": " + what);
            }

            boolean has(String key) {
                return tree.get(key) != null;
            }

            @Nullable
            Object get(String key) {
                read.add(key);
                return tree.get(key);
            }

            Set<String> names() {
                Set<String> names = new TreeSet<>();
                tree.keySet().forEach(name -> names.add(String.valueOf(name)));
                return names;
            }

            void done() {
                for (String name : names()) {
                    if (!read.contains(name)) {
                        fault(name, "is not known here");
                    }
                }
            }

            Node node(String key) {
                Object value = get(key);
                if (value instanceof Map<?, ?> map) {
                    return new Node(path + "." + key, map);
                }
                if (value != null) {
                    fault(key, "must be a map");
                }
                return new Node(path + "." + key, Map.of());
            }

            List<Node> nodes(String key) {
                List<Node> nodes = new ArrayList<>();
                Object value = get(key);
                if (value instanceof List<?> items) {
                    for (int i = 0; i < items.size(); i++) {
                        String where = path + "." + key + "[" + i + "]";
                        if (items.get(i) instanceof Map<?, ?> map) {
                            nodes.add(new Node(where, map));
                        } else {
                            faults.add(where + ": must be a map");
                        }
                    }
                } else if (value != null) {
                    fault(key, "must be a list");
                }
                return nodes;
            }

            List<String> texts(String key) {
                Object value = get(key);
                List<String> texts = new ArrayList<>();
                if (value instanceof List<?> items) {
                    items.forEach(item -> texts.add(String.valueOf(item)));
                } else if (value != null) {
                    fault(key, "must be a list");
                }
                return texts;
            }

            /** Without a default the key must be there. */
            String text(String key, @Nullable String fallback) {
                Object value = get(key);
                if (value == null) {
                    if (fallback == null) {
                        fault(key, "is missing");
                    }
                    return fallback == null ? "" : fallback;
                }
                if (value instanceof Map
                        || value instanceof List
                        || String.valueOf(value).isBlank()) {
                    fault(key, "must be text");
                    return "";
                }
                return String.valueOf(value);
            }

            String choice(String key, String fallback, String... choices) {
                String value = text(key, fallback);
                if (!List.of(choices).contains(value)) {
                    fault(key, "must be one of " + String.join(", ", choices));
                }
                return value;
            }

            boolean flag(String key, boolean fallback) {
                return parse(key, fallback, "must be true or false", value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                });
            }

            long whole(String key, long fallback, long min, long max) {
                String must = "must be a whole number from " + min + " to " + max;
                return parse(key, fallback, must, value -> {
                    long number = Long.parseLong(value);
                    if (number < min || number > max) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                });
            }

            double number(String key, double fallback, double min, double max) {
                String must = "must be a number from " + min + " to " + max;
                return parse(key, fallback, must, value -> {
                    double number = Double.parseDouble(value);
                    if (!(number >= min && number <= max)) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                });
            }

            /** Bytes: {@code 512MiB}, {@code 4GiB}; a bare number counts in the given unit. */
            long size(String key, long fallback, long unit) {
                return parse(key, fallback, "must be a size, such as 512MiB or 4GiB", value -> {
                    Matcher matcher = SIZE.matcher(value);
                    if (!matcher.matches()) {
                        throw new IllegalArgumentException();
                    }
                    String name = matcher.group(2);
                    double factor = name == null
                            ? unit
                            : switch (name) {
                                case "B" -> 1;
                                case "KiB" -> 1L << 10;
                                case "MiB" -> 1L << 20;
                                case "GiB" -> 1L << 30;
                                default -> 1L << 40;
                            };
                    double bytes = Double.parseDouble(matcher.group(1)) * factor;
                    if (bytes > (double) (1L << 60)) {
                        throw new IllegalArgumentException();
                    }
                    return (long) bytes;
                });
            }

            Duration span(String key, Duration fallback) {
                return parse(key, fallback, "must be a duration, such as 90s, 5m, 2h, 30d or PT5M", value -> {
                    Matcher matcher = SPAN.matcher(value);
                    try {
                        Duration span = matcher.matches()
                                ? switch (matcher.group(2)) {
                                    case "ms" -> Duration.ofMillis(Long.parseLong(matcher.group(1)));
                                    case "s" -> Duration.ofSeconds(Long.parseLong(matcher.group(1)));
                                    case "m" -> Duration.ofMinutes(Long.parseLong(matcher.group(1)));
                                    case "h" -> Duration.ofHours(Long.parseLong(matcher.group(1)));
                                    default -> Duration.ofDays(Long.parseLong(matcher.group(1)));
                                }
                                : Duration.parse(value);
                        if (span.isNegative() || span.compareTo(Duration.ofDays(36_500)) > 0) {
                            throw new IllegalArgumentException();
                        }
                        return span;
                    } catch (DateTimeParseException | ArithmeticException e) {
                        throw new IllegalArgumentException(e);
                    }
                });
            }

            private <T> T parse(String key, T fallback, String must, Function<String, T> parser) {
                Object value = get(key);
                if (value == null) {
                    return fallback;
                }
                try {
                    return parser.apply(String.valueOf(value).trim());
                } catch (IllegalArgumentException e) {
                    fault(key, must);
                    return fallback;
                }
            }
        }
    }
}
