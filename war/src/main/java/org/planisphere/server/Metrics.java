package org.planisphere.server;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The node's figures in the text format of Prometheus (version 0.0.4). A figure is named once and then either counted
 * up or asked for when somebody looks. Thread-safe; counting does not block.
 */
public final class Metrics {
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private record Family(String type, String help) {}

    private final ConcurrentMap<String, Family> families = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ConcurrentMap<String, LongAdder>> counters = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ConcurrentMap<String, DoubleSupplier>> gauges = new ConcurrentHashMap<>();
    private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanoseconds = new LongAdder();
    private final long startedAt = System.currentTimeMillis();

    public Metrics() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
        family("planisphere_http_requests_total", "counter", "Answered requests by method and class of status.");
        gauge("process_start_time_seconds", "When the node started, seconds since 1970.", "", () -> startedAt / 1000.0);
        gauge(
                "planisphere_memory_heap_bytes",
                "Heap in use.",
                "",
                () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        gauge(
                "planisphere_threads",
                "Live threads.",
                "",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /**
     * Adds to a count.
     *
     * @param name in Prometheus's spelling, such as {@code planisphere_offers_total}
     * @param help one sentence, used the first time
     * @param labels such as {@code result="YES"}, or nothing; few different ones, never what a client sent
     */
    public void count(String name, String help, String labels, long amount) {
        family(name, "counter", help);
        counters.computeIfAbsent(name, n -> new ConcurrentHashMap<>())
                .computeIfAbsent(labels, l -> new LongAdder())
                .add(amount);
    }

    /** Names a figure that is asked for when somebody looks; the supplier is fast and does not throw. */
    public void gauge(String name, String help, String labels, DoubleSupplier value) {
        family(name, "gauge", help);
        gauges.computeIfAbsent(name, n -> new ConcurrentHashMap<>()).put(labels, value);
    }

    /** One request was answered. */
    void answered(String method, int status, long duration) {
        count(
                "planisphere_http_requests_total",
                "",
                "method=\"" + known(method) + "\",status=\"" + status / 100 + "xx\"",
                1);
        int i = 0;
        double seconds = duration / 1e9;
        while (i < BOUNDS.length && seconds > BOUNDS[i]) {
            i++;
        }
        buckets[i].increment();
        nanoseconds.add(duration);
    }

    /** All figures as text. */
    public String prometheus() {
        StringBuilder text = new StringBuilder(2048);
        for (Map.Entry<String, Family> entry : new TreeMap<>(families).entrySet()) {
            String name = entry.getKey();
            head(text, name, entry.getValue());
            ConcurrentMap<String, LongAdder> counts = counters.getOrDefault(name, new ConcurrentHashMap<>());
            new TreeMap<>(counts).forEach((labels, n) -> line(text, name, labels, Long.toString(n.sum())));
            ConcurrentMap<String, DoubleSupplier> asked = gauges.getOrDefault(name, new ConcurrentHashMap<>());
            new TreeMap<>(asked).forEach((labels, value) -> line(text, name, labels, number(value.getAsDouble())));
        }
        String name = "planisphere_http_request_duration_seconds";
        head(text, name, new Family("histogram", "How long requests took."));
        long sum = 0;
        for (int i = 0; i < buckets.length; i++) {
            sum += buckets[i].sum();
            String bound = i < BOUNDS.length ? number(BOUNDS[i]) : "+Inf";
            line(text, name + "_bucket", "le=\"" + bound + "\"", Long.toString(sum));
        }
        line(text, name + "_sum", "", number(nanoseconds.sum() / 1e9));
        line(text, name + "_count", "", Long.toString(sum));
        return text.toString();
    }

    private void family(String name, String type, String help) {
        families.computeIfAbsent(name, n -> new Family(type, help));
    }

    private static void head(StringBuilder text, String name, Family family) {
        text.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%s", value);
    }

    private static String known(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" -> method;
            default -> "other";
        };
    }
}
