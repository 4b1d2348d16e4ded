package org.planisphere.foundation.http;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which addresses are public: reachable by everybody, and nobody's inside. */
final class Addresses {
    private Addresses() {}

    static boolean isPublic(InetAddress address) {
        byte[] b = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublic4(b, 0);
        }
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        int first = word(b, 0);
        if (zero(b, 0, 10) && (word(b, 10) == 0xffff || word(b, 10) == 0)) {
            // ::ffff:a.b.c.d and ::a.b.c.d
            return isPublic4(b, 12);
        }
        if (first == 0x0064 && word(b, 2) == 0xff9b) {
            // 64:ff9b::a.b.c.d and the local-use 64:ff9b:1::/48
            return zero(b, 4, 12) && isPublic4(b, 12);
        }
        if (first == 0x2002) {
            // 6to4 carries an address of version 4
            return isPublic4(b, 2);
        }
        if (first == 0x2001 && ((b[2] & 0xfe) == 0 || word(b, 2) == 0x0db8)) {
            // 2001::/23 protocol assignments with Teredo; documentation
            return false;
        }
        // Global unicast is 2000::/3, less the documentation prefix 3fff::/20.
        return (first & 0xe000) == 0x2000 && !(first == 0x3fff && (b[2] & 0xf0) == 0);
    }

    private static int word(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    private static boolean zero(byte[] b, int from, int until) {
        for (int i = from; i < until; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublic4(byte[] b, int at) {
        int one = b[at] & 0xff;
        int two = b[at + 1] & 0xff;
        int three = b[at + 2] & 0xff;
        if (one == 0 || one == 10 || one == 127 || one >= 224) {
            return false;
        }
        return switch (one) {
            case 100 -> two < 64 || two > 127;
            case 169 -> two != 254;
            case 172 -> two < 16 || two > 31;
            case 192 -> two != 168 && !(two == 0 && (three == 0 || three == 2)) && !(two == 88 && three == 99);
            case 198 -> two != 18 && two != 19 && !(two == 51 && three == 100);
            case 203 -> !(two == 0 && three == 113);
            default -> true;
        };
    }
}
