package org.planisphere.foundation.http;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where requests may go that others caused, and how much may come back.
 *
 * @param hosts patterns: {@code host}, {@code host:port}, {@code *.example.org} (and what is below it), or {@code *} for
 *     every public address. An address of this machine or its network is allowed only for a host named in full
 * @param largest bytes of one answer
 * @param time for one request with its redirects
 */
public record HttpRules(List<Host> hosts, long largest, Duration time) {
    /** Nothing is allowed. */
    public static final HttpRules NONE = new HttpRules(List.of(), 10L << 30, Duration.ofMinutes(10));

    private static final Pattern ENTRY =
            Pattern.compile("(\\*|(?:\\*\\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}))?");

    /**
     * One pattern.
     *
     * @param port 0 for the usual port of the scheme
     */
    public record Host(String name, int port) {
        boolean everything() {
            return name.equals("*");
        }

        boolean named() {
            return !name.startsWith("*");
        }

        boolean matches(String host, int atPort, boolean usualPort) {
            if (port == 0 ? !usualPort : port != atPort) {
                return false;
            }
            return everything() || (named() ? host.equals(name) : host.endsWith(name.substring(1)));
        }
    }

    public HttpRules {
        hosts = List.copyOf(hosts);
        if (largest < 0 || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a limit is not above 0");
        }
    }

    /** @throws IllegalArgumentException when an entry is no pattern, naming it */
    public static HttpRules of(List<String> entries, long largest, Duration time) {
        List<Host> hosts = new ArrayList<>();
        for (String entry : entries) {
            Matcher matcher = ENTRY.matcher(entry.trim().toLowerCase(Locale.ROOT));
            int port = 0;
            boolean good = matcher.matches();
            if (good && matcher.group(3) != null) {
                port = Integer.parseInt(matcher.group(3));
                good = port >= 1 && port <= 65535;
            }
            if (!good) {
                throw new IllegalArgumentException(entry + " is no host: write host, host:port, *.example.org or *");
            }
            hosts.add(new Host(matcher.group(1), port));
        }
        return new HttpRules(hosts, largest, time);
    }

    /** What a location is allowed. */
    enum Reach {
        NOWHERE,
        PUBLIC,
        /** Also addresses of this machine and its network: the operator named the host. */
        ANYWHERE
    }

    Reach reach(URI location) {
        String host = location.getHost();
        if (host == null) {
            return Reach.NOWHERE;
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        int usual = "https".equalsIgnoreCase(location.getScheme()) ? 443 : 80;
        int port = location.getPort() < 0 ? usual : location.getPort();
        Reach best = Reach.NOWHERE;
        for (Host pattern : hosts) {
            if (pattern.matches(name, port, port == usual)) {
                best = pattern.named() ? Reach.ANYWHERE : best == Reach.ANYWHERE ? best : Reach.PUBLIC;
            }
        }
        return best;
    }

    /**
     * Whether requests to the location are allowed to every address its host has now. For clients that resolve names by
     * themselves: ask just before the call, while the Java platform still remembers the same addresses. Blocks on the
     * name service.
     */
    public boolean allowsNow(URI location) {
        Reach reach = reach(location);
        String host = location.getHost();
        if (reach == Reach.NOWHERE || host == null || location.getRawUserInfo() != null) {
            return false;
        }
        if (reach == Reach.ANYWHERE) {
            return true;
        }
        try {
            String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : IDN.toASCII(host);
            for (InetAddress address : InetAddress.getAllByName(literal)) {
                if (!Addresses.isPublic(address)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException | IllegalArgumentException unknown) {
            return false;
        }
    }

    /** Whether requests to the location are allowed as far as its name tells; its addresses are judged on connecting. */
    public boolean allows(URI location) {
        return reach(location) != Reach.NOWHERE;
    }
}
