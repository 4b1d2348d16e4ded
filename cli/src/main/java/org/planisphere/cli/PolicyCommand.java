package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "policy",
        description = "Check a policy, explain what it grants, or try one on past requests.",
        subcommands = {PolicyCommand.Check.class, PolicyCommand.Explain.class, PolicyCommand.DryRun.class},
        synopsisSubcommandLabel = "(check | explain | dry-run)")
final class PolicyCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new Fault(
                Exit.USAGE,
                "What of the policy?",
                "planisphere policy check FILE, policy explain, or policy dry-run FILE");
    }

    static byte[] file(String name) {
        try {
            return Files.readAllBytes(Path.of(name));
        } catch (NoSuchFileException absent) {
            throw new Fault(Exit.USAGE, "There is no file " + name + ".", null);
        } catch (IOException unreadable) {
            throw new Fault(Exit.USAGE, name + " cannot be read: " + unreadable.getMessage(), null);
        }
    }

    @Command(name = "check", description = "Tell every fault of a policy, with its path and line; asks a planner.")
    static final class Check implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "FILE", description = "The policy, in YAML.")
        String file = "";

        @Mixin
        Connection connection = new Connection();

        Check(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            JsonNode answer = connection.one(kit).office().checkPolicy(file(file));
            JsonNode faults = answer.path("faults");
            faults.forEach(fault -> kit.terminal().line(Terminal.harmless(fault.asText())));
            if (faults.isEmpty()) {
                kit.terminal()
                        .line("right: version "
                                + Terminal.harmless(answer.path("version").asText()) + ", "
                                + answer.path("grants").asInt() + " grants");
            }
            return faults.isEmpty() ? Exit.OK : Exit.NO;
        }
    }

    @Command(name = "explain", description = "Tell what the policy in force grants somebody, and why; for operators.")
    static final class Explain implements Callable<Integer> {
        private final Kit kit;

        @Option(names = "--as", paramLabel = "ISSUER|PERSON", description = "Who asks; anonymous when left out.")
        @Nullable
        String as;

        @Option(names = "--groups", paramLabel = "GROUP", split = ",", description = "Their groups, issuer|group.")
        List<String> groups = new ArrayList<>();

        @Option(names = "--task", paramLabel = "FILE", description = "What it would be answered if nothing were taken.")
        @Nullable
        String task;

        @Mixin
        Connection connection = new Connection();

        Explain(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            String name = task;
            JsonNode answer = connection
                    .one(kit)
                    .office()
                    .explainPolicy(
                            as, groups, name == null ? null : TaskFile.read(name, InputStream.nullInputStream()));
            kit.terminal().line(Json.pretty(answer));
            return answer.path("answer").path("result").asText().equals("NO") ? Exit.NO : Exit.OK;
        }
    }

    @Command(name = "dry-run", description = "Tell what a policy would have changed of past requests; for operators.")
    static final class DryRun implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "FILE", description = "The policy, in YAML.")
        String file = "";

        @Option(names = "--days", paramLabel = "N", description = "How many days back (${DEFAULT-VALUE}).")
        int days = 31;

        @Mixin
        Connection connection = new Connection();

        DryRun(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            kit.terminal().line(Json.pretty(connection.one(kit).office().tryPolicy(file(file), days)));
            return Exit.OK;
        }
    }
}
