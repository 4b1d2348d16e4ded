package org.planisphere.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import org.planisphere.client.Updates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shares a session. */
@Command(
        name = "share",
        description = "Share a session with a group you are in: whoever is in it may then do what you may.")
final class ShareCommand implements Callable<Integer> {
    private final Kit kit;

    @Parameters(
            index = "0",
            paramLabel = "SESSION",
            description = "Number in the last table, address or UUID; - for the session accepted last.")
    String session = "-";

    @Parameters(
            index = "1",
            paramLabel = "GROUP",
            description = "As the planner knows it: issuer|group, see planisphere me.")
    String group = "";

    @Option(names = "--undo", description = "Share it no longer.")
    boolean undo;

    @Mixin
    Connection connection = new Connection();

    ShareCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        URI url = connection.session(kit, session);
        connection.clientOf(kit, url).update(url, Updates.choice(undo ? "unshare" : "share", group));
        kit.terminal().line((undo ? "No longer shared with " : "Shared with ") + Terminal.harmless(group) + ": " + url);
        return Exit.OK;
    }
}
