package org.planisphere.foundation.identity.oidc;

import static org.planisphere.foundation.settings.SettingType.duration;
import static org.planisphere.foundation.settings.SettingType.integer;
import static org.planisphere.foundation.settings.SettingType.list;
import static org.planisphere.foundation.settings.SettingType.oneOf;
import static org.planisphere.foundation.settings.SettingType.path;
import static org.planisphere.foundation.settings.SettingType.pattern;
import static org.planisphere.foundation.settings.SettingType.text;
import static org.planisphere.foundation.settings.SettingType.url;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.SettingType;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.Tree;

/** Reads {@code identity.issuers}; {@code docs/identity.md} tells of every key. */
public final class IssuerSettings {
    /** What Nimbus can check with the JDK alone; no algorithm with a shared secret, so none can be confused with one. */
    static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final List<String> GROUPS =
            List.of("groups", "wlcg.groups", "eduperson_entitlement", "entitlements", "realm_access.roles");
    private static final List<String> NAMING = List.of("preferred_username", "name", "email");
    private static final SettingType<String> NAME =
            pattern("1 to 40 letters, digits or . _ -, and not local", "(?!local$)[A-Za-z0-9._-]{1,40}");
    private static final SettingType<String> CLAIM = pattern("the name or dotted path of a claim", "[!-+--~]{1,100}");
    private static final SettingType<String> SCOPE =
            pattern("scopes with spaces between, openid among them", "(.* )?openid( .*)?");
    private static final SettingType<String> TITLE = pattern("1 to 80 characters", "\\P{Cntrl}{1,80}");
    /** They stand in a header, between quotes. */
    private static final SettingType<String> ACR =
            pattern("1 to 200 characters without spaces or quotes", "[!#-\\[\\]-~]{1,200}");

    private static final SettingType<Duration> KEEP = duration(Duration.ofSeconds(1), Duration.ofHours(1));

    private IssuerSettings() {}

    /**
     * The issuers of a node.
     *
     * @throws org.planisphere.foundation.settings.SettingsException naming every fault
     */
    public static List<Issuer> issuers(Settings settings) {
        Set<String> names = new HashSet<>();
        Set<String> issuers = new HashSet<>();
        return settings.items(Keys.IDENTITY_ISSUERS, tree -> {
            Issuer issuer = issuer(tree);
            if (!names.add(issuer.name())) {
                tree.fault("name", "another name than that of the issuers before it");
            }
            issuer.membership().ifPresent(service -> {
                if (!names.add(service.name())) {
                    tree.fault("membership", "named differently from every issuer");
                }
            });
            if (!issuers.add(issuer.issuer())) {
                tree.fault("issuer", "another issuer than those before it");
            }
            return issuer;
        });
    }

    private static Issuer issuer(Tree tree) {
        boolean insecure = tree.get("insecure", SettingType.bool(), false);
        String issuer = tree.need("issuer", text(), "https://issuer.invalid");
        if (!safe(issuer, insecure)) {
            tree.fault(
                    "issuer", "an https address as its tokens name it (http only at this machine, or with insecure)");
            issuer = "https://issuer.invalid";
        }
        Optional<URI> keys = address(tree, "keys", insecure);
        Optional<URI> described = address(tree, "discovery", insecure);
        List<String> hosts = tree.get("hosts", list(text()), List.of());
        try {
            HttpRules.of(hosts, 1, Duration.ofSeconds(1));
        } catch (IllegalArgumentException e) {
            tree.fault("hosts", "a list of hosts: " + e.getMessage());
            hosts = List.of();
        }
        List<String> audience = tree.need("audience", list(text()), List.of("none"));
        if (audience.isEmpty()) {
            tree.fault("audience", "a list of at least one audience: without, tokens for others would be taken");
        }
        return new Issuer(
                tree.need("name", NAME, "none"),
                issuer,
                Set.copyOf(audience),
                tree.get("leeway", duration(Duration.ZERO, Duration.ofMinutes(10)), Duration.ofSeconds(60)),
                Set.copyOf(tree.get(
                        "algorithms",
                        list(pattern("one of " + String.join(", ", ALGORITHMS), String.join("|", ALGORITHMS))),
                        List.of("RS256", "PS256", "ES256"))),
                lower(tree.get("types", list(CLAIM), List.of("JWT", "at+jwt"))),
                keys,
                hosts,
                tree.get("groups", list(CLAIM), GROUPS),
                tree.get("naming", list(CLAIM), NAMING),
                tree.get("scopes", oneOf(Issuer.Scopes.class), Issuer.Scopes.OFF),
                introspection(tree, insecure),
                membership(tree, insecure),
                login(tree),
                tree.get("refresh", duration(Duration.ofSeconds(10), Duration.ofDays(1)), Duration.ofMinutes(15)),
                described,
                new Issuer.Strength(
                        tree.get("acr", list(ACR), List.of()),
                        tree.find("age", duration(Duration.ofSeconds(10), Duration.ofDays(365))),
                        tree.get("bits", integer(2048, 16_384), 2048)));
    }

    private static Optional<URI> address(Tree tree, String key, boolean insecure) {
        Optional<URI> address = tree.find(key, url());
        if (address.isPresent() && !safe(address.get().toString(), insecure)) {
            tree.fault(key, "an https address (http only at this machine, or with insecure)");
        }
        return address;
    }

    private static Optional<Issuer.Introspection> introspection(Tree tree, boolean insecure) {
        if (!tree.has("introspection")) {
            return Optional.empty();
        }
        Tree in = tree.child("introspection", false);
        URI at = in.need("url", url(), URI.create("https://issuer.invalid"));
        if (!safe(at.toString(), insecure)) {
            in.fault("url", "an https address (http only at this machine, or with insecure)");
        }
        return Optional.of(new Issuer.Introspection(
                at, in.need("client", text(), "none"), secret(in), in.get("keep", KEEP, Duration.ofSeconds(60))));
    }

    private static Optional<Issuer.Membership> membership(Tree tree, boolean insecure) {
        if (!tree.has("membership")) {
            return Optional.empty();
        }
        Tree in = tree.child("membership", false);
        URI at = in.need("url", url(), URI.create("https://issuer.invalid"));
        if (!safe(at.toString(), insecure)) {
            in.fault("url", "an https address (http only at this machine, or with insecure)");
        }
        return Optional.of(
                new Issuer.Membership(in.need("name", NAME, "none"), at, in.get("keep", KEEP, Duration.ofMinutes(5))));
    }

    private static Optional<Issuer.Login> login(Tree tree) {
        if (!tree.has("login")) {
            return Optional.empty();
        }
        Tree in = tree.child("login", false);
        return Optional.of(new Issuer.Login(
                in.need("client", text(), "none"),
                secret(in),
                in.get("scope", SCOPE, "openid profile"),
                in.get("title", TITLE, tree.get("name", text(), "none"))));
    }

    /** A secret in the file or, better, in a file of its own; empty when there is none. */
    private static String secret(Tree tree) {
        Optional<Path> file = tree.find("secretFile", path());
        String secret = tree.get("secret", text(), "");
        if (file.isEmpty()) {
            return secret;
        }
        try {
            return Files.readString(file.get()).strip();
        } catch (IOException e) {
            tree.fault("secretFile", "a file that can be read");
            return "";
        }
    }

    private static Set<String> lower(List<String> types) {
        Set<String> lower = new LinkedHashSet<>();
        types.forEach(type -> lower.add(type.toLowerCase(Locale.ROOT)));
        return lower;
    }

    private static boolean safe(String address, boolean insecure) {
        try {
            URI uri = URI.create(address);
            boolean plain = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            boolean here = "127.0.0.1".equals(uri.getHost()) || "localhost".equals(uri.getHost());
            return plain && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && (insecure || here));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
