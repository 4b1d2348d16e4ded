package org.planisphere.foundation.identity.oidc;

import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Authenticator;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.foundation.identity.TokenBook;

/**
 * The tokens of every configured issuer. Signed tokens are checked here; opaque ones are asked about where their issuer
 * offers introspection. Thread safe; blocks on an issuer for a few seconds at most. What was found out is remembered for
 * a minute at most, so a token costs its signature once and a withdrawn group is gone soon.
 */
public final class Issuers implements Authenticator, AutoCloseable {
    private static final Duration KEEP = Duration.ofSeconds(60);
    private static final int REMEMBERED = 20_000;
    private static final int LONGEST = 16_384;
    private static final int LONGEST_OPAQUE = 4096;

    private final InstantSource clock;
    private final ExecutorService background;
    private final Map<String, Party> byIssuer = new LinkedHashMap<>();
    private final Remembered<Caller> good = new Remembered<>(REMEMBERED);

    /** One issuer and whoever is asked on its behalf. */
    private record Party(
            Issuer issuer,
            IssuerKeys keys,
            @Nullable Introspector introspector,
            @Nullable Memberships memberships,
            @Nullable LoginClient login) {}

    public Issuers(List<Issuer> issuers) {
        this(issuers, InstantSource.system());
    }

    public Issuers(List<Issuer> issuers, InstantSource clock) {
        this.clock = clock;
        this.background = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "issuer-keys");
            thread.setDaemon(true);
            return thread;
        });
        for (Issuer issuer : issuers) {
            IssuerHttp http = new IssuerHttp(issuer);
            IssuerKeys keys = new IssuerKeys(issuer, http, clock, background);
            byIssuer.put(
                    issuer.issuer(),
                    new Party(
                            issuer,
                            keys,
                            issuer.introspection()
                                    .map(in -> new Introspector(issuer, in, http, clock))
                                    .orElse(null),
                            issuer.membership()
                                    .map(in -> new Memberships(in, http, clock))
                                    .orElse(null),
                            issuer.login()
                                    .map(login -> new LoginClient(issuer, login, http, keys, clock))
                                    .orElse(null)));
        }
    }

    @Override
    public Recognition recognise(String token) {
        if (byIssuer.isEmpty() || token.length() > LONGEST) {
            return Recognition.UNKNOWN;
        }
        String key = TokenBook.sha256(token);
        Caller remembered = good.get(key, clock.instant()).orElse(null);
        if (remembered != null) {
            return new Recognition.Known(remembered);
        }
        return token.chars().filter(c -> c == '.').count() == 2 ? signed(token, key) : opaque(token, key);
    }

    private Recognition signed(String token, String key) {
        Party party = null;
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            Map<String, Object> claims = jwt.getPayload().toJSONObject();
            if (claims == null || !(claims.get("iss") instanceof String issuer)) {
                return Recognition.UNKNOWN;
            }
            // From here on everything is judged by what is configured for that issuer.
            party = byIssuer.get(issuer);
            if (party == null) {
                return Recognition.UNKNOWN;
            }
            TokenRules.header(party.issuer(), jwt.getHeader());
            Instant now = clock.instant();
            Instant end = TokenRules.claims(party.issuer(), claims, now);
            if (!party.keys().signed(jwt)) {
                return refused(party, "its signature is none of the issuer's");
            }
            return known(party, claims, token, key, end, now);
        } catch (Claims.Spoiled e) {
            return party == null ? Recognition.UNKNOWN : refused(party, String.valueOf(e.getMessage()));
        } catch (IssuerKeys.NoKeys e) {
            return Recognition.UNAVAILABLE;
        } catch (ParseException | IllegalArgumentException | IllegalStateException | StackOverflowError e) {
            // Whatever the parser could not stand; its message may quote the token.
            return Recognition.UNKNOWN;
        }
    }

    private Recognition opaque(String token, String key) {
        if (token.length() > LONGEST_OPAQUE || token.indexOf('.') >= 0 && token.startsWith("eyJ")) {
            return Recognition.UNKNOWN;
        }
        Recognition answer = Recognition.UNKNOWN;
        for (Party party : byIssuer.values()) {
            Introspector introspector = party.introspector();
            if (introspector == null) {
                continue;
            }
            Introspector.Answer told = introspector.ask(token, key);
            if (told.unavailable()) {
                answer = Recognition.UNAVAILABLE;
            }
            Map<String, Object> claims = told.claims();
            if (claims != null) {
                try {
                    return known(party, claims, token, key, told.until(), clock.instant());
                } catch (Claims.Spoiled e) {
                    return refused(party, String.valueOf(e.getMessage()));
                }
            }
        }
        return answer;
    }

    private Recognition known(
            Party party, Map<String, Object> claims, String token, String key, Instant end, Instant now)
            throws Claims.Spoiled {
        Caller caller = Claims.caller(party.issuer(), claims);
        Instant strong = TokenRules.strong(party.issuer(), claims);
        if (!now.isBefore(strong)) {
            refused(party, "its login is too weak or too long ago");
            Issuer.Strength wanted = party.issuer().strength();
            return new Recognition.Weak(wanted.acr(), wanted.age().orElse(null));
        }
        Memberships memberships = party.memberships();
        if (memberships != null) {
            Set<String> groups = new LinkedHashSet<>(caller.groups());
            groups.addAll(memberships.of(token, key));
            caller = new Caller(caller.id(), caller.name(), groups, caller.roles(), caller.rights());
        }
        Instant keep = strong.isBefore(now.plus(KEEP)) ? strong : now.plus(KEEP);
        good.put(key, caller, end.isBefore(keep) ? end : keep);
        SecurityLog.tell(
                SecurityLog.Event.RECOGNISED,
                caller.id(),
                "by a token, acr " + claims.getOrDefault("acr", "-") + ", amr " + claims.getOrDefault("amr", "-"));
        return new Recognition.Known(caller);
    }

    private static Recognition refused(Party party, String why) {
        SecurityLog.tell(
                SecurityLog.Event.TOKEN_REFUSED, "of issuer " + party.issuer().name(), "since " + why);
        return Recognition.UNKNOWN;
    }

    /** The issuers, as configured. */
    public List<Issuer> all() {
        List<Issuer> all = new ArrayList<>();
        byIssuer.values().forEach(party -> all.add(party.issuer()));
        return all;
    }

    /** Those at which people can log in, as configured. */
    public List<LoginClient> logins() {
        List<LoginClient> logins = new ArrayList<>();
        for (Party party : byIssuer.values()) {
            LoginClient login = party.login();
            if (login != null) {
                logins.add(login);
            }
        }
        return logins;
    }

    @Override
    public void close() {
        background.shutdownNow();
    }
}
