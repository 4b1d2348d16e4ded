package org.planisphere.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RegistryClient;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.ResultItem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Start a registry and three planners here, and have real work offered, accepted, run and fetched.",
        footer = {
            "",
            "Runs from the checkout, as ./planisphere demo. Everything it writes is under var/demo.",
            "Leaves the planners running until Ctrl-C, unless --exit is given."
        })
final class DemoCommand implements Callable<Integer> {
    private static final List<String> NAMES = List.of("laptop", "observatory", "cloud");
    private static final int USUAL_PORT = 8411;
    /** Cores on which three nodes start as quickly as one. */
    private static final int ALL_AT_ONCE = 4;

    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration REGISTRATION = Duration.ofSeconds(30);

    private final Kit kit;
    private final Terminal terminal;
    private final List<DemoNode> nodes = new ArrayList<>();
    private final Instant began = Instant.now();

    @Option(names = "--exit", description = "Stop everything at the end.")
    boolean exit;

    @Option(
            names = "--port",
            paramLabel = "BASE",
            description = "First of three ports in a row; otherwise from 8411 on, where three are free.")
    @Nullable
    Integer port;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description =
                    "What else tasks are run with: ${COMPLETION-CANDIDATES}. The same task is then run as a process and"
                            + " with each of them, side by side.")
    Engine engine = Engine.process;

    /** What can be shown here. */
    enum Engine {
        process,
        container,
        slurm,
        all;

        List<DemoEngine.Sort> sorts() {
            return switch (this) {
                case process -> List.of();
                case container -> List.of(DemoEngine.Sort.container);
                case slurm -> List.of(DemoEngine.Sort.slurm);
                case all -> List.of(DemoEngine.Sort.container, DemoEngine.Sort.slurm);
            };
        }
    }

    private Path folder = Path.of("var", "demo");
    private final List<DemoEngine> engines = new CopyOnWriteArrayList<>();
    private final String member = token();

    DemoCommand(Kit kit) {
        this.kit = kit;
        this.terminal = kit.terminal();
    }

    @Override
    public Integer call() throws IOException {
        Path home = home();
        folder = DemoFolder.in(home);
        if (!folder.startsWith(home)) {
            terminal.line("Tasks run as users who cannot reach this checkout; their files are in " + folder + ".");
        }
        try (FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = lock(channel);
            if (lock == null) {
                throw new Fault(
                        Exit.FAULT, "A demo is running here already.", "end it with Ctrl-C where it was started");
            }
            Thread stopper = new Thread(this::stop, "planisphere-demo-end");
            Runtime.getRuntime().addShutdownHook(stopper);
            try {
                return run(home);
            } finally {
                stop();
                try {
                    Runtime.getRuntime().removeShutdownHook(stopper);
                } catch (IllegalStateException ending) {
                    // it is being run
                }
            }
        }
    }

    private int run(Path home) throws IOException {
        for (DemoEngine.Sort sort : engine.sorts()) {
            step("Starting " + sort.what);
            engines.add(DemoEngine.start(sort, home, folder));
        }
        step("Starting a registry and three planners");
        for (String name : NAMES) {
            DemoNode.endLeftover(folder.resolve(name));
        }
        int base = port == null ? freePorts() : port;
        List<URI> addresses = start(home, folder, base);
        URI registry = URI.create(addresses.get(0) + "/registry");

        step("Finding the planners in the registry " + registry);
        List<Connection.Named> planners = find(registry);
        Table found = new Table().left("PLANNER").left("ADDRESS");
        planners.forEach(
                planner -> found.row(planner.name(), planner.client().base().toString()));
        found.print(terminal);

        Path demo = home.resolve("demo");
        step("Asking all three: what do the brightest stars tell? (demo/task.yaml)");
        Survey offers = Survey.ask(planners, task(demo), Survey.Order.cores);
        offers.print(kit);
        offers.remember(kit.memory());
        say("all three have answered after " + Words.duration(Duration.between(began, Instant.now())));
        Survey.Line best = offers.best();
        if (best == null || !offers.silences().isEmpty()) {
            throw new Fault(
                    Exit.NO, "Not every planner answered with what the demo needs.", "read " + folder + "/*/logs");
        }

        step("Asking for more than they have: 512 GiB of memory for eight hours (demo/bigger.yaml)");
        Survey bigger = Survey.ask(
                planners, TaskFile.read(demo.resolve("bigger.yaml").toString(), kit.in()), Survey.Order.cores);
        bigger.print(kit);

        asAMember(planners, demo);

        step("Accepting offer 1, of " + best.planner() + ", and watching it");
        PlannerClient planner = planners.stream()
                .filter(named -> named.name().equals(best.planner()))
                .findFirst()
                .orElseThrow()
                .client();
        ExecutionSession accepted = planner.accept(best.url());
        kit.memory().rememberSession(best.url());
        say("session " + planner.urlOf(accepted));
        List<URI> others = offers.lines().stream()
                .filter(line -> !line.planner().equals(best.planner()))
                .map(Survey.Line::url)
                .toList();
        AcceptCommand.giveBack(others, PlannerClient::of);
        say("the offers of the others are given back");
        if (new Show(kit, planner, best.url()).run() != Exit.OK) {
            throw new Fault(Exit.NO, "The task did not complete.", "planisphere stderr " + best.url());
        }

        step("Fetching the results");
        Path results = folder.resolve("results");
        delete(results);
        List<ResultItem> items = planner.results(best.url());
        ResultsCommand.download(planner, items, results);
        ResultsCommand.print(terminal, items);
        summary(results);

        if (!engines.isEmpty()) {
            onOthers(demo, folder, addresses, best.url(), results);
        }

        step("What was done, and where to look next");
        end(home, addresses, best, results, items.size());
        if (!exit) {
            return linger();
        }
        return Exit.OK;
    }

    /** The same task once more with every other engine that the demo has; the results side by side with the first. */
    private void onOthers(Path demo, Path folder, List<URI> addresses, URI accepted, Path first) throws IOException {
        Map<DemoEngine.Sort, Integer> having = new LinkedHashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            having.putIfAbsent(sortOf(NAMES.get(i)), i);
        }
        int winner = IntStream.range(0, NAMES.size())
                .filter(i -> accepted.toString().startsWith(addresses.get(i) + "/"))
                .findFirst()
                .orElse(0);
        DemoEngine.Sort done = sortOf(NAMES.get(winner));
        Map<DemoEngine.Sort, Path> results = new LinkedHashMap<>(Map.of(done, first));
        for (Map.Entry<DemoEngine.Sort, Integer> other : having.entrySet()) {
            if (other.getKey() != done) {
                int at = other.getValue();
                step("The same task " + other.getKey().words + ", by the planner " + NAMES.get(at));
                Path folderOfOther = folder.resolve("results-" + other.getKey());
                once(demo, URI.create(addresses.get(at) + "/planner"), NAMES.get(at), folderOfOther);
                results.put(other.getKey(), folderOfOther);
            }
        }
        Table table = new Table().left("RESULT");
        results.keySet().forEach(sort -> table.left(sort.words.toUpperCase(Locale.ROOT)));
        try (var files = Files.list(first)) {
            for (Path file : files.sorted().toList()) {
                List<String> row = new ArrayList<>(List.of(String.valueOf(file.getFileName())));
                for (Path place : results.values()) {
                    Path other = place.resolve(file.getFileName());
                    row.add(
                            !Files.exists(other)
                                    ? "missing"
                                    : other.equals(file)
                                            ? Files.size(file) + " bytes"
                                            : Files.mismatch(file, other) < 0
                                                    ? "the same, byte for byte"
                                                    : Files.size(other) + " bytes");
                }
                table.row(row.toArray(String[]::new));
            }
        }
        table.print(terminal);
    }

    /** What the policy (demo/policy.yaml) makes of the same questions when a member of the survey asks them. */
    private void asAMember(List<Connection.Named> planners, Path demo) {
        String task = demo.resolve("task.yaml").toString();
        ExecutionRequest longer = TaskFile.read(task, kit.in());
        if (longer.schedule != null && longer.schedule.requested != null) {
            longer.schedule.requested.duration = "PT4H";
        }
        step("Asking for four hours as a guest: the policy says who could have them (demo/policy.yaml)");
        Survey.ask(planners, longer, Survey.Order.cores).print(kit);
        step("Asking for four hours, and for the first task again, as a member of the survey");
        List<Connection.Named> members = planners.stream()
                .map(planner ->
                        new Connection.Named(planner.name(), planner.client().withToken(member)))
                .toList();
        for (ExecutionRequest request : List.of(longer, TaskFile.read(task, kit.in()))) {
            Survey offers = Survey.ask(members, request, Survey.Order.cores);
            offers.print(kit);
            AcceptCommand.giveBack(
                    offers.lines().stream().map(Survey.Line::url).toList(),
                    url -> PlannerClient.of(url).withToken(member));
        }
    }

    /** The token book of the three planners: one member, whose token lives as long as the demo. */
    private Path callers(Path folder) throws IOException {
        Path file = folder.resolve("tokens.yaml");
        Files.writeString(file, "- {name: member, groups: [survey], sha256: " + sha256(member) + "}\n");
        return file;
    }

    /** Asks one planner, takes its best offer, and fetches the results. */
    private void once(Path demo, URI address, String name, Path into) throws IOException {
        PlannerClient planner = PlannerClient.at(address);
        Survey survey = Survey.ask(List.of(new Connection.Named(name, planner)), task(demo), Survey.Order.cores);
        survey.print(kit);
        Survey.Line offer = survey.best();
        if (offer == null) {
            throw new Fault(
                    Exit.NO, "The planner " + name + " made no offer.", "read " + folder + "/" + name + "/logs");
        }
        planner.accept(offer.url());
        if (new Show(kit, planner, offer.url()).run() != Exit.OK) {
            throw new Fault(Exit.NO, "The task did not complete.", "planisphere stderr " + offer.url());
        }
        delete(into);
        ResultsCommand.download(planner, planner.results(offer.url()), into);
    }

    private DemoEngine.Sort sortOf(String planner) {
        return engines.stream()
                .map(DemoEngine::sort)
                .filter(sort -> sort.planner.equals(planner))
                .findFirst()
                .orElse(DemoEngine.Sort.process);
    }

    private List<URI> start(Path home, Path folder, int base) throws IOException {
        String token = token();
        Path callers = callers(folder);
        String registry = "http://127.0.0.1:" + base + "/registry";
        // The registry asks an address of this machine only where it is named.
        String allowed = IntStream.range(0, NAMES.size())
                .mapToObj(i -> "127.0.0.1:" + (base + i))
                .collect(Collectors.joining(","));
        // The console of each may ask the others from a browser.
        String origins = IntStream.range(0, NAMES.size())
                .mapToObj(i -> "http://127.0.0.1:" + (base + i))
                .collect(Collectors.joining(","));
        Map<String, String> secrets =
                Map.of("PLANISPHERE_REGISTRY_PUBLISH_TOKEN", token, "PLANISPHERE_REGISTRY_REGISTER_TOKEN", token);
        List<URI> addresses = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            Path data = folder.resolve(name);
            delete(data);
            Files.createDirectories(data);
            Path config = data.resolve("node.yaml");
            String node = filled(home.resolve("demo").resolve("nodes").resolve(name + ".yaml"));
            for (DemoEngine one : engines) {
                node = one.sort().planner.equals(name) ? one.instead(node) : node;
            }
            Files.writeString(config, node);
            nodes.add(DemoNode.start(
                    home,
                    name,
                    base + i,
                    data,
                    config,
                    List.of(
                            "registry.register.urls=" + registry,
                            "registry.http.allow=" + allowed,
                            "listen.origins=" + origins,
                            "console.origins=" + origins,
                            "staging.file.roots=" + home.resolve("demo"),
                            "identity.tokens=" + callers,
                            "policy.file=" + home.resolve("demo").resolve("policy.yaml")),
                    secrets));
            if (i == 0 && Runtime.getRuntime().availableProcessors() < ALL_AT_ONCE) {
                // On few cores all would be late: the first has them for itself, and answers while the others start.
                addresses.add(ready(nodes.get(0)));
                askFirst(home, name, addresses.get(0));
            }
        }
        for (DemoNode node : nodes.subList(addresses.size(), nodes.size())) {
            addresses.add(ready(node));
            if (addresses.size() == 1) {
                askFirst(home, node.name(), addresses.get(0));
            }
        }
        return addresses;
    }

    private URI ready(DemoNode node) {
        try {
            URI address =
                    node.ready().orTimeout(START.toSeconds(), TimeUnit.SECONDS).join();
            say(node.name() + " is ready at " + address + " after " + Words.duration(node.took()));
            return address;
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof Fault fault) {
                throw fault;
            }
            throw new Fault(
                    Exit.FAULT,
                    node.name() + " was not ready within " + Words.duration(START) + ".",
                    "read " + node.log());
        }
    }

    /** The first to be ready is asked before the others are; what it offers is given back. */
    private void askFirst(Path home, String name, URI address) {
        Connection.Named first = new Connection.Named(name, PlannerClient.at(URI.create(address + "/planner")));
        Survey survey = Survey.ask(List.of(first), task(home.resolve("demo")), Survey.Order.cores);
        Survey.Line best = survey.best();
        if (best != null) {
            OfferView offer = best.offer();
            say("what the brightest stars tell, " + name + " would compute on " + offer.cores()
                    + (offer.cores() == 1 ? " core" : " cores") + ": the first offer, "
                    + Words.duration(Duration.between(began, Instant.now())) + " after the beginning");
        }
        AcceptCommand.giveBack(survey.lines().stream().map(Survey.Line::url).toList(), PlannerClient::of);
    }

    private ExecutionRequest task(Path demo) {
        return TaskFile.read(demo.resolve("task.yaml").toString(), kit.in());
    }

    /** Sizes that depend on this machine: no planner promises cores or memory that it does not have. */
    private static String filled(Path template) throws IOException {
        int cores = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        return Files.readString(template)
                .replace("@CORES@", Integer.toString(cores))
                .replace("@MEMORY@", Long.toString(Math.max(2, Math.min(8, hostGib()))));
    }

    private static long hostGib() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / (1024 * 1024))
                    .findFirst()
                    .orElse(2);
        } catch (IOException | NumberFormatException untold) {
            return 2;
        }
    }

    /** The planners, as soon as all of them have registered themselves. */
    private List<Connection.Named> find(URI registry) {
        RegistryClient client = RegistryClient.at(registry);
        Instant until = Instant.now().plus(REGISTRATION);
        while (true) {
            List<Connection.Named> found = new ArrayList<>();
            ClientException trouble = null;
            try {
                for (RegistryClient.Entry entry : client.planners()) {
                    for (URI url : entry.accessUrls(RegistryClient.EXECUTION_BROKER)) {
                        found.add(new Connection.Named(Terminal.harmless(entry.title()), PlannerClient.at(url)));
                    }
                }
            } catch (ClientException notYet) {
                trouble = notYet;
            }
            if (found.size() >= NAMES.size()) {
                return found;
            }
            for (DemoNode node : nodes) {
                if (!node.running()) {
                    throw new Fault(Exit.FAULT, node.name() + " has ended.", "read " + node.log());
                }
            }
            if (Instant.now().isAfter(until)) {
                throw new Fault(
                        Exit.FAULT,
                        "Only " + found.size() + " of " + NAMES.size() + " planners have registered themselves within "
                                + Words.duration(REGISTRATION)
                                + (trouble == null ? "." : ": " + Terminal.harmless(trouble.getMessage())),
                        "read " + folder + "/*/console.log");
            }
            pause(Duration.ofMillis(200));
        }
    }

    private void summary(Path results) throws IOException {
        Path summary = results.resolve("summary.txt");
        if (!Files.isRegularFile(summary)) {
            return;
        }
        terminal.line("");
        try (var lines = Files.lines(summary)) {
            lines.limit(14).forEach(line -> terminal.line("  " + Show.plain(line)));
        }
    }

    private void end(Path home, List<URI> addresses, Survey.Line best, Path results, int files) {
        terminal.line("Three planners were found in the registry and asked the same; " + best.planner()
                + " made the best offer and ran the task; " + Words.count(files, "result")
                + " came back, sizes and SHA-256 checked. "
                + "It took " + Words.duration(Duration.between(began, Instant.now())) + ".");
        terminal.line("");
        Table table = new Table().left("").left("");
        Path relative = home.relativize(results);
        table.row("the results", results.resolve("report.html").toUri().toString());
        if (!exit) {
            table.row("the session", best.url().toString());
            table.row("in a browser", addresses.get(0) + "/console/");
            table.row("try the interface", addresses.get(0) + "/planner/tryit/");
            table.row("the registry", addresses.get(0) + "/registry");
            table.row("ask again", "./planisphere ask demo/task.yaml --registry " + addresses.get(0) + "/registry");
        }
        table.row("results folder", relative.toString());
        table.row("how it works", "docs/architecture.md");
        table.print(terminal);
    }

    private int linger() {
        terminal.line("");
        terminal.line(terminal.bold("Everything goes on running until Ctrl-C."));
        CountDownLatch ended = new CountDownLatch(1);
        List<String> gone = new ArrayList<>();
        for (DemoNode node : nodes) {
            node.onEnd(() -> {
                synchronized (gone) {
                    gone.add(node.name());
                }
                ended.countDown();
            });
        }
        try {
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Exit.OK;
        }
        synchronized (gone) {
            throw new Fault(
                    Exit.FAULT, gone.get(0) + " has ended.", "read " + folder + "/" + gone.get(0) + "/console.log");
        }
    }

    /** Ends every node; all at once, then one after the other is waited for. */
    private void stop() {
        synchronized (nodes) {
            nodes.forEach(DemoNode::stop);
            nodes.forEach(DemoNode::awaitEnd);
            engines.forEach(DemoEngine::close);
            engines.clear();
        }
    }

    private Path home() {
        String said = kit.environment().getOrDefault("PLANISPHERE_HOME", "");
        Path home = Path.of(said).toAbsolutePath();
        if (said.isEmpty() || !Files.isRegularFile(home.resolve("demo").resolve("task.yaml"))) {
            throw new Fault(Exit.USAGE, "The demo runs from a checkout.", "./planisphere demo");
        }
        return home;
    }

    private int freePorts() {
        for (int base = USUAL_PORT; base < USUAL_PORT + 1000; base += 10) {
            if (free(base) && free(base + 1) && free(base + 2)) {
                return base;
            }
        }
        throw new Fault(
                Exit.FAULT, "No three free ports were found from " + USUAL_PORT + " on.", "name some: --port BASE");
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException twice) {
            return null;
        }
    }

    private static String token() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Fault(Exit.FAULT, "The demo was interrupted.", null);
        }
    }

    private void step(String text) {
        terminal.line("");
        terminal.line(terminal.bold("▸ " + text));
    }

    private void say(String text) {
        terminal.line(terminal.faint("  " + text));
    }
}
