package org.planisphere.client;

import java.net.URI;

/** Addresses of a planner. */
final class Uris {
    private Uris() {}

    static URI base(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null || !scheme.matches("(?i)https?") || uri.getHost() == null) {
            throw new IllegalArgumentException(uri + " is not an absolute http or https address");
        }
        String text = uri.toString();
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(uri + " has a query or a fragment");
        }
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return URI.create(text);
    }

    /** The address with more path, query and all. */
    static URI under(URI base, String more) {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + more);
    }

    static URI plannerOf(URI component) {
        String text = component.toString();
        int at = Math.max(text.lastIndexOf("/sessions/"), text.lastIndexOf("/offersets/"));
        if (at < 0) {
            throw new IllegalArgumentException(component + " is not the address of a session or an offer set");
        }
        return URI.create(text.substring(0, at));
    }
}
