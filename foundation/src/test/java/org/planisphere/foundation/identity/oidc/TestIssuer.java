package org.planisphere.foundation.identity.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * A small OpenID Connect issuer on a free port of this machine: discovery, keys, introspection, groups, and tokens of
 * every sort, good and bad. It can be told to rotate its keys and to be out of order.
 */
public final class TestIssuer implements AutoCloseable {
    public static final String AUDIENCE = "planisphere";

    private static final int TURNS = 5;
    private static final List<RSAKey> MADE = new ArrayList<>();
    private static int next;

    private final String name;
    private final HttpServer server;
    private final TestLogin login = new TestLogin(this);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, Object>> opaque = new ConcurrentHashMap<>();
    private final Map<String, List<String>> memberships = new ConcurrentHashMap<>();
    private final List<JWK> published = new CopyOnWriteArrayList<>();
    private volatile RSAKey rsa;
    private volatile ECKey ec;
    private volatile boolean broken;
    private volatile @Nullable String keysAt;

    private TestIssuer(String name) {
        this.name = name;
        try {
            this.rsa = rsa(name + "-1");
            this.ec = ec(name + "-e1");
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        published.add(rsa.toPublicJWK());
        published.add(ec.toPublicJWK());
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "test-issuer");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    public static TestIssuer start(String name) {
        return new TestIssuer(name);
    }

    public String name() {
        return name;
    }

    /** Its {@code iss}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Paths that were asked for so far. */
    public List<String> asked() {
        return new ArrayList<>(asked);
    }

    /** How often the keys were read so far. */
    public long keysRead() {
        return asked.stream().filter(path -> path.equals("/keys")).count();
    }

    /** As it may stand in {@code identity.issuers}. */
    public String yaml() {
        return "{name: " + name + ", issuer: \"" + url() + "\", audience: [" + AUDIENCE + "]}";
    }

    /** As {@link #yaml()}, with people who log in at pages. */
    public String yamlWithLogin() {
        return "{name: " + name + ", issuer: \"" + url() + "\", audience: [" + AUDIENCE + "], login: {client: "
                + TestLogin.CLIENT + ", secret: \"" + TestLogin.SECRET + "\", title: \"The " + name + " <people>\"}}";
    }

    /** Its login page. */
    public TestLogin login() {
        return login;
    }

    /** Its settings with every default. */
    public Issuer settings() {
        return IssuerSettings.issuers(
                        org.planisphere.foundation.settings.Settings.ofYaml("identity:\n  issuers:\n  - " + yaml()))
                .get(0);
    }

    /** Its settings, asked about opaque tokens and groups too. */
    public Issuer asking(boolean introspection, boolean membership) {
        Issuer usual = settings();
        return new Issuer(
                usual.name(),
                usual.issuer(),
                usual.audience(),
                usual.leeway(),
                usual.algorithms(),
                usual.types(),
                usual.keys(),
                usual.hosts(),
                usual.groups(),
                usual.naming(),
                usual.scopes(),
                introspection
                        ? Optional.of(new Issuer.Introspection(
                                URI.create(url() + "/introspect"), "planner", "s3cret&", Duration.ofSeconds(60)))
                        : Optional.empty(),
                membership
                        ? Optional.of(new Issuer.Membership(
                                name + "-gms", URI.create(url() + "/gms/search"), Duration.ofSeconds(60)))
                        : Optional.empty(),
                Optional.empty(),
                usual.keysFor(),
                usual.described(),
                usual.strength());
    }

    // What it gives.

    /** Claims of a good token for a subject, an hour long. */
    public JWTClaimsSet.Builder claims(String subject) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .subject(subject)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)))
                .jwtID(UUID.randomUUID().toString());
    }

    /** A good token. */
    public String token(String subject, String... groups) {
        return sign(claims(subject).claim("groups", List.of(groups)));
    }

    public String sign(JWTClaimsSet.Builder claims) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(rsa.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
    }

    /** Any header over any claims, truly signed by the newest key of the algorithm's family. */
    public String sign(JWSHeader header, JWTClaimsSet.Builder claims) {
        try {
            JWSSigner signer =
                    header.getAlgorithm().getName().startsWith("ES") ? new ECDSASigner(ec) : new RSASSASigner(rsa);
            SignedJWT jwt = new SignedJWT(header, claims.build());
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public RSAKey rsa() {
        return rsa;
    }

    public ECKey ec() {
        return ec;
    }

    /** An opaque token that its introspection says this of. */
    public String opaque(Map<String, Object> said) {
        String token = UUID.randomUUID().toString();
        opaque.put(token, said);
        return token;
    }

    /** What the group membership service answers to whoever shows this token. */
    public void member(String token, String... groups) {
        memberships.put(token, List.of(groups));
    }

    /** Signs with new keys from now on, and publishes only those. */
    public void rotate() {
        int next = Integer.parseInt(rsa.getKeyID().substring(rsa.getKeyID().lastIndexOf('-') + 1)) + 1;
        rsa = rsa(name + "-" + next);
        ec = ec(name + "-e" + next);
        published.clear();
        published.add(rsa.toPublicJWK());
        published.add(ec.toPublicJWK());
    }

    /** Answers 503 to everything, or no longer. */
    public void broken(boolean now) {
        broken = now;
    }

    /** Lets its discovery document say that its keys are there. */
    public void keysAt(String address) {
        keysAt = address;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    // How it answers.

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            if (broken) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            switch (path) {
                case "/.well-known/openid-configuration" -> {
                    Map<String, Object> document = new LinkedHashMap<>();
                    document.put("issuer", url());
                    document.put("jwks_uri", keysAt == null ? url() + "/keys" : keysAt);
                    login.describe(document);
                    send(exchange, 200, "application/json", Json.mapper().writeValueAsString(document));
                }
                case "/token" -> {
                    Map<String, Object> given = login.token(
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    send(
                            exchange,
                            given == null ? 400 : 200,
                            "application/json",
                            json(given == null ? Map.of("error", "invalid_grant") : given));
                }
                case "/revoke" -> {
                    login.revoke(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(200, -1);
                }
                case "/keys" -> send(exchange, 200, "application/json", new JWKSet(List.copyOf(published)).toString());
                case "/introspect" -> introspect(exchange);
                case "/gms/search" -> {
                    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
                    List<String> groups = memberships.getOrDefault(header.replaceFirst("^Bearer ", ""), List.of());
                    send(exchange, 200, "text/plain", String.join("\n", groups) + "\n");
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void introspect(HttpExchange exchange) throws IOException {
        String expected = "Basic cGxhbm5lcjpzM2NyZXQlMjY="; // planner:s3cret%26
        if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String token = "";
        for (String pair : body.split("&", -1)) {
            if (pair.startsWith("token=")) {
                token = URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8);
            }
        }
        Map<String, Object> said = opaque.getOrDefault(token, Map.of("active", false));
        send(exchange, 200, "application/json", json(said));
    }

    private static String json(Map<String, Object> document) throws JsonProcessingException {
        return Json.mapper().writeValueAsString(document);
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Keys are made once and go round: making them takes long, and no test has as many issuers at once. */
    private static RSAKey rsa(String id) {
        synchronized (MADE) {
            try {
                int turn = next++ % TURNS;
                if (MADE.size() <= turn) {
                    MADE.add(new RSAKeyGenerator(2048).generate());
                }
                return new RSAKey.Builder(MADE.get(turn))
                        .keyID(id)
                        .keyUse(KeyUse.SIGNATURE)
                        .build();
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every algorithm it can sign with. */
    public static Set<JWSAlgorithm> algorithms() {
        return Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);
    }
}
