package org.planisphere.planner.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cookies between a caller and one way into a run. The caller keeps each under a name that is that way's alone and only for
 * its path, so a service never sees another's cookies nor the planner's, and can set none of them. Immutable.
 *
 * @param prefix of the names of all cookies of this way
 * @param path of this way, slash included
 * @param secure whether browsers come by TLS
 * @param ours at a session's own origin, the name of the one cookie there that is not the service's; empty elsewhere
 */
record WayCookies(String prefix, String path, boolean secure, String ours) {
    static final int MOST = 30;
    private static final int LONGEST = 4000;
    private static final Pattern PAIR =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200})=([!#-+\\--:<-\\[\\]-~]*|\"[!#-+\\--:<-\\[\\]-~]*\")");
    private static final Pattern LASTING =
            Pattern.compile("(?i)max-age=-?[0-9]{1,12}|expires=[A-Za-z]{3}, [0-9A-Za-z :-]{10,40}");

    /** What of a request's cookies is this service's, under the names it gave them; empty for none. */
    Optional<String> sent(@Nullable List<String> headers) {
        List<String> pairs = new ArrayList<>();
        for (String header : headers == null ? List.<String>of() : headers) {
            for (String pair : header.split(";", -1)) {
                Matcher cookie = PAIR.matcher(pair.strip());
                if (cookie.matches() && cookie.group(1).startsWith(prefix) && pairs.size() < MOST) {
                    pairs.add(cookie.group().substring(prefix.length()));
                }
            }
        }
        pairs.removeIf(pair -> pair.startsWith("=") || reserved(pair));
        return pairs.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", pairs));
    }

    /** A cookie that the service sets, as the caller is to keep it; empty for what is none. */
    Optional<String> kept(String set) {
        String[] parts = set.split(";", -1);
        Matcher cookie = PAIR.matcher(parts[0].strip());
        if (set.length() > LONGEST || !cookie.matches() || reserved(cookie.group())) {
            return Optional.empty();
        }
        boolean hidden = ours.isEmpty();
        StringBuilder kept = new StringBuilder(prefix + cookie.group());
        for (int i = 1; i < parts.length; i++) {
            String attribute = parts[i].strip();
            if (LASTING.matcher(attribute).matches()) {
                kept.append("; ").append(attribute);
            }
            hidden |= attribute.equalsIgnoreCase("HttpOnly");
        }
        kept.append("; Path=").append(path).append(hidden ? "; HttpOnly" : "").append("; SameSite=Strict");
        return Optional.of(kept.append(secure ? "; Secure" : "").toString());
    }

    /** Of the way with that number into the session's run. */
    static WayCookies of(java.util.UUID session, int number, String path, boolean secure) {
        return new WayCookies(
                "way-" + session.toString().toLowerCase(Locale.ROOT) + "-" + number + "-", path, secure, "");
    }

    /** At the session's own origin all cookies are the service's, and its scripts may read those that it lets them. */
    static WayCookies ofOwnOrigin(String ours, boolean secure) {
        return new WayCookies("", "/", secure, ours);
    }

    private boolean reserved(String pair) {
        return !ours.isEmpty() && pair.toLowerCase(Locale.ROOT).startsWith(ours.toLowerCase(Locale.ROOT) + "=");
    }
}
