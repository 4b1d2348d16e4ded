package org.planisphere.cli;

import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerProblem;
import org.planisphere.wire.ProblemError;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code planisphere}. */
@Command(
        name = "planisphere",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = VersionCommand.class,
        description = "Ask science platforms where, when and on what terms a task can be run, and run it there.",
        subcommands = {
            AskCommand.class,
            OffersCommand.class,
            AcceptCommand.class,
            PhaseCommand.Reject.class,
            WatchCommand.class,
            PhaseCommand.Cancel.class,
            UpdateCommand.class,
            ResultsCommand.class,
            OutputCommand.Stdout.class,
            OutputCommand.Stderr.class,
            SessionsCommand.class,
            DeleteCommand.class,
            DirectCommand.class,
            RegistryCommand.class,
            MeCommand.class,
            UsageCommand.class,
            StorageCommand.class,
            PolicyCommand.class,
            AuditCommand.class,
            ShareCommand.class,
            LoginCommand.class,
            LoginCommand.Logout.class,
            LoginCommand.Whoami.class,
            ProfileCommand.class,
            VersionCommand.class,
            DemoCommand.class,
            Main.Completion.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nEnds with%n",
        exitCodeList = {
            "0:done",
            "1:no planner makes an offer, or the task has ended otherwise than well",
            "2:the command line or a file it names is wrong",
            "3:the server refuses",
            "4:no server answers",
            "5:a server answers what cannot be used, or has a fault of its own",
            "6:a file cannot be written, or the command itself is at fault"
        })
public final class Main implements Runnable {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "What shall be done?");
        }
    }

    /** Runs one command and ends the process with its status. */
    public static void main(String[] arguments) {
        int exit = run(Kit.standard(), arguments);
        System.exit(exit);
    }

    static int run(Kit kit, String... arguments) {
        Terminal terminal = kit.terminal();
        CommandLine line = new CommandLine(new Main(), new Factory(kit))
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.max(60, Math.min(110, terminal.width())))
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionExceptionHandler((thrown, command, result) ->
                        told(terminal, thrown, command.getCommandSpec().qualifiedName()))
                .setParameterExceptionHandler((wrong, given) -> usage(terminal, wrong));
        int exit = line.execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return exit;
    }

    private static int usage(Terminal terminal, ParameterException wrong) {
        terminal.complain(terminal.bad("planisphere: ") + Terminal.harmless(wrong.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, terminal.err());
        terminal.complain("see: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return Exit.USAGE;
    }

    /** One sentence for what went wrong, and what to do next. */
    private static int told(Terminal terminal, Exception thrown, String command) {
        String next = Advice.after(thrown, command);
        if (thrown instanceof Fault fault) {
            return say(terminal, String.valueOf(fault.getMessage()), next, fault.exit);
        }
        if (thrown instanceof PlannerProblem problem) {
            String errors = problem.errors().stream()
                    .map(Main::text)
                    .map(Terminal::harmless)
                    .collect(Collectors.joining("\n  "));
            String said = Terminal.harmless(problem.getMessage()) + (errors.isEmpty() ? "" : "\n  " + errors);
            return say(terminal, said, next, Survey.exit(problem));
        }
        if (thrown instanceof ClientException known) {
            return say(terminal, Terminal.harmless(known.getMessage()), next, Survey.exit(known));
        }
        if (thrown instanceof UncheckedIOException unwritable) {
            return say(terminal, String.valueOf(unwritable.getMessage()), next, Exit.FAULT);
        }
        terminal.complain(terminal.bad("planisphere: ") + "a fault of this command: " + thrown);
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().startsWith("org.planisphere")) {
                terminal.complain("  at " + element);
            }
        }
        return Exit.FAULT;
    }

    private static String text(ProblemError error) {
        String pointer = error.pointer == null || error.pointer.isEmpty() ? "" : error.pointer + ": ";
        return pointer + (error.detail == null ? "" : error.detail);
    }

    private static int say(Terminal terminal, String message, String next, int exit) {
        terminal.complain(terminal.bad("planisphere: ") + message);
        terminal.complain(terminal.faint("next: ") + next);
        return exit;
    }

    /** Makes commands with the kit they ask for. */
    private record Factory(Kit kit) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Kit.class) {
                    constructor.setAccessible(true);
                    return type.cast(constructor.newInstance(kit));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    /** Prints the completion script of bash and zsh. */
    @Command(
            name = "completion",
            description = "Print the completion script: source <(planisphere completion bash), or zsh")
    static final class Completion implements Runnable {
        private final Kit kit;

        @Spec
        CommandLine.Model.@Nullable CommandSpec spec;

        @CommandLine.Parameters(
                paramLabel = "SHELL",
                arity = "0..1",
                defaultValue = "BASH",
                description = "bash or zsh (bash); the script for zsh switches on what it needs.")
        Shell shell = Shell.BASH;

        /** Shells that the script is for. */
        enum Shell {
            BASH,
            ZSH
        }

        Completion(Kit kit) {
            this.kit = kit;
        }

        @Override
        public void run() {
            if (spec != null) {
                CommandLine root = spec.root().commandLine();
                if (shell == Shell.ZSH) {
                    kit.terminal()
                            .out()
                            .print("autoload -U +X compinit && compinit\n"
                                    + "autoload -U +X bashcompinit && bashcompinit\n");
                }
                kit.terminal().out().print(AutoComplete.bash(root.getCommandName(), root));
                kit.terminal().out().print('\n');
                kit.terminal().out().flush();
            }
        }
    }
}
