package org.planisphere.foundation.identity.login;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Authenticator;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.identity.oidc.LoginClient;

/**
 * Logs people in by authorization code with PKCE, keeps their tokens while they are, and logs them out. What a cookie
 * stands for is an access token of its owner, judged at every call like one that came in a header: there is one way of
 * finding out who asks. Thread safe.
 */
public final class Logins {
    private static final System.Logger LOG = System.getLogger(Logins.class.getName());
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MOST = 10_000;
    private static final int MOST_OF_ONE = 20;
    private static final int LONGEST_CODE = 4096;
    /** A path of this node, with query and fragment; no second slash or backslash that could begin a host. */
    private static final Pattern BACK = Pattern.compile("/(?![/\\\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]{0,600}");

    private final Map<String, LoginClient> clients = new LinkedHashMap<>();
    private final Authenticator who;
    private final LoginSettings settings;
    private final InstantSource clock;
    private final PageSessions sessions;
    private final Seal seal = new Seal();

    /** @param who finds out who holds an access token, with their standing on this node */
    public Logins(List<LoginClient> clients, Authenticator who, LoginSettings settings, InstantSource clock) {
        clients.forEach(client -> this.clients.put(client.name(), client));
        this.who = who;
        this.settings = settings;
        this.clock = clock;
        this.sessions = new PageSessions(MOST, MOST_OF_ONE, settings.idle());
    }

    public LoginSettings settings() {
        return settings;
    }

    /** Where people can log in: title by name, in the order of the settings. */
    public Map<String, String> issuers() {
        Map<String, String> titles = new LinkedHashMap<>();
        clients.forEach((name, client) -> titles.put(name, client.title()));
        return titles;
    }

    /**
     * A login that begins.
     *
     * @param to where to send the browser
     * @param carried what the browser must bring back, in a cookie
     */
    public record Way(URI to, String carried) {}

    /**
     * Begins a login.
     *
     * @param back path of the page to return to; another than a plain one of this node leads to the login page
     * @return empty when there is no such issuer
     * @throws IOException when the issuer does not answer
     */
    public Optional<Way> begin(String issuer, @Nullable String back) throws IOException {
        LoginClient client = clients.get(issuer);
        if (client == null) {
            return Optional.empty();
        }
        Begun begun = new Begun(
                issuer,
                Secrets.next(),
                Secrets.next(),
                Secrets.next(),
                back(back),
                clock.instant().plus(PATIENCE));
        URI to = client.authorize(settings.callback(), begun.state(), begun.nonce(), Secrets.sha256(begun.verifier()));
        return Optional.of(new Way(to, seal.seal(begun.text())));
    }

    /** How long a browser keeps what it carries. */
    public static Duration patience() {
        return PATIENCE;
    }

    /**
     * What an issuer's page sent the browser back with.
     *
     * @param iss the issuer itself, where it says so
     */
    public record Returned(
            @Nullable String state,
            @Nullable String code,
            @Nullable String iss) {
        /** Without the code. */
        @Override
        public String toString() {
            return "Returned";
        }
    }

    /**
     * Ends a login, well or not. A session that the browser had before is over in either case: nobody can be made to go
     * on in somebody else's.
     *
     * @param carried by the browser, from the beginning
     * @param before the browser's session, if it has one
     */
    public Finished finish(@Nullable String carried, Returned returned, @Nullable String before) {
        Begun begun =
                carried == null ? null : seal.open(carried).flatMap(Begun::of).orElse(null);
        if (begun == null
                || returned.state() == null
                || !Secrets.same(begun.state(), returned.state())
                || !clock.instant().isBefore(begun.until())) {
            return new Finished.Out(Finished.Why.STALE);
        }
        if (before != null) {
            end(before);
        }
        Finished finished = finish(begun, returned);
        String page = begun.back();
        return finished instanceof Finished.Out out
                        && !page.equals(settings.login().getPath())
                ? new Finished.Out(out.why(), page)
                : finished;
    }

    private Finished finish(Begun begun, Returned returned) {
        LoginClient client = clients.get(begun.issuer());
        if (client == null || returned.code() == null || returned.code().length() > LONGEST_CODE) {
            return new Finished.Out(Finished.Why.REFUSED);
        }
        try {
            if (!client.mayHaveAnswered(returned.iss())) {
                throw new Rejected("the answer is another issuer's");
            }
            LoginClient.Tokens tokens = client.exchange(settings.callback(), returned.code(), begun.verifier());
            String identity = tokens.identity().orElse(null);
            if (identity == null) {
                throw new Rejected("the issuer gave no identity token");
            }
            return opened(client, tokens, begun, client.subject(identity, begun.nonce()));
        } catch (LoginClient.Refused | Rejected e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "A login at " + client.name() + " is refused: " + e.getMessage());
            return new Finished.Out(Finished.Why.REFUSED);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "A login at " + client.name() + " cannot be finished: " + e.getMessage());
            return new Finished.Out(Finished.Why.UNAVAILABLE);
        }
    }

    private Finished opened(LoginClient client, LoginClient.Tokens tokens, Begun begun, String subject)
            throws Rejected {
        Recognition recognised = who.recognise(tokens.access());
        if (recognised instanceof Recognition.Known known) {
            String person = known.caller().id();
            if (!person.equals(client.name() + "|" + subject)) {
                throw new Rejected("its two tokens are of two people");
            }
            Instant now = clock.instant();
            String session = Secrets.next();
            sessions.put(
                    Secrets.sha256(session),
                    new PageSession(client, person, tokens, now, now.plus(settings.longest())),
                    now);
            return new Finished.In(known.caller(), session, begun.back());
        }
        tokens.refresh().ifPresent(client::revoke);
        if (recognised instanceof Recognition.Suspended) {
            return new Finished.Out(Finished.Why.SUSPENDED);
        }
        if (recognised instanceof Recognition.Weak) {
            return new Finished.Out(Finished.Why.WEAK);
        }
        if (recognised instanceof Recognition.Unavailable) {
            return new Finished.Out(Finished.Why.UNAVAILABLE);
        }
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "The access token that issuer " + client.name() + " gives at a login is none this node takes: see"
                        + " its audience, and the log at debug");
        return new Finished.Out(Finished.Why.UNKNOWN);
    }

    /** What a session cookie stands for now; may ask the issuer for a new token. */
    public Shown token(String session) {
        if (!Secrets.looksLikeOne(session)) {
            return Shown.ENDED;
        }
        Instant now = clock.instant();
        String key = Secrets.sha256(session);
        PageSession found = sessions.find(key, now).orElse(null);
        if (found == null) {
            return Shown.ENDED;
        }
        Shown shown = found.token(now, who);
        if (shown instanceof Shown.Ended) {
            sessions.remove(key);
        }
        return shown;
    }

    /**
     * Logs somebody out here and withdraws their tokens.
     *
     * @return where they may end their login at the issuer too
     */
    public Optional<URI> end(String session) {
        return sessions.remove(Secrets.sha256(session)).flatMap(ended -> {
            ended.finish().ifPresent(ended.client()::revoke);
            return ended.client().logout(settings.logout());
        });
    }

    /**
     * A login that is open.
     *
     * @param id by which it can be ended; it opens nothing
     * @param person the caller's id
     * @param here whether it is the one that asks
     */
    public record Open(String id, String person, Instant began, Instant seen, Instant until, boolean here) {}

    /**
     * The open logins of this node.
     *
     * @param person the caller's id; null for everybody's
     * @param session of who asks, if they have one
     */
    public List<Open> open(@Nullable String person, @Nullable String session) {
        return sessions.list(person, session == null ? "" : Secrets.sha256(session), clock.instant());
    }

    /**
     * Ends open logins and withdraws their tokens.
     *
     * @param person whose; null for everybody's
     * @param id of the only one; null for all of them
     * @return the persons, one for each login that was ended
     */
    public List<String> endOpen(@Nullable String person, @Nullable String id) {
        List<PageSession> ended = sessions.remove(person, id);
        ended.forEach(one -> one.finish().ifPresent(one.client()::revoke));
        return ended.stream().map(PageSession::person).toList();
    }

    private String back(@Nullable String asked) {
        return asked != null && BACK.matcher(asked).matches()
                ? asked
                : settings.login().getPath();
    }

    /** What an issuer gave cannot be believed. */
    private static final class Rejected extends Exception {
        private static final long serialVersionUID = 1L;

        Rejected(String message) {
            super(message);
        }
    }
}
