package org.planisphere.cli;

import java.util.concurrent.Callable;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "me", description = "Show who a planner takes this caller for, and the limits that follow.")
final class MeCommand implements Callable<Integer> {
    private final Kit kit;

    @Mixin
    Connection connection = new Connection();

    MeCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        kit.terminal().line(Json.pretty(connection.one(kit).me()));
        return Exit.OK;
    }
}
