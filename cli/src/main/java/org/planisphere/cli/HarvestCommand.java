package org.planisphere.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.RegistryClient;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a registry harvests: how it stands, and now instead of later. */
final class HarvestCommand {
    private static final long LOOK_MILLIS = 1000;

    private HarvestCommand() {}

    @Command(
            name = "status",
            description = "Show the registries that are harvested. Ends with 1 when one of them needs an operator.")
    static final class Status implements Callable<Integer> {
        private final Kit kit;

        @Option(names = "--json", description = "Print JSON.")
        boolean json;

        @Mixin
        Connection connection = new Connection();

        Status(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            List<RegistryClient.Source> sources = connection.registry(kit).sources();
            if (json) {
                kit.terminal().line(Json.pretty(sources));
            } else if (sources.isEmpty()) {
                kit.terminal().line("No registry is harvested; name some in registry.harvest.sources.");
            } else {
                print(kit, sources);
            }
            return sources.stream().anyMatch(RegistryClient.Source::alarm) ? Exit.NO : Exit.OK;
        }
    }

    @Command(
            name = "harvest",
            description =
                    "Have a registry harvested now, and show how it goes; for operators. Without SOURCE, all of them.")
    static final class Harvest implements Callable<Integer> {
        private final Kit kit;

        @Parameters(arity = "0..1", paramLabel = "SOURCE", description = "Its address, as registry status has it.")
        @Nullable
        String source;

        @Option(names = "--full", description = "Everything, not only what has changed.")
        boolean full;

        @Option(
                names = "--believe",
                description = "Everything; what does not come any more is deleted, however much it is.")
        boolean believe;

        @Option(names = "--no-wait", description = "Do not wait for its end.")
        boolean noWait;

        @Option(names = "--json", description = "Print JSON.")
        boolean json;

        @Mixin
        Connection connection = new Connection();

        Harvest(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() throws InterruptedException {
            RegistryClient registry = connection.registry(kit);
            List<RegistryClient.Source> before = registry.sources();
            List<RegistryClient.Source> wanted = before.stream()
                    .filter(known -> source == null
                            ? !known.url().contains("#")
                            : known.url().equals(source))
                    .toList();
            if (wanted.isEmpty()) {
                throw new Fault(
                        Exit.USAGE,
                        source == null
                                ? "The registry harvests nobody."
                                : "The registry does not harvest " + source + ".",
                        "see: planisphere registry status; sources are named in registry.harvest.sources");
            }
            wanted.forEach(known -> registry.harvest(known.url(), full, believe));
            List<RegistryClient.Source> after = wanted;
            while (!noWait) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                after = registry.sources().stream()
                        .filter(known ->
                                wanted.stream().anyMatch(one -> one.url().equals(known.url())))
                        .toList();
                if (kit.terminal().live() && !json) {
                    long records = after.stream()
                            .mapToLong(RegistryClient.Source::seen)
                            .sum();
                    kit.terminal().err().print("\r" + Words.count(records, "record") + " …\u001b[K");
                    kit.terminal().err().flush();
                }
                if (after.stream().allMatch(now -> ended(now, wanted))) {
                    break;
                }
            }
            if (kit.terminal().live() && !json && !noWait) {
                kit.terminal().err().print("\r\u001b[K");
            }
            if (json) {
                kit.terminal().line(Json.pretty(after));
            } else {
                print(kit, after);
            }
            boolean well = noWait || after.stream().noneMatch(now -> now.alarm() || now.failures() > 0);
            return well ? Exit.OK : Exit.NO;
        }

        /** Whether the harvest that was asked for has ended, well or not. */
        private static boolean ended(RegistryClient.Source now, List<RegistryClient.Source> before) {
            return before.stream()
                    .filter(then -> then.url().equals(now.url()))
                    .allMatch(then -> now.failures() > then.failures()
                            || now.state().equals("idle")
                                    && (now.run() > then.run()
                                            || !now.lastSuccess().equals(then.lastSuccess())
                                            || then.state().equals("running")));
        }
    }

    private static void print(Kit kit, List<RegistryClient.Source> sources) {
        Table table = new Table()
                .column("REGISTRY", false, true, 0)
                .column("STATE", false, false, 0)
                .column("RECORDS", true, false, 2)
                .column("LAST SUCCESS", false, false, 1)
                .column("NEXT", false, false, 3)
                .column("MESSAGE", false, true, 0);
        for (RegistryClient.Source source : sources) {
            table.row(
                    Terminal.harmless(source.url()),
                    source.alarm() ? "ALARM" : source.failures() > 0 ? "failed" : Terminal.harmless(source.state()),
                    Long.toString(source.seen()),
                    time(kit, source.lastSuccess()),
                    time(kit, source.next()),
                    Terminal.harmless(source.message()));
        }
        table.print(kit.terminal());
    }

    private static String time(Kit kit, String text) {
        Instant time = Words.instant(text.isEmpty() ? null : text);
        return time == null
                ? "never"
                : Words.time(time, kit.clock().instant(), kit.clock().getZone());
    }
}
