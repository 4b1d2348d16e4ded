package org.planisphere.planner.platform;

import java.net.URI;
import java.util.Locale;

/**
 * A way into a run that is open now: a published port, a notebook's server. The session's document shows it as a
 * connector.
 *
 * @param kind name of the connector's kind: {@code port}, {@code notebook}
 * @param protocol {@code TCP}, {@code UDP}, {@code HTTP} or {@code HTTPS}
 * @param location the address to use, path included: {@code http://127.0.0.1:32768/lab}; a path alone, {@code /lab}, where
 *     only the planner gets there, by {@link Platform#reach}
 * @param internal the port inside of the run; 0 where there is none
 */
public record LiveConnector(String kind, String protocol, String location, int internal) {
    /**
     * A port that was published.
     *
     * @param host a name or an address of the network
     * @param path of addresses with HTTP; left out elsewhere
     */
    public static LiveConnector port(String protocol, String host, int outer, String path, int internal) {
        String address = host.contains(":") ? "[" + host + "]" : host;
        String start = protocol.toLowerCase(Locale.ROOT) + "://" + address + ":" + outer;
        String location = start;
        if (protocol.startsWith("HTTP")) {
            try {
                location = URI.create(start + (path.startsWith("/") ? path : "/" + path))
                        .toString();
            } catch (IllegalArgumentException e) {
                location = start + "/";
            }
        }
        return new LiveConnector("port", protocol, location, internal);
    }
}
