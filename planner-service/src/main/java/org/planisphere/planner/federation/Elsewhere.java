package org.planisphere.planner.federation;

import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RawAnswer;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Original;
import org.planisphere.wire.ResultItem;

/** The original of a session, for reading. Every call blocks on the other planner and fails with its own problems. */
public final class Elsewhere {
    private final PlannerClient client;
    private final URI session;
    private final URI base;
    private final Predicate<URI> reaches;

    /** @param reaches which addresses on the other planner's host may be called now */
    Elsewhere(PlannerClient client, Original original, Predicate<URI> reaches) {
        this.client = client;
        this.session = original.session();
        this.base = original.base();
        this.reaches = reaches;
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

    /** A call of a caller's that goes on to a way into a run. */
    public record Passing(
            String method,
            Map<String, String> headers,
            @Nullable InputStream body,
            long length) {}

    /**
     * Sends a call on to a way into the run. One on the other planner's own host is called there, without any credentials;
     * every other is the other planner's to reach, by its own door, with the caller's credential for it: an address that it
     * tells is never called elsewhere.
     *
     * @param number which of the ways it is
     * @param rest path and query behind the way's root, as they were sent, without a slash before them
     */
    public RawAnswer way(LiveConnector way, int number, String rest, Passing call) {
        URI told = URI.create(way.location());
        return (direct(told) ? PlannerClient.at(URI.create(told.getScheme() + "://" + told.getRawAuthority())) : client)
                .forward(call.method(), target(way, number, rest), call.headers(), call.body(), call.length());
    }

    /** Where {@link #way} sends a call on to, for a connection that is kept. */
    public URI target(LiveConnector way, int number, String rest) {
        URI told = URI.create(way.location());
        if (direct(told)) {
            return URI.create(told.getScheme() + "://" + told.getRawAuthority() + "/" + rest);
        }
        return (told + "/").startsWith(base + "/")
                ? below(told, rest)
                : URI.create(session + "/connectors/" + number + "/" + rest);
    }

    /** What says there who calls; nothing where the call goes to the run itself. */
    public Map<String, String> credentials(LiveConnector way, int number) {
        URI told = URI.create(way.location());
        return direct(told) ? Map.of() : client.credentials(target(way, number, ""));
    }

    private boolean direct(URI told) {
        return told.getHost() != null
                && told.getHost().equalsIgnoreCase(session.getHost())
                && reaches.test(told)
                && !(told + "/").startsWith(base + "/");
    }

    /** Behind another planner's own door to a way: what is after its number is ours to say. */
    private URI below(URI told, String rest) {
        String text = told.toString();
        int door = text.indexOf("/connectors/");
        int root = door < 0 ? -1 : text.indexOf('/', door + "/connectors/".length());
        return URI.create((root < 0 ? session + "/connectors/0" : text.substring(0, root)) + "/" + rest);
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
