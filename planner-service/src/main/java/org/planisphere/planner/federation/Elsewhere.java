package org.planisphere.planner.federation;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RawAnswer;
import org.planisphere.wire.Connector;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.ResultItem;

/** The original of a session, for reading. Every call blocks on the other planner and fails with its own problems. */
public final class Elsewhere {
    private final PlannerClient client;
    private final URI session;

    Elsewhere(PlannerClient client, URI session) {
        this.client = client;
        this.session = session;
    }

    /** The files it has left; their addresses are the other planner's. */
    public List<ResultItem> results() {
        return client.results(session);
    }

    /**
     * The bytes of an output, a result or an archive as they come; to be closed.
     *
     * @param path below the session: {@code stdout}, {@code results.zip}, or {@code results/} and a name
     * @param headers to send besides
     */
    public RawAnswer open(String path, Map<String, String> headers) {
        return client.open(URI.create(session + "/" + encoded(path)), headers);
    }

    /** Ways to reach it that the other planner tells of, those that we have ourselves left out. */
    public List<Connector> connectors() {
        ExecutionSession now = client.session(session);
        return now.connectors == null
                ? List.of()
                : now.connectors.stream()
                        .filter(connector -> connector.kind != null
                                && !connector.kind.matches(".*/connector/(stdout|stderr|results|events)"))
                        .toList();
    }

    private static String encoded(String path) {
        StringBuilder text = new StringBuilder();
        for (String part : path.split("/", -1)) {
            text.append(text.length() == 0 ? "" : "/")
                    .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        return text.toString();
    }
}
