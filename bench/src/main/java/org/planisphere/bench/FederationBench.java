package org.planisphere.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.Planner;
import org.planisphere.planner.door.PlannerContext;
import org.planisphere.planner.federation.Trip;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.request.BadRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * {@code ./planisphere bench federation}: one question to 1,000 simulated planners ({@code --planners}), all in this JVM with its 256 MB: by one
 * aggregator, and by one over ten over a hundred each.
 */
final class FederationBench {
    private static final int MIDDLE = 10;
    private static final Duration BUDGET = Duration.ofMillis(500);
    private static final int WARM = 30;
    private static final int ROUNDS = 30;

    private final int count;
    private final int levels;
    private final Path work;
    private final Table table;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private double heap;

    /**
     * @param count of simulated planners
     * @param levels 1 or 3; 0 for both, one after the other
     */
    FederationBench(int count, int levels, Path work, Table table) {
        this.count = count;
        this.levels = levels;
        this.work = work;
        this.table = table;
    }

    void run(ExecutionRequest request) throws Exception {
        try (SimulatedPlanners planners = new SimulatedPlanners(count)) {
            int living = SimulatedPlanners.living(count);
            if (levels != 3) {
                PlannerContext flat = aggregator("flat", planners.addresses());
                measure(number(count) + " planners, one level", flat, request, living);
                closeAll();
            }
            if (levels != 1) {
                List<String> middle = new ArrayList<>();
                for (int i = 0; i < MIDDLE; i++) {
                    int share = count / MIDDLE;
                    middle.add(served(
                            aggregator("middle" + i, planners.addresses().subList(i * share, (i + 1) * share))));
                }
                measure(number(count) + " planners, three levels", aggregator("top", middle), request, living);
            }
        } finally {
            closeAll();
            threads.shutdownNow();
        }
        table.put("federation: heap used at most, MB", "≤ 256", "in one JVM", number(heap));
    }

    private void measure(String name, PlannerContext planner, ExecutionRequest request, int living)
            throws InterruptedException, MalformedDocument {
        System.err.println(name + " …");
        // The connections are opened at the start.
        Thread.sleep(3000);
        List<Double> whole = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> lived = new ArrayList<>();
        double cold = 0;
        double processor = 0;
        for (int round = 0; round < WARM + ROUNDS; round++) {
            if (round == WARM) {
                processor = processor();
            }
            AtomicLong offered = new AtomicLong();
            long begun = System.nanoTime();
            OfferSet set =
                    ask(planner, request, new Trip(List.of(), UUID.randomUUID().toString(), BUDGET), part -> {
                        if (part.yes()) {
                            offered.compareAndSet(0, System.nanoTime());
                        }
                    });
            double took = (System.nanoTime() - begun) / 1e6;
            if (round == 0) {
                cold = took;
            } else if (round >= WARM) {
                whole.add(took);
                if (offered.get() != 0) {
                    first.add((offered.get() - begun) / 1e6);
                }
                lived.add((double) set.passed().size());
            }
            heap = Math.max(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
        }
        whole.sort(null);
        first.sort(null);
        lived.sort(null);
        double answered = lived.stream().mapToDouble(Double::doubleValue).sum();
        double used = processor() - processor;
        table.put(
                name + ": live answers of " + living + ", p50 / fewest",
                Integer.toString(living),
                "in one JVM",
                number(lived.get(lived.size() / 2)) + " / " + number(lived.get(0)));
        table.put(
                name + ": processor ms for each live answer, both sides",
                "",
                "in one JVM",
                String.format(Locale.ROOT, "%.2f", used / Math.max(1, answered)));
        table.put(
                name + ": whole set, ms p50 / most",
                "≤ 600",
                "in one JVM",
                one(whole.get(whole.size() / 2)) + " / " + one(whole.get(whole.size() - 1)));
        table.put(
                name + ": first offers, ms p50 / most",
                "≤ 100",
                "in one JVM",
                first.isEmpty() ? "none" : one(first.get(first.size() / 2)) + " / " + one(first.get(first.size() - 1)));
        table.put(name + ": the first question after the start, ms", "", "in one JVM", one(cold));
    }

    private interface Part {
        void take(OfferSet part);
    }

    private static OfferSet ask(PlannerContext planner, ExecutionRequest request, Trip trip, Part part) {
        try {
            Task task = planner.reader().read(request, planner.ledger().now());
            String base = planner.reader().kindBase(request);
            return planner.federation()
                    .ask(
                            planner.desk().inquiry(task, Caller.ANONYMOUS, base, false),
                            request,
                            trip,
                            (name, set) -> part.take(set));
        } catch (BadRequest e) {
            throw new IllegalStateException(e);
        }
    }

    /** An aggregator that passes offers on; a planner as a node has it, without a server around it. */
    private PlannerContext aggregator(String name, List<String> planners) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < planners.size(); i++) {
            list.append("          - {name: p")
                    .append(i)
                    .append(", url: \"")
                    .append(planners.get(i))
                    .append("\"}\n");
        }
        Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + name, "", "", 2));
        parts.add(database);
        Planner planner = Planner.open(
                Settings.ofYaml(
                        """
                        node: {name: %1$s, url: "http://%1$s.bench.example"}
                        data: {dir: "%2$s"}
                        platforms:
                          - id: others
                            engine: remote
                            remote:
                              style: pass-on
                              budget: 2s
                              atOnce: 1000
                              failures: 1000
                              planners:
                        %3$s\
                        """.formatted(name, work.resolve(name), list.toString().indent(6))),
                database);
        parts.add(planner);
        return planner.context();
    }

    /** Puts a planner behind HTTP, for questions only; its address. */
    private String served(PlannerContext planner) throws IOException {
        // As a node's server does it: what is written goes out at once.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/planner";
        server.createContext("/planner/requests", exchange -> answer(planner, exchange));
        server.createContext("/planner/availability", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        parts.add(() -> server.stop(0));
        return address;
    }

    private static void answer(PlannerContext planner, HttpExchange exchange) throws IOException {
        try {
            ExecutionRequest request =
                    Codecs.read(exchange.getRequestBody().readAllBytes(), Format.JSON, ExecutionRequest.class);
            var headers = exchange.getRequestHeaders();
            Trip trip = Trip.of(
                    headers.getFirst(Trip.PATH), headers.getFirst(Trip.QUESTION), headers.getFirst(Trip.BUDGET));
            // As the door answers an aggregator: what there is, as it comes, and at the end what is to be said beside
            // it.
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream to = exchange.getResponseBody();
            Task task = planner.reader().read(request, planner.ledger().now());
            OfferSet set = planner.federation()
                    .gather(
                            planner.desk()
                                    .inquiry(
                                            task,
                                            Caller.ANONYMOUS,
                                            planner.reader().kindBase(request),
                                            false),
                            request,
                            trip,
                            part -> event(to, "offers", planner.documents().gathered(part)));
            OfferSetResponse last = planner.documents().decided(set.withoutOffers());
            last.result = set.yes() ? "YES" : "NO";
            event(to, "set", Codecs.write(last, Format.JSON));
        } catch (MalformedDocument | BadRequest e) {
            exchange.sendResponseHeaders(400, -1);
        } catch (UncheckedIOException gone) {
            System.err.println("an aggregator hung up: " + gone.getMessage());
        } finally {
            exchange.close();
        }
    }

    private static void event(OutputStream to, String type, byte[] document) {
        // An event's data is one line.
        byte[] head = ("event: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] event = Arrays.copyOf(head, head.length + document.length + 2);
        for (int i = 0; i < document.length; i++) {
            event[head.length + i] = document[i] == '\n' || document[i] == '\r' ? (byte) ' ' : document[i];
        }
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        try {
            to.write(event);
            to.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void closeAll() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
        parts.clear();
    }

    /** Milliseconds of processor time this JVM has used, the simulated planners included. */
    private static double processor() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e6
                : 0;
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
