package org.planisphere.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "delete", description = "Delete an ended session with its output and results.")
final class DeleteCommand implements Callable<Integer> {
    private final Kit kit;

    @Mixin
    SessionArgument argument = new SessionArgument();

    DeleteCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        if (argument.session == null) {
            throw new Fault(Exit.USAGE, "Which session? Deleting cannot be undone.", "see: planisphere sessions");
        }
        URI url = argument.url(kit);
        argument.planner(kit, url).delete(url);
        kit.terminal().line("deleted " + url);
        return Exit.OK;
    }
}
