package org.planisphere.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Capability;
import org.planisphere.client.RegistryClient;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "registry",
        description = "Find services in a registry, write to it, and see what it harvests.",
        subcommands = {
            RegistryCommand.Search.class,
            RegistryCommand.Register.class,
            RegistryCommand.Publish.class,
            HarvestCommand.Harvest.class,
            HarvestCommand.Status.class
        },
        synopsisSubcommandLabel = "(search | register | publish | harvest | status)")
final class RegistryCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new Fault(
                Exit.USAGE,
                "What of the registry?",
                "planisphere registry search, or see: planisphere registry --help");
    }

    @Command(name = "search", description = "Find services by their words and their standard.")
    static final class Search implements Callable<Integer> {
        private final Kit kit;

        @Parameters(arity = "0..*", paramLabel = "WORD", description = "Words of title, description or identifier.")
        List<String> words = new ArrayList<>();

        @Option(
                names = "--standard",
                paramLabel = "URI",
                defaultValue = RegistryClient.EXECUTION_BROKER,
                description = "Standard of a capability, or any (${DEFAULT-VALUE}).")
        String standard = RegistryClient.EXECUTION_BROKER;

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "Runs executables of this kind: a URI, or its last part such as docker-container.")
        @Nullable
        String kind;

        @Option(names = "--json", description = "Print JSON.")
        boolean json;

        @Mixin
        Connection connection = new Connection();

        Search(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            List<RegistryClient.Entry> entries = connection
                    .registry(kit)
                    .search(
                            standard.equals("any") ? null : standard,
                            words.isEmpty() ? null : String.join(" ", words),
                            kind)
                    .stream()
                    .limit(1000)
                    .toList();
            if (json) {
                kit.terminal().line(Json.pretty(entries));
            } else {
                print(entries);
            }
            return entries.isEmpty() ? Exit.NO : Exit.OK;
        }

        private void print(List<RegistryClient.Entry> entries) {
            Table table = new Table()
                    .column("TITLE", false, true, 0)
                    .column("STATE", false, false, 3)
                    .column("ADDRESS", false, false, 0)
                    .column("IDENTIFIER", false, true, 2)
                    .column("RUNS", false, true, 4);
            for (RegistryClient.Entry entry : entries) {
                List<URI> urls = entry.accessUrls(standard);
                @Nullable URI url = urls.isEmpty() ? first(entry) : urls.get(0);
                table.row(
                        Terminal.harmless(entry.title()),
                        Terminal.harmless(entry.availability()),
                        url == null ? "" : url.toString(),
                        Terminal.harmless(entry.identifier()),
                        entry.kinds().stream()
                                .map(uri -> uri.replaceFirst(".*/", "").replaceFirst("\\.yaml$", ""))
                                .map(Terminal::harmless)
                                .collect(Collectors.joining(", ")));
            }
            table.print(kit.terminal());
        }

        private static @Nullable URI first(RegistryClient.Entry entry) {
            return entry.capabilities().stream()
                    .map(Capability::accessUrls)
                    .filter(urls -> !urls.isEmpty())
                    .map(urls -> urls.get(0))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Command(
            name = "register",
            description =
                    "Have a service registered by the address of its VOSI capabilities; needs a publisher's token.")
    static final class Register implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "CAPABILITIES", description = "Such as https://host/planner/capabilities.")
        String capabilities = "";

        @Mixin
        Connection connection = new Connection();

        Register(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            RegistryClient.Entry entry = connection.registry(kit).register(Kit.uri(capabilities));
            kit.terminal().line("registered " + Terminal.harmless(entry.identifier()));
            return Exit.OK;
        }
    }

    @Command(
            name = "publish",
            description =
                    "Write records (VOResource XML, or JSON), new or in place of what is there; needs a publisher's token.")
    static final class Publish implements Callable<Integer> {
        private final Kit kit;

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files with one ri:Resource each.")
        List<Path> files = new ArrayList<>();

        @Option(names = "--json", description = "Print JSON.")
        boolean json;

        @Mixin
        Connection connection = new Connection();

        Publish(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            List<RegistryClient.Entry> written = new ArrayList<>();
            for (Path file : files) {
                byte[] xml;
                try {
                    xml = Files.readAllBytes(file);
                } catch (NoSuchFileException missing) {
                    throw new Fault(Exit.USAGE, file + " is not there.", null);
                } catch (IOException unreadable) {
                    throw new Fault(Exit.USAGE, file + " cannot be read: " + unreadable.getMessage(), null);
                }
                RegistryClient.Entry entry = connection.registry(kit).publish(xml);
                written.add(entry);
                if (!json) {
                    kit.terminal().line("published " + Terminal.harmless(entry.identifier()));
                }
            }
            if (json) {
                kit.terminal().line(Json.pretty(written));
            }
            return Exit.OK;
        }
    }
}
