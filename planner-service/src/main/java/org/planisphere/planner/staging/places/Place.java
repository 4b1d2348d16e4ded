package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.http.Resolver;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Unreachable;

/**
 * What an operator says of a place.
 *
 * @param name for people and logs
 * @param endpoint its address; no further than below it is anything read or written
 * @param hosts others that it may send to, {@code host} or {@code host:port}
 * @param credentials their name in the vault; null for none
 * @param writes whether results may be put there
 * @param largest bytes of one thing
 * @param time for moving one thing
 */
public record Place(
        String name,
        URI endpoint,
        List<String> hosts,
        @Nullable String credentials,
        boolean writes,
        long largest,
        Duration time) {
    public Place {
        hosts = List.copyOf(hosts);
    }

    /** A client that reaches this place, these hosts and no others. */
    GuardedHttp http(List<String> besides) {
        return http(besides, Resolver.SYSTEM);
    }

    GuardedHttp http(List<String> besides, Resolver resolver) {
        List<String> all = new ArrayList<>(List.of(host(endpoint)));
        all.addAll(hosts);
        all.addAll(besides);
        HttpRules rules = HttpRules.of(all, largest, time);
        return new GuardedHttp(rules, resolver, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** What speaks against an address, whatever place it is of: a name or password in it, or a path that leads elsewhere. */
    static Optional<Unreachable> against(Address address) {
        URI uri = address.uri().orElseThrow();
        if (uri.getRawUserInfo() != null) {
            return Optional.of(new Unreachable("the address", "it holds a name or password"));
        }
        return Place.astray(uri.getPath())
                ? Optional.of(new Unreachable(address.shown(), "its path leads elsewhere"))
                : Optional.empty();
    }

    static String host(URI address) {
        return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    /** Whether the address lies below the endpoint; never when its path has parts that lead elsewhere. */
    boolean holds(URI address) {
        String path = address.getPath() == null ? "" : address.getPath();
        String base = endpoint.getPath() == null ? "" : endpoint.getPath();
        return address.getHost() != null
                && address.getHost().equalsIgnoreCase(endpoint.getHost())
                && port(address) == port(endpoint)
                && (path.startsWith(base.endsWith("/") ? base : base + "/") || path.equals(base));
    }

    private static int port(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        return address.getPort() >= 0
                ? address.getPort()
                : switch (scheme) {
                    case "https", "davs" -> 443;
                    case "ftp" -> 21;
                    case "ftps" -> 990;
                    default -> 80;
                };
    }

    /** Whether a path has parts that lead elsewhere, or would on some server. */
    static boolean astray(String path) {
        for (String part : path.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return path.contains("\\") || path.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
    }

    /** The path with one slash at its end. */
    static String folder(String path) {
        return path.endsWith("/") ? path : path + "/";
    }

    /** A name that a server gave, as a path below a folder of ours. */
    static String below(String name) throws IOException {
        if (name.isEmpty() || name.startsWith("/") || name.contains("//") || name.length() > 1000 || astray(name)) {
            throw new IOException("the place has something with a name that cannot be used");
        }
        return name;
    }
}
