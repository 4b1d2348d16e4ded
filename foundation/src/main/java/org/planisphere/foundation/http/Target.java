package org.planisphere.foundation.http;

import java.net.InetAddress;
import java.util.List;

/**
 * Where a request goes, once its address was judged.
 *
 * @param path as it stands in the request line
 * @param addresses to which it may go
 */
record Target(boolean secure, String host, int port, String path, List<InetAddress> addresses) {
    String authority() {
        return host + (port == (secure ? 443 : 80) ? "" : ":" + port);
    }
}
