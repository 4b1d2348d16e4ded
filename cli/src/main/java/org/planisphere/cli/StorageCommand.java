package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "storage",
        description = "List the storage that is kept for the caller, keep it longer, or remove it.",
        subcommands = {StorageCommand.Listing.class, StorageCommand.Keep.class, StorageCommand.Remove.class},
        synopsisSubcommandLabel = "(list | keep | remove)")
final class StorageCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new Fault(
                Exit.USAGE,
                "What of the storage?",
                "planisphere storage list, storage keep STORAGE UNTIL, or storage remove STORAGE");
    }

    /** The storage of that name or UUID; of several of one name, none. */
    private static JsonNode named(JsonNode answer, String name) {
        List<JsonNode> found = new ArrayList<>();
        answer.path("items").forEach(item -> {
            if (name.equals(item.path("uuid").asText())
                    || name.equals(item.path("name").asText())) {
                found.add(item);
            }
        });
        if (found.size() != 1) {
            throw new Fault(
                    Exit.USAGE,
                    found.isEmpty()
                            ? "Nothing of that name is kept for you there."
                            : "Several of that name are kept for you: say the UUID.",
                    "see: planisphere storage list");
        }
        return found.get(0);
    }

    private static UUID uuid(JsonNode storage) {
        try {
            return UUID.fromString(storage.path("uuid").asText());
        } catch (IllegalArgumentException e) {
            throw new Fault(Exit.BAD_ANSWER, "The planner's list names a storage by no UUID.", null);
        }
    }

    @Command(name = "list", description = "What is kept, until when.")
    static final class Listing implements Callable<Integer> {
        private final Kit kit;

        @Option(names = "--json", description = "As the planner answers.")
        boolean json;

        @Mixin
        Connection connection = new Connection();

        Listing(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            JsonNode answer = connection.one(kit).office().storage();
            Terminal terminal = kit.terminal();
            if (json) {
                terminal.line(Json.mapper().valueToTree(answer).toString());
                return Exit.OK;
            }
            Table table = new Table()
                    .left("NAME")
                    .left("PLATFORM")
                    .right("SIZE")
                    .right("USED")
                    .left("KEPT UNTIL")
                    .left("UUID");
            for (JsonNode item : answer.path("items")) {
                JsonNode used = item.path("usedBytes");
                table.row(
                        Terminal.harmless(item.path("name").asText()),
                        Terminal.harmless(item.path("platform").asText()),
                        item.path("size").asLong() + " GiB",
                        used.isMissingNode() ? "in use" : Words.bytes(used.asLong()),
                        until(kit, item),
                        Terminal.harmless(item.path("uuid").asText()));
            }
            table.print(terminal);
            if (answer.path("items").isEmpty()) {
                terminal.complain("Nothing is kept for you there; who is anonymous can have nothing kept.\n"
                        + terminal.faint("next: ")
                        + "ask for persistent storage with a lifetime: planisphere ask TASKFILE");
            }
            return Exit.OK;
        }
    }

    private static String until(Kit kit, JsonNode item) {
        String said = item.path("ends").asText();
        Instant ends = Words.instant(said);
        return ends == null
                ? Terminal.harmless(said)
                : Words.time(ends, kit.clock().instant(), kit.clock().getZone());
    }

    @Command(name = "keep", description = "Keep a storage until another instant.")
    static final class Keep implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "STORAGE", description = "Its name or UUID.")
        String storage = "";

        @Parameters(
                paramLabel = "UNTIL",
                description = "An instant such as 2027-01-31T12:00:00Z, or a duration from now such as P7D.")
        String until = "";

        @Mixin
        Connection connection = new Connection();

        Keep(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Instant ends;
            try {
                ends = until.startsWith("P") ? kit.clock().instant().plus(Duration.parse(until)) : Instant.parse(until);
            } catch (DateTimeException | ArithmeticException e) {
                throw new Fault(
                        Exit.USAGE,
                        "UNTIL is neither an instant nor a duration: " + until + ".",
                        "for example: planisphere storage keep " + storage + " P14D");
            }
            var office = connection.one(kit).office();
            JsonNode kept = office.keepStorage(uuid(named(office.storage(), storage)), ends);
            kit.terminal().line("kept until " + until(kit, kept));
            return Exit.OK;
        }
    }

    @Command(name = "remove", description = "Remove a storage with all its content.")
    static final class Remove implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "STORAGE", description = "Its name or UUID.")
        String storage = "";

        @Mixin
        Connection connection = new Connection();

        Remove(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            var office = connection.one(kit).office();
            UUID known = uuid(named(office.storage(), storage));
            office.removeStorage(known);
            kit.terminal().line("removed " + known);
            return Exit.OK;
        }
    }
}
