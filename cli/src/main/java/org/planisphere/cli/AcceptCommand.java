package org.planisphere.cli;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "accept",
        description = "Accept an offer: its task is run. The other offers of its set are given back.",
        footer = {"", "Ends with 3 when the offer can no longer be had."})
final class AcceptCommand implements Callable<Integer> {
    private final Kit kit;

    @Parameters(paramLabel = "OFFER", description = "Number in the last table, or the session's address.")
    String offer = "";

    @Option(names = "--watch", description = "Stay, and show what happens until the task has ended.")
    boolean watch;

    @Option(
            names = "--reject-others",
            description = "Give back what the other planners of the last table still hold for it.")
    boolean rejectOthers;

    @Option(names = "--json", description = "Print the session as JSON.")
    boolean json;

    @Mixin
    Delegated delegated = new Delegated();

    @Mixin
    Connection connection = new Connection();

    AcceptCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        URI session = connection.session(kit, offer);
        PlannerClient planner = connection.clientOf(kit, session);
        ExecutionSession accepted = delegated.told(planner).accept(session);
        kit.memory().rememberSession(session);
        if (rejectOthers) {
            List<URI> others = kit.memory().offers().stream()
                    .map(Memory.Remembered::session)
                    .filter(other -> !PlannerClient.of(other).base().equals(planner.base()))
                    .toList();
            giveBack(others, other -> connection.clientOf(kit, other));
        }
        return told(kit, planner, session, accepted, watch, json);
    }

    /** Rejects all of them at once. An offer that is gone by now holds nothing either. */
    static void giveBack(List<URI> offers, Function<URI, PlannerClient> planners) {
        List<CompletableFuture<Void>> answers = offers.stream()
                .map(offer -> planners.apply(offer).rejectAsync(offer).<Void>handle((rejected, gone) -> null))
                .toList();
        answers.forEach(CompletableFuture::join);
    }

    /** Says that a session is accepted, and watches it when that is wanted. */
    static int told(
            Kit kit, PlannerClient planner, URI session, ExecutionSession accepted, boolean watch, boolean json) {
        Terminal terminal = kit.terminal();
        if (json) {
            terminal.line(Json.pretty(accepted));
        } else {
            terminal.line(terminal.phase(Terminal.harmless(accepted.phase)) + " " + session);
        }
        if (watch) {
            return new Show(kit, planner, session).run();
        }
        if (!json) {
            terminal.complain(terminal.faint("next: planisphere watch"));
        }
        return Exit.OK;
    }
}
