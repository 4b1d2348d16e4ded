package org.planisphere.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that only put a session into another phase. */
abstract class PhaseCommand implements Callable<Integer> {
    final Kit kit;

    @Parameters(
            arity = "0..1",
            paramLabel = "SESSION",
            description = "Number in the last table, address or UUID; otherwise the session accepted last.")
    @Nullable
    String session;

    @Option(names = "--json", description = "Print the session as JSON.")
    boolean json;

    @Mixin
    Connection connection = new Connection();

    PhaseCommand(Kit kit) {
        this.kit = kit;
    }

    abstract ExecutionSession change(PlannerClient planner, URI url);

    @Override
    public Integer call() {
        URI url = connection.session(kit, session);
        ExecutionSession changed = change(connection.clientOf(kit, url), url);
        Terminal terminal = kit.terminal();
        terminal.line(json ? Json.pretty(changed) : terminal.phase(Terminal.harmless(changed.phase)) + " " + url);
        return Exit.OK;
    }

    @Command(name = "reject", description = "Turn an offer down; what it holds is free at once.")
    static final class Reject extends PhaseCommand {
        Reject(Kit kit) {
            super(kit);
        }

        @Override
        ExecutionSession change(PlannerClient planner, URI url) {
            if (session == null) {
                throw new Fault(Exit.USAGE, "Which offer?", "see: planisphere offers");
            }
            return planner.reject(url);
        }
    }

    @Command(name = "cancel", description = "Stop an accepted session, wherever it stands.")
    static final class Cancel extends PhaseCommand {
        Cancel(Kit kit) {
            super(kit);
        }

        @Override
        ExecutionSession change(PlannerClient planner, URI url) {
            return planner.cancel(url);
        }
    }
}
