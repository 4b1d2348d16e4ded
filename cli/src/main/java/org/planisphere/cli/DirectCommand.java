package org.planisphere.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "direct", description = "Ask one planner and accept its best offer in one step.")
final class DirectCommand implements Callable<Integer> {
    private final Kit kit;

    @Parameters(paramLabel = "TASKFILE", description = "The task: JSON, XML or YAML; - reads standard input.")
    String task = "";

    @Option(names = "--watch", description = "Stay, and show what happens until the task has ended.")
    boolean watch;

    @Option(names = "--json", description = "Print the session as JSON.")
    boolean json;

    @Mixin
    Delegated delegated = new Delegated();

    @Mixin
    Connection connection = new Connection();

    DirectCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        PlannerClient planner = connection.one(kit);
        ExecutionSession accepted = delegated.told(planner).direct(TaskFile.read(task, kit.in()));
        URI session = planner.urlOf(accepted);
        kit.memory().rememberSession(session);
        return AcceptCommand.told(kit, planner, session, accepted, watch, json);
    }
}
