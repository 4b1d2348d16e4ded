package org.planisphere.planner.platform.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.planisphere.planner.platform.Section;

/**
 * The section {@code packages}: where what programs and notebooks require is taken from, and how much of it is kept.
 *
 * @param index of Python packages, as pip understands one; without it only what a repository brings along can be installed
 * @param hosts {@code host:port} that a build may reach: the index's own, and others that it points to
 * @param certificates whose signature the index's certificate may have, where that is not one of the host's own
 * @param size bytes that one environment may have
 * @param room bytes of all environments that are kept
 * @param longest how long one may be built
 * @param usual what is quoted for a build nothing is known of yet
 */
public record PackageSettings(
        Optional<URI> index,
        Set<String> hosts,
        Optional<Path> certificates,
        long size,
        long room,
        Duration longest,
        Duration usual) {
    private static final long GIB = 1L << 30;

    public PackageSettings {
        hosts = Set.copyOf(hosts);
    }

    static PackageSettings of(Section own) {
        Optional<URI> index = own.has("index") ? index(own) : Optional.empty();
        Set<String> hosts = new LinkedHashSet<>();
        index.ifPresent(address -> hosts.add(authority(address)));
        for (String host : own.texts("hosts")) {
            if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[1-9][0-9]{0,4})?")) {
                hosts.add((host.indexOf(':') < 0 ? host + ":443" : host).toLowerCase(Locale.ROOT));
            } else {
                own.fault("hosts", "must be names of hosts, with or without a port");
            }
        }
        Optional<Path> certificates = Optional.empty();
        if (own.has("certificates")) {
            try {
                certificates = Optional.of(Path.of(own.text("certificates", null)));
            } catch (InvalidPathException e) {
                own.fault("certificates", "must be a path");
            }
        }
        return new PackageSettings(
                index,
                hosts,
                certificates,
                own.size("size", 2 * GIB, GIB),
                own.size("room", 10 * GIB, GIB),
                own.span("longest", Duration.ofMinutes(10)),
                own.span("building", Duration.ofMinutes(1)));
    }

    private static Optional<URI> index(Section own) {
        try {
            URI address = new URI(own.text("index", null));
            if (address.getHost() != null
                    && address.getRawUserInfo() == null
                    && ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
                return Optional.of(address);
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        own.fault("index", "must be an http or https address without a name and password");
        return Optional.empty();
    }

    private static String authority(URI address) {
        int port = address.getPort() > 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
        return (address.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }
}
