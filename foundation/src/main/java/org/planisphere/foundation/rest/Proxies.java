package org.planisphere.foundation.rest;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From which address a call comes. What {@code X-Forwarded-For} says is believed only as far as the proxies of this node
 * said it: the last address that is not one of theirs. Immutable.
 */
public final class Proxies {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");

    private final List<Network> networks = new ArrayList<>();

    private record Network(BigInteger prefix, int length, int bits) {
        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            return bytes.length * 8 == bits
                    && new BigInteger(1, bytes).shiftRight(bits - length).equals(prefix);
        }
    }

    /**
     * @param trusted addresses, or networks as {@code 10.0.0.0/8}
     * @throws IllegalArgumentException when one is neither
     */
    public Proxies(List<String> trusted) {
        for (String one : trusted) {
            int slash = one.indexOf('/');
            InetAddress address = address(slash < 0 ? one : one.substring(0, slash));
            if (address == null) {
                throw new IllegalArgumentException("listen.proxies: " + one + " is no address or network");
            }
            int bits = address.getAddress().length * 8;
            int length = slash < 0 ? bits : length(one.substring(slash + 1), bits);
            networks.add(new Network(new BigInteger(1, address.getAddress()).shiftRight(bits - length), length, bits));
        }
    }

    /**
     * Whom to count a call for: an IPv4 address, or the /64 network of an IPv6 address, within which one host may have any
     * number of addresses.
     *
     * @param peer who is connected
     * @param forwarded the header; null when there is none
     */
    public String origin(String peer, @Nullable String forwarded) {
        InetAddress address = address(peer);
        if (address == null) {
            return peer;
        }
        if (forwarded != null && ours(address)) {
            String[] hops = forwarded.split(",", -1);
            for (int i = hops.length - 1; i >= 0 && i >= hops.length - 20; i--) {
                InetAddress hop = address(hops[i].trim());
                if (hop == null) {
                    break;
                }
                address = hop;
                if (!ours(hop)) {
                    break;
                }
            }
        }
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        return new BigInteger(1, bytes).shiftRight(64).toString(16) + "::/64";
    }

    private boolean ours(InetAddress address) {
        return networks.stream().anyMatch(network -> network.holds(address));
    }

    private static int length(String text, int bits) {
        try {
            int length = Integer.parseInt(text);
            if (length >= 0 && length <= bits) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("listen.proxies: /" + text + " is no length of a network", e);
        }
        throw new IllegalArgumentException("listen.proxies: /" + text + " is no length of a network");
    }

    /** Of a literal; a name is never looked up. */
    private static @Nullable InetAddress address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!LITERAL.matcher(bare).matches() || bare.indexOf('.') < 0 && bare.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(bare);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
