package org.planisphere.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.cli.Profiles.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps options under names. */
@Command(
        name = "profile",
        description = "Keep the options with which you ask under a name: planners, registry, token file, order.",
        footer = {
            "",
            "What counts, the first first: an option of the command line, the profile named with --profile, a",
            "variable PLANISPHERE_*, the profile of PLANISPHERE_PROFILE or else the one in use."
        },
        subcommands = {
            ProfileCommand.Show.class,
            ProfileCommand.Set.class,
            ProfileCommand.Use.class,
            ProfileCommand.Remove.class
        })
final class ProfileCommand implements Runnable {
    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "What shall be done?");
        }
    }

    /** Lists them. */
    @Command(name = "list", description = "List the profiles; the one in use is marked.")
    static final class Show implements Callable<Integer> {
        private final Kit kit;

        Show(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Profiles profiles = Profiles.of(kit.environment());
            String used = profiles.used().map(Profile::name).orElse("");
            if (profiles.all().isEmpty()) {
                kit.terminal().line("There is no profile; see: planisphere profile set --help");
                return Exit.NO;
            }
            Table table = new Table().left(" ").left("PROFILE").column("OPTIONS", false, true, 0);
            for (Profile profile : profiles.all().values()) {
                List<String> options = new ArrayList<>();
                profile.options().forEach((name, value) -> options.add("--" + name + " " + Terminal.harmless(value)));
                table.row(
                        profile.name().equals(used) ? "*" : "",
                        Terminal.harmless(profile.name()),
                        String.join(" ", options));
            }
            table.print(kit.terminal());
            return Exit.OK;
        }
    }

    /** Writes one. */
    @Command(
            name = "set",
            description = "Write a profile, or write it anew; the first one is in use at once.",
            footer = {"", "A token itself is never kept here: name the file that holds it, or log in."})
    static final class Set implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "NAME", description = "Letters, digits, dots, dashes and underscores.")
        String name = "";

        @Option(names = "--planner", paramLabel = "URL", description = "Base address of a planner; may be repeated.")
        List<String> planners = new ArrayList<>();

        @Option(names = "--registry", paramLabel = "URL", description = "Base address of a registry.")
        @Nullable
        String registry;

        @Option(names = "--token-file", paramLabel = "FILE", description = "File with the bearer token to show.")
        @Nullable
        String tokenFile;

        @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long a server may take for an answer.")
        @Nullable
        Integer timeout;

        @Option(names = "--sort", paramLabel = "BY", description = "Order of offers: ${COMPLETION-CANDIDATES}.")
        Survey.@Nullable Order sort;

        @Option(names = "--weights", paramLabel = "PART:N,...", description = "Ranking of offers; see ask --help.")
        @Nullable
        String weights;

        Set(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Map<String, String> options = new LinkedHashMap<>();
            planners.forEach(Kit::uri);
            put(options, "planner", planners.isEmpty() ? null : String.join(" ", planners));
            put(options, "registry", registry == null ? null : Kit.uri(registry).toString());
            put(options, "token-file", tokenFile);
            put(options, "timeout", timeout == null ? null : Integer.toString(Math.max(1, timeout)));
            put(options, "sort", sort == null ? null : sort.name());
            put(
                    options,
                    "weights",
                    weights == null ? null : AskCommand.ranking(weights).toString());
            if (options.isEmpty()) {
                throw new Fault(
                        Exit.USAGE,
                        "There is nothing to keep in the profile " + Terminal.harmless(name) + ".",
                        "see: planisphere profile set --help");
            }
            Profiles profiles = Profiles.of(kit.environment());
            boolean first = profiles.all().isEmpty();
            profiles.set(new Profile(name, options));
            if (first) {
                profiles.use(name);
            }
            kit.terminal().line("Kept the profile " + name + (first ? ", which is now in use." : "."));
            return Exit.OK;
        }

        private static void put(Map<String, String> options, String name, @Nullable String value) {
            if (value != null) {
                options.put(name, value);
            }
        }
    }

    /** Does something with the one that is named. */
    abstract static class OfOne implements Callable<Integer> {
        private final Kit kit;

        @Parameters(paramLabel = "NAME", description = "See: planisphere profile list.")
        String name = "";

        OfOne(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            kit.terminal().line("The profile " + Terminal.harmless(name) + act(Profiles.of(kit.environment())));
            return Exit.OK;
        }

        /** What has become of it, after its name. */
        abstract String act(Profiles profiles);
    }

    /** Chooses one. */
    @Command(name = "use", description = "Use a profile from now on.")
    static final class Use extends OfOne {
        Use(Kit kit) {
            super(kit);
        }

        @Override
        String act(Profiles profiles) {
            profiles.use(name);
            return " is in use.";
        }
    }

    /** Forgets one. */
    @Command(name = "remove", description = "Forget a profile.")
    static final class Remove extends OfOne {
        Remove(Kit kit) {
            super(kit);
        }

        @Override
        String act(Profiles profiles) {
            profiles.remove(name);
            return " is gone.";
        }
    }
}
