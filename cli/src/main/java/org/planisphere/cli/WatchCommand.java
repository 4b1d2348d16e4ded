package org.planisphere.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "watch",
        description = "Show what happens in a session, and what its task prints, until it has ended.",
        footer = {
            "",
            "Ends with 0 when the task has completed and 1 when it has ended otherwise. Leaving with Ctrl-C",
            "does not stop the task."
        })
final class WatchCommand implements Callable<Integer> {
    private final Kit kit;

    @Mixin
    SessionArgument argument = new SessionArgument();

    WatchCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        URI url = argument.url(kit);
        return new Show(kit, argument.planner(kit, url), url).run();
    }
}
