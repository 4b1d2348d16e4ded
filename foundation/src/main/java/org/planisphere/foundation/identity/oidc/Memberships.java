package org.planisphere.foundation.identity.oidc;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Groups that an IVOA group membership service knows of a caller, asked with the caller's own token at the configured
 * address. Without an answer there are none: a group is never assumed. Thread safe.
 *
 * @see <a href="https://www.ivoa.net/documents/GMS/">IVOA Group Membership Service 1.0, section 2.1</a>
 */
final class Memberships {
    private static final System.Logger LOG = System.getLogger(Memberships.class.getName());
    private static final Duration WITHOUT = Duration.ofSeconds(10);
    private static final int REMEMBERED = 20_000;
    private static final int MOST = 1000;

    private final Issuer.Membership settings;
    private final IssuerHttp http;
    private final InstantSource clock;
    private final Remembered<Set<String>> known = new Remembered<>(REMEMBERED);

    Memberships(Issuer.Membership settings, IssuerHttp http, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
    }

    Set<String> of(String token, String key) {
        Instant now = clock.instant();
        return known.get(key, now).orElseGet(() -> {
            Set<String> groups = Set.of();
            Duration keep = WITHOUT;
            try {
                groups = groups(
                        http.text(settings.url(), Map.of("Authorization", "Bearer " + token, "Accept", "text/plain")));
                keep = settings.keep();
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "The groups of " + settings.name() + " cannot be read: " + e.getMessage());
            }
            known.put(key, groups, now.plus(keep));
            return groups;
        });
    }

    /** One name a line. */
    private Set<String> groups(String text) throws IOException {
        Set<String> groups = new LinkedHashSet<>();
        for (String line : text.lines().limit(MOST).toList()) {
            String name = line.strip();
            if (name.matches("[!-~][ -~]{0,299}")) {
                groups.add(settings.name() + "|" + name);
            } else if (!name.isEmpty()) {
                throw new IOException("it answers what is no list of groups");
            }
        }
        return Set.copyOf(groups);
    }
}
