package org.planisphere.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Filter;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "sessions", description = "List this caller's sessions at one planner.")
final class SessionsCommand implements Callable<Integer> {
    private final Kit kit;

    @Option(names = "--phase", paramLabel = "PHASE", description = "Only sessions in this phase; may be repeated.")
    List<String> phases = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only those made then or later (2026-11-21T10:00:00Z).")
    @Nullable
    Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only those made before then.")
    @Nullable
    Instant until;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    int limit = 50;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Mixin
    Connection connection = new Connection();

    SessionsCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new Fault(Exit.USAGE, "--limit is " + limit + "; it should be at least 1.", null);
        }
        PlannerClient planner = connection.one(kit);
        Filter filter = new Filter(phases, since, until, Math.min(limit, 1000));
        List<ExecutionSession> sessions =
                planner.sessions(filter).stream().limit(limit).toList();
        if (json) {
            kit.terminal().line(Json.pretty(sessions));
            return Exit.OK;
        }
        Table table = new Table()
                .left("PHASE")
                .left("MADE")
                .column("PLATFORM", false, true, 5)
                .column("START", false, false, 2)
                .right("CORES")
                .column("MEMORY", true, false, 3)
                .column("FOR", true, false, 4)
                .column("PRICE", true, false, 1)
                .left("SESSION");
        Instant now = kit.clock().instant();
        for (ExecutionSession session : sessions) {
            OfferView view = OfferView.of(session);
            table.row(
                    session.phase == null ? "" : Terminal.harmless(session.phase),
                    session.meta == null || session.meta.created == null
                            ? ""
                            : Words.time(session.meta.created, now, kit.clock().getZone()),
                    view.where(""),
                    view.start() == null
                            ? ""
                            : Words.time(view.start(), now, kit.clock().getZone()),
                    view.cores() == 0 ? "" : Long.toString(view.cores()),
                    view.memory() == 0 ? "" : view.memory() + " GiB",
                    view.duration() == null ? "" : Words.duration(view.duration()),
                    view.priceText(),
                    Terminal.harmless(planner.urlOf(session).toString()));
        }
        table.print(kit.terminal());
        if (sessions.isEmpty()) {
            kit.terminal()
                    .complain("No session of yours is there; who is anonymous has no list of them.\n"
                            + kit.terminal().faint("next: ") + "planisphere whoami, or planisphere ask TASKFILE");
        }
        return Exit.OK;
    }
}
