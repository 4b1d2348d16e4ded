package org.planisphere.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A session that is named or else the last one. */
final class SessionArgument {
    @Parameters(
            arity = "0..1",
            index = "0",
            paramLabel = "SESSION",
            description = "Number in the last table, address or UUID; otherwise (or -) the session accepted last.")
    @Nullable
    String session;

    @Mixin
    Connection connection = new Connection();

    URI url(Kit kit) {
        return connection.session(kit, session);
    }

    PlannerClient planner(Kit kit, URI url) {
        return connection.clientOf(kit, url);
    }
}
