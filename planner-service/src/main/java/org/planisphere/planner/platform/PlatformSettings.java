package org.planisphere.planner.platform;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.Kind;

/**
 * What an operator says of a platform whatever its engine: an item of the setting {@code platforms}. What only one engine
 * understands stands in a section of the engine's name and is read by the {@link Engine}. Immutable.
 *
 * @param id {@code [a-z0-9-]{1,40}}, unique in the planner
 * @param engine which engine runs it: the name of an {@link Engine}
 * @param capacity memory and storage in MiB
 * @param kinds kinds of executables it may offer; empty for all that the engine can run
 * @param roots folders from which {@code file:} locations may be read
 * @param http hosts from which {@code http} and {@code https} locations may be read
 * @param network whether runs may reach the network
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
        Limits limits,
        Map<String, Double> metrics) {
    /** The unit of money where the operator names none. */
    public static final String EURO = "https://www.purl.org/planisphere/costs/money#EUR";

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Map<String, Kind> KINDS =
            new TreeMap<>(Kind.EXECUTABLES.stream().collect(Collectors.toMap(Kind::name, Function.identity())));
    private static final long GIB = 1L << 30;

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

        static Limits of(Section limits) {
            return new Limits(
                    (int) limits.whole("processes", USUAL.processes(), 4, 1_000_000),
                    (int) limits.whole("files", USUAL.files(), 16, 1_000_000),
                    limits.size("output", USUAL.output(), 1 << 20),
                    limits.size("scratch", USUAL.scratch(), GIB),
                    (int) limits.whole("results", USUAL.results(), 1, 10_000_000),
                    limits.span("grace", USUAL.grace()));
        }
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

    /**
     * Reads the common settings of one platform; faults are noted in the section, which the caller ends.
     *
     * @see Section#done()
     */
    public static PlatformSettings of(Section item, Defaults defaults) {
        String id = item.text("id", null);
        if (!ID.matcher(id).matches()) {
            item.fault("id", "must be 1 to 40 of a-z, 0-9 and -");
            id = "unnamed";
        }
        Amounts capacity = capacity(item.section("capacity"));
        Duration usual = item.span("usual", defaults.usual());
        Duration longest = item.span("longest", defaults.longest());
        if (usual.compareTo(longest) > 0) {
            item.fault("usual", "is above longest");
        }
        return new PlatformSettings(
                id,
                item.text("name", id),
                item.text("description", ""),
                item.text("engine", "process"),
                capacity,
                shapes(item, capacity),
                prices(item.section("prices")),
                item.span("preparing", Duration.ofSeconds(1)),
                item.span("releasing", Duration.ofSeconds(1)),
                usual,
                longest,
                item.span("horizon", defaults.horizon()),
                kinds(item),
                item.has("files") ? roots(item) : defaults.roots(),
                item.has("http") ? http(item.section("http"), defaults.http()) : defaults.http(),
                item.flag("network", false),
                Limits.of(item.section("limits")),
                metrics(item.section("metrics")));
    }

    private static Amounts capacity(Section capacity) {
        return new Amounts(
                capacity.whole("cores", hostCores(), 1, 1_000_000),
                capacity.size("memory", hostMemory() << 20, GIB) >> 20,
                capacity.size("storage", 100L << 30, GIB) >> 20,
                capacity.whole("accelerators", 0, 0, 1_000_000),
                capacity.whole("sessions", 1000, 1, 10_000_000));
    }

    private static List<Shape> shapes(Section item, Amounts capacity) {
        Amounts most = new Amounts(capacity.cores(), capacity.memory(), capacity.storage(), capacity.accelerators(), 1);
        List<Shape> shapes = new ArrayList<>();
        for (Section one : item.sections("shapes")) {
            Shape shape = new Shape(
                    one.text("name", null),
                    new Amounts(
                            one.whole("cores", 1, 1, 1_000_000),
                            one.size("memory", GIB, GIB) >> 20,
                            one.size("storage", 0, GIB) >> 20,
                            one.whole("accelerators", 0, 0, 1_000_000),
                            1),
                    one.number("factor", 1.0, 1e-9, 1e9));
            if (!shape.size().within(most)) {
                one.fault("", "is larger than the platform's capacity");
            }
            shapes.add(shape);
        }
        return shapes;
    }

    private static Prices prices(Section prices) {
        return new Prices(
                prices.text("money", EURO),
                prices.text("currency", "EUR"),
                prices.number("coreHour", 0, 0, 1e12),
                prices.number("memoryHour", 0, 0, 1e12),
                prices.number("storageHour", 0, 0, 1e12),
                prices.number("session", 0, 0, 1e12),
                prices.number("energyCoreHour", 0, 0, 1e12));
    }

    private static Set<Kind> kinds(Section item) {
        Set<Kind> kinds = new LinkedHashSet<>();
        for (String name : item.texts("kinds")) {
            Kind known = KINDS.get(name);
            if (known == null) {
                item.fault("kinds", name + " is none of " + String.join(", ", KINDS.keySet()));
            } else {
                kinds.add(known);
            }
        }
        return kinds;
    }

    private static List<Path> roots(Section item) {
        List<Path> roots = new ArrayList<>();
        for (String root : item.texts("files")) {
            try {
                roots.add(Path.of(root).toAbsolutePath());
            } catch (InvalidPathException e) {
                item.fault("files", root + " is no path");
            }
        }
        return roots;
    }

    private static HttpRules http(Section rules, HttpRules usual) {
        try {
            return HttpRules.of(
                    rules.texts("allow"),
                    rules.size("maxbytes", usual.largest(), 1),
                    rules.span("timeout", usual.time()));
        } catch (IllegalArgumentException e) {
            rules.fault("allow", String.valueOf(e.getMessage()));
            return usual;
        }
    }

    private static Map<String, Double> metrics(Section metrics) {
        Map<String, Double> reached = new LinkedHashMap<>();
        for (String type : metrics.names()) {
            reached.put(type, metrics.number(type, 0, -1e300, 1e300));
        }
        return reached;
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
}
