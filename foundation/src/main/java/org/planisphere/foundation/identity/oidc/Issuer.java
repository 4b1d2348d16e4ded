package org.planisphere.foundation.identity.oidc;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One issuer whose tokens are taken, as configured. Immutable.
 *
 * @param name stands before every group and subject: {@code name|group}; unique on the node
 * @param issuer as its tokens say in {@code iss}, character by character
 * @param audience one of which a token must be for
 * @param leeway how far clocks may differ
 * @param algorithms of signatures; public keys only
 * @param types of tokens ({@code typ}), lower case
 * @param keys address of its keys; otherwise its discovery document names it
 * @param hosts besides the issuer's own from which keys and answers may come, as in {@code HttpRules}
 * @param groups claims that name groups, by name or dotted path
 * @param naming claims of which the first one present names the caller for people
 * @param scopes whether {@code compute.*} scopes narrow what a token is good for
 * @param introspection where opaque tokens are asked about
 * @param membership an IVOA group membership service that knows more of its callers' groups
 * @param login how people log in at pages of this node
 * @param keysFor how long keys are kept before they are read again
 * @param described address of its discovery document, where that is not the usual one
 * @param strength how its people must have logged in, and how strong its keys must be
 */
public record Issuer(
        String name,
        String issuer,
        Set<String> audience,
        Duration leeway,
        Set<String> algorithms,
        Set<String> types,
        Optional<URI> keys,
        List<String> hosts,
        List<String> groups,
        List<String> naming,
        Scopes scopes,
        Optional<Introspection> introspection,
        Optional<Membership> membership,
        Optional<Login> login,
        Duration keysFor,
        Optional<URI> described,
        Strength strength) {
    /**
     * What is asked of a login at the issuer, and of its keys.
     *
     * @param acr one of which a token must name as the class of its authentication; empty for any
     * @param age how long ago the person may have logged in, by {@code auth_time}; empty for any time
     * @param bits the smallest RSA key whose signatures count
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9470">RFC 9470, OAuth 2.0 Step Up Authentication Challenge</a>
     */
    public record Strength(List<String> acr, Optional<Duration> age, int bits) {
        /** Any login, and keys that are not weaker than the weakest that is thought safe. */
        public static final Strength USUAL = new Strength(List.of(), Optional.empty(), 2048);

        public Strength {
            acr = List.copyOf(acr);
        }
    }

    /** How {@code compute.*} scopes are understood. */
    public enum Scopes {
        /** Not at all. */
        OFF,
        /** A token that has any of them is good for those only. */
        OPTIONAL,
        /** A token is good for what they say and nothing else. */
        REQUIRED
    }

    /**
     * Token introspection.
     *
     * @param keep how long an answer counts, at most
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>
     */
    public record Introspection(URI url, String client, String secret, Duration keep) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Introspection[url=" + url + ", client=" + client + "]";
        }
    }

    /**
     * A group membership service.
     *
     * @param name stands before its groups
     * @see <a href="https://www.ivoa.net/documents/GMS/">IVOA Group Membership Service 1.0, /search</a>
     */
    public record Membership(String name, URI url, Duration keep) {}

    /**
     * A client for the authorization code with PKCE.
     *
     * @param secret empty for a public client
     * @param title what people who choose among issuers read
     */
    public record Login(String client, String secret, String scope, String title) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Login[client=" + client + ", scope=" + scope + "]";
        }
    }

    public Issuer {
        audience = Set.copyOf(audience);
        algorithms = Set.copyOf(algorithms);
        types = Set.copyOf(types);
        hosts = List.copyOf(hosts);
        groups = List.copyOf(groups);
        naming = List.copyOf(naming);
    }

    /** The address of its discovery document. */
    URI discovery() {
        return described.orElseGet(() ->
                URI.create((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer)
                        + "/.well-known/openid-configuration"));
    }
}
