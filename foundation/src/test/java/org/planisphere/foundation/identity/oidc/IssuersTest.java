package org.planisphere.foundation.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.settings.Settings;

class IssuersTest {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final AtomicReference<InstantSource> watch = new AtomicReference<>(Instant::now);
    private final InstantSource clock = () -> watch.get().instant().plus(ahead.get());
    private TestIssuer iam;
    private TestIssuer egi;
    private Issuers issuers;

    @BeforeEach
    void start() {
        iam = TestIssuer.start("iam");
        egi = TestIssuer.start("egi");
        issuers = new Issuers(List.of(iam.settings(), egi.settings()), clock);
    }

    @AfterEach
    void stop() {
        issuers.close();
        iam.close();
        egi.close();
    }

    private static Caller known(Recognition recognition) {
        assertThat(recognition).isInstanceOf(Recognition.Known.class);
        return ((Recognition.Known) recognition).caller();
    }

    @ParameterizedTest
    @MethodSource("org.planisphere.foundation.identity.oidc.TestIssuer#algorithms")
    void aGoodTokenIsItsSubjectWithItsGroups(JWSAlgorithm algorithm) {
        String kid = algorithm.getName().startsWith("ES")
                ? iam.ec().getKeyID()
                : iam.rsa().getKeyID();
        Caller anna = known(issuers.recognise(iam.sign(
                new JWSHeader.Builder(algorithm).keyID(kid).build(),
                iam.claims("anna").claim("groups", List.of("/astro", "/ops")).claim("preferred_username", "Anna"))));
        assertThat(anna.id()).isEqualTo("iam|anna");
        assertThat(anna.name()).isEqualTo("Anna");
        assertThat(anna.groups()).containsExactlyInAnyOrder("iam|/astro", "iam|/ops");
        assertThat(anna.roles()).isEmpty();
        assertThat(anna.rights()).isEqualTo(Caller.ALL_RIGHTS);
    }

    @Test
    void aTokenWithoutAKeysNameIsGoodToo() {
        assertThat(known(issuers.recognise(
                                iam.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), iam.claims("anna"))))
                        .id())
                .isEqualTo("iam|anna");
    }

    @Test
    void oneSubjectAndOneGroupOfTwoIssuersAreNotTheSame() {
        Caller here = known(issuers.recognise(iam.token("anna", "astro")));
        Caller there = known(issuers.recognise(egi.token("anna", "astro")));
        assertThat(here.id()).isNotEqualTo(there.id());
        assertThat(here.groups()).doesNotContainAnyElementsOf(there.groups());
    }

    @ParameterizedTest(name = "expired {0} s ago: {1}")
    @CsvSource({"30,true", "59,true", "61,false", "3600,false"})
    void clocksMayDifferByTheLeeway(long seconds, boolean good) {
        String token = iam.sign(iam.claims("anna")
                .expirationTime(Date.from(Instant.now().minusSeconds(seconds).plusMillis(900))));
        assertThat(issuers.recognise(token) instanceof Recognition.Known).isEqualTo(good);
    }

    @ParameterizedTest(name = "{0} {1} s from now: {2}")
    @CsvSource({"nbf,30,true", "nbf,120,false", "iat,30,true", "iat,120,false"})
    void aTokenOfTomorrowIsNotGoodToday(String claim, long seconds, boolean good) {
        String token =
                iam.sign(iam.claims("anna").claim(claim, Date.from(Instant.now().plusSeconds(seconds))));
        assertThat(issuers.recognise(token) instanceof Recognition.Known).isEqualTo(good);
    }

    /** RFC 9470: what a token says of its login, or does not say, against what is asked of it. */
    @ParameterizedTest(name = "acr {0}, logged in {1} s ago: {2}")
    @CsvSource({"mfa,10,true", "phr,10,true", "pwd,10,false", "-,10,false", "mfa,-,false", "mfa,3700,false"})
    void aLoginMustBeAsStrongAndAsFreshAsIsAskedFor(String acr, String ago, boolean good) {
        try (Issuers strict = new Issuers(IssuerSettings.issuers(Settings.ofYaml(
                "identity: {issuers: [" + iam.yaml().replaceFirst("}$", ", acr: [mfa, phr], age: 1h}") + "]}")))) {
            JWTClaimsSet.Builder claims = iam.claims("anna");
            if (!acr.equals("-")) {
                claims.claim("acr", acr);
            }
            if (!ago.equals("-")) {
                claims.claim(
                        "auth_time",
                        Instant.now().minusSeconds(Long.parseLong(ago)).getEpochSecond());
            }
            String token = iam.sign(claims);
            Recognition answer = strict.recognise(token);
            assertThat(answer instanceof Recognition.Known).isEqualTo(good);
            if (!good) {
                assertThat(answer)
                        .isEqualTo(new Recognition.Weak(List.of("mfa", "phr"), java.time.Duration.ofHours(1)));
            }
        }
    }

    @Test
    void aKeyOfFewerBitsThanAreAskedForSignsNothing() {
        String token = iam.token("anna");
        try (Issuers strict = new Issuers(IssuerSettings.issuers(
                Settings.ofYaml("identity: {issuers: [" + iam.yaml().replaceFirst("}$", ", bits: 3072}") + "]}")))) {
            assertThat(strict.recognise(token)).isEqualTo(Recognition.UNKNOWN);
        }
        assertThat(known(issuers.recognise(token)).id()).isEqualTo("iam|anna");
    }

    @Test
    void whatIsRememberedEndsWithTheToken() {
        String token = iam.sign(
                iam.claims("anna").expirationTime(Date.from(Instant.now().plusSeconds(10))));
        known(issuers.recognise(token));
        ahead.set(Duration.ofSeconds(75));
        assertThat(issuers.recognise(token)).isEqualTo(Recognition.UNKNOWN);
    }

    @Nested
    class Keys {
        @Test
        void areReadOnceForAnyNumberOfTokens() {
            IntStream.range(0, 20).forEach(i -> known(issuers.recognise(iam.token("anna" + i))));
            assertThat(iam.keysRead()).isEqualTo(1);
            assertThat(egi.keysRead()).isZero();
        }

        @Test
        void areReadOnceByManyAtOnce() {
            List<CompletableFuture<Recognition>> all = IntStream.range(0, 16)
                    .mapToObj(i -> iam.token("anna" + i))
                    .map(token -> CompletableFuture.supplyAsync(() -> issuers.recognise(token)))
                    .toList();
            all.forEach(each -> known(each.join()));
            assertThat(iam.keysRead()).isEqualTo(1);
        }

        @Test
        void areReadAgainWhenATokenNamesANewOne() {
            known(issuers.recognise(iam.token("anna")));
            String old = iam.token("bert");
            iam.rotate();
            ahead.set(IssuerKeys.PAUSE.plusSeconds(1));
            known(issuers.recognise(iam.token("anna")));
            assertThat(issuers.recognise(old)).isEqualTo(Recognition.UNKNOWN);
            assertThat(iam.keysRead()).isEqualTo(2);
        }

        @Test
        void areNotReadAgainForEveryMadeUpName() {
            // To sign so many may take longer than the pause.
            Instant now = Instant.now();
            watch.set(() -> now);
            known(issuers.recognise(iam.token("anna")));
            ahead.set(IssuerKeys.PAUSE.plusSeconds(1));
            for (int i = 0; i < 200; i++) {
                assertThat(issuers.recognise(iam.sign(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("made-up-" + i)
                                        .build(),
                                iam.claims("mallory"))))
                        .isEqualTo(Recognition.UNKNOWN);
            }
            assertThat(iam.keysRead()).isEqualTo(2);
        }

        @Test
        void goOnBeingGoodWhileTheIssuerIsOutOfOrder() {
            known(issuers.recognise(iam.token("anna")));
            iam.broken(true);
            ahead.set(Duration.ofMinutes(50));
            known(issuers.recognise(iam.token("bert")));
            known(issuers.recognise(iam.token("carl")));
        }

        @Test
        void areReadAgainInTheBackgroundWhenTheyAreOld() {
            known(issuers.recognise(iam.token("anna")));
            ahead.set(Duration.ofMinutes(20));
            known(issuers.recognise(iam.token("bert")));
            Awaitility.await().until(() -> iam.keysRead() == 2);
        }

        @Test
        void ofAnIssuerThatNeverAnsweredCannotBeJudged() {
            iam.broken(true);
            assertThat(issuers.recognise(iam.token("anna"))).isEqualTo(Recognition.UNAVAILABLE);
            assertThat(issuers.recognise(iam.token("bert"))).isEqualTo(Recognition.UNAVAILABLE);
            assertThat(iam.asked()).hasSize(1);
            known(issuers.recognise(egi.token("anna")));
            iam.broken(false);
            ahead.set(IssuerKeys.PAUSE.plusSeconds(1));
            known(issuers.recognise(iam.token("anna")));
        }

        @Test
        void areNotReadFromAHostThatOnlyTheDiscoveryDocumentNames() throws Exception {
            try (TestIssuer elsewhere = TestIssuer.start("elsewhere")) {
                iam.keysAt(elsewhere.url() + "/keys");
                assertThat(issuers.recognise(iam.token("anna"))).isEqualTo(Recognition.UNAVAILABLE);
                assertThat(elsewhere.asked()).isEmpty();
            }
        }
    }

    @Nested
    class OpaqueTokens {
        private Issuers asking;

        @BeforeEach
        void ask() {
            asking = new Issuers(List.of(egi.settings(), iam.asking(true, false)), clock);
        }

        @AfterEach
        void end() {
            asking.close();
        }

        @Test
        void areAskedAboutOnce() {
            String token = iam.opaque(Map.of(
                    "active", true, "sub", "anna", "eduperson_entitlement", "urn:x:group:astro#iam", "name", "Anna A"));
            for (int i = 0; i < 5; i++) {
                Caller anna = known(asking.recognise(token));
                assertThat(anna.id()).isEqualTo("iam|anna");
                assertThat(anna.groups()).containsExactly("iam|urn:x:group:astro#iam");
            }
            assertThat(iam.asked()).containsExactly("/introspect");
            ahead.set(Duration.ofSeconds(61));
            known(asking.recognise(token));
            assertThat(iam.asked()).hasSize(2);
        }

        @Test
        void thatAreNotGoodAreAskedAboutOnceToo() {
            for (int i = 0; i < 5; i++) {
                assertThat(asking.recognise("made-up")).isEqualTo(Recognition.UNKNOWN);
            }
            assertThat(iam.asked()).hasSize(1);
        }

        @Test
        void areRefusedForAnotherAudienceOrIssuerAndWhenTheyHaveExpired() {
            for (Map<String, Object> said : List.<Map<String, Object>>of(
                    Map.of("active", true, "sub", "anna", "aud", "others"),
                    Map.of("active", true, "sub", "anna", "iss", egi.url()),
                    Map.of("active", true, "sub", "anna", "exp", 1_000_000_000L),
                    Map.of("active", true, "sub", "anna", "token_type", "mac"),
                    Map.of("active", true),
                    Map.of("active", "true", "sub", "anna"),
                    Map.of("active", true, "sub", 7),
                    Map.of("active", true, "sub", "anna", "groups", 7))) {
                assertThat(asking.recognise(iam.opaque(said)))
                        .as(said.toString())
                        .isEqualTo(Recognition.UNKNOWN);
            }
        }

        @Test
        void cannotBeJudgedWhileNobodyAnswers() {
            iam.broken(true);
            assertThat(asking.recognise("something")).isEqualTo(Recognition.UNAVAILABLE);
        }
    }

    @Nested
    class GroupMembershipServices {
        @Test
        void addGroupsUnderTheirOwnName() {
            try (Issuers asking = new Issuers(List.of(iam.asking(false, true)), clock)) {
                String token = iam.token("anna", "astro");
                iam.member(token, "surveys", "ivo://example.org/gms?staff");
                assertThat(known(asking.recognise(token)).groups())
                        .containsExactlyInAnyOrder(
                                "iam|astro", "iam-gms|surveys", "iam-gms|ivo://example.org/gms?staff");
                known(asking.recognise(token));
                assertThat(Collections.frequency(iam.asked(), "/gms/search")).isEqualTo(1);
            }
        }

        @Test
        void thatDoNotAnswerAddNothing() {
            try (Issuers asking = new Issuers(List.of(iam.asking(false, true)), clock)) {
                known(asking.recognise(iam.token("bert")));
                iam.broken(true);
                assertThat(known(asking.recognise(iam.token("anna", "astro"))).groups())
                        .containsExactly("iam|astro");
            }
        }
    }
}
