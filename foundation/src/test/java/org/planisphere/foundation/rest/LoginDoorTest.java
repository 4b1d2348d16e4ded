package org.planisphere.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Doorkeeper;
import org.planisphere.foundation.identity.Standing;
import org.planisphere.foundation.identity.login.LoginSettings;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.foundation.identity.oidc.IssuerSettings;
import org.planisphere.foundation.identity.oidc.Issuers;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/** Logging in at pages of a small node, as browsers do and as attackers do. */
class LoginDoorTest {
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.now());
    private static TestIssuer iam;
    private static TestIssuer egi;
    private static Issuers issuers;
    private static HttpServer node;
    private static URI base;

    /** What the audit is told. */
    private static final List<String> WITNESSED = new CopyOnWriteArrayList<>();

    /** Who is barred now. */
    private static final Set<String> SUSPENDED = new CopyOnWriteArraySet<>(Set.of("iam|mallory"));

    private static void witness(Caller who, String act, String object, String detail) {
        WITNESSED.add(who.id() + " " + act + " " + detail);
    }

    /** Says who asks. */
    @Path("/")
    public static final class Echo {
        @GET
        @Path("me")
        public String read(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }

        @POST
        @Path("requests")
        public String create(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }
    }

    @BeforeAll
    static void up() throws IOException {
        iam = TestIssuer.start("iam");
        egi = TestIssuer.start("egi");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        base = URI.create("http://127.0.0.1:" + port);
        issuers = new Issuers(IssuerSettings.issuers(
                Settings.ofYaml("identity: {issuers: [" + iam.yamlWithLogin() + ", " + egi.yamlWithLogin() + "]}")));
        Doorkeeper everybody = new Doorkeeper(
                List.of(issuers), () -> new Standing(Set.of("iam|/ops"), Set.of(), Set.copyOf(SUSPENDED)));
        PageCallers pages = new PageCallers(new Logins(
                issuers.logins(),
                everybody,
                new LoginSettings(base, "/planner", Duration.ofHours(2), Duration.ofHours(12)),
                NOW::get));
        ResourceConfig config = new ResourceConfig()
                .register(new Echo())
                .register(AnyProblemMapper.class)
                .register(new LoginDoor(pages, LoginDoorTest::witness))
                .register(new LogoutDoor(pages, LoginDoorTest::witness))
                .register(new LoginsDoor(pages, LoginDoorTest::witness))
                .register(new CallerFilter(everybody, true, Challenges.PLAIN, pages));
        node = JdkHttpServerFactory.createHttpServer(URI.create(base + "/planner/"), config);
    }

    @AfterAll
    static void down() {
        node.stop(0);
        issuers.close();
        iam.close();
        egi.close();
    }

    @AfterEach
    void asBefore() {
        WITNESSED.clear();
        NOW.set(Instant.now());
        iam.login().lifetime(300);
        iam.login().forged(claims -> claims);
        iam.broken(false);
    }

    /** What a browser is: cookies by name, and what it says of who made it ask. */
    private static final class Browser {
        final Map<String, String> cookies = new TreeMap<>();
        final List<String> set = new ArrayList<>();

        Answer ask(String method, String path, String... headers) throws IOException {
            StringBuilder text = new StringBuilder(
                    method + " " + path + " HTTP/1.1\r\nHost: " + base.getRawAuthority() + "\r\nConnection: close\r\n");
            for (String header : headers) {
                text.append(header).append("\r\n");
            }
            if (!cookies.isEmpty()) {
                List<String> pairs = new ArrayList<>();
                cookies.forEach((name, value) -> pairs.add(name + "=" + value));
                text.append("Cookie: ").append(String.join("; ", pairs)).append("\r\n");
            }
            if (method.equals("POST")) {
                text.append("Content-Length: 0\r\n");
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
                socket.getOutputStream().write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
                Answer answer = Answer.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                for (String cookie : answer.all("Set-Cookie")) {
                    set.add(cookie);
                    String pair = cookie.split(";", 2)[0];
                    int equals = pair.indexOf('=');
                    if (cookie.contains("Max-Age=0")) {
                        cookies.remove(pair.substring(0, equals));
                    } else {
                        cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
                    }
                }
                return answer;
            }
        }

        /** Where the issuer's page is, once a login has begun. */
        URI begin(String query) throws IOException {
            Answer answer = ask("GET", "/planner/login?" + query, "Accept: text/html");
            assertThat(answer.status).isEqualTo(303);
            return answer.location();
        }

        Answer follow(URI back) throws IOException {
            return ask("GET", back.getRawPath() + "?" + back.getRawQuery());
        }

        Browser in(String subject) throws IOException {
            assertThat(follow(iam.login().enter(begin("issuer=iam&return=/console/"), subject))
                            .location())
                    .isEqualTo(URI.create(base + "/console/"));
            return this;
        }

        String me() throws IOException {
            Answer answer = ask("GET", "/planner/me");
            return answer.status == 200 ? answer.body : Integer.toString(answer.status);
        }
    }

    private record Answer(int status, String head, String body) {
        static Answer of(String text) {
            int end = text.indexOf("\r\n\r\n");
            String head = text.substring(0, end + 2);
            String body = text.substring(end + 4);
            if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
                body = body.replaceAll("(?s)(^|\r\n)[0-9a-f]+\r\n", "").replaceAll("\r\n$", "");
            }
            return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
        }

        List<String> all(String header) {
            List<String> all = new ArrayList<>();
            Matcher matcher = Pattern.compile("(?imd)^" + header + ": (.*?)\r$").matcher(head);
            while (matcher.find()) {
                all.add(matcher.group(1));
            }
            return all;
        }

        URI location() {
            return URI.create(all("Location").get(0));
        }
    }

    @Test
    void whoLogsInIsThatPersonUntilTheyLogOut() throws Exception {
        Browser browser = new Browser();
        assertThat(browser.me()).isEqualTo("anonymous");

        browser.in("anna");

        assertThat(browser.me()).isEqualTo("iam|anna");
        assertThat(browser.ask("GET", "/planner/me").all("X-VO-Authenticated")).containsExactly("anna");
        assertThat(browser.ask("GET", "/planner/me").all("Cache-Control")).containsExactly("no-store");
        assertThat(browser.cookies).containsOnlyKeys("planisphere-session");
        assertThat(browser.set).allMatch(cookie -> cookie.contains("; Path=/; HttpOnly; SameSite=Lax"));

        String session = browser.cookies.get("planisphere-session");
        int tokens = iam.login().refreshTokens();
        Answer out = browser.ask("POST", "/planner/logout", "Origin: " + base, "Accept: application/json");
        assertThat(out.status).isEqualTo(200);
        assertThat(Json.mapper().readTree(out.body).path("issuerLogout").asText())
                .startsWith(iam.url() + "/logout?client_id=pages");
        assertThat(iam.login().refreshTokens()).isEqualTo(tokens - 1);
        assertThat(browser.me()).isEqualTo("anonymous");
        browser.cookies.put("planisphere-session", session);
        assertThat(browser.me()).isEqualTo("401");
        assertThat(WITNESSED).containsExactly("iam|anna login at a page", "iam|anna logout at a page");
    }

    @Test
    void noTokenEverReachesTheBrowser() throws Exception {
        Browser browser = new Browser();
        URI to = browser.begin("issuer=iam");
        Answer back = browser.follow(iam.login().enter(to, "anna"));
        assertThat(back.head + back.body + browser.set + to).doesNotContain("eyJ");
        assertThat(to.getRawQuery()).contains("code_challenge_method=S256", "response_type=code");
    }

    @Test
    void aPageIsToldWhoIsLoggedInAndWhereOneCan() throws Exception {
        Browser browser = new Browser();
        JsonNode nobody = Json.mapper().readTree(browser.ask("GET", "/planner/login", "Accept: application/json").body);
        assertThat(nobody.has("person")).isFalse();
        assertThat(nobody.path("issuers").findValuesAsText("name")).containsExactly("iam", "egi");
        assertThat(nobody.path("issuers").path(1).path("login").asText()).isEqualTo(base + "/planner/login?issuer=egi");
        JsonNode anna = Json.mapper().readTree(browser.in("anna").ask("GET", "/planner/login", "Accept: */*").body);
        assertThat(anna.path("person").path("id").asText()).isEqualTo("iam|anna");
        assertThat(anna.path("logout").asText()).isEqualTo(base + "/planner/logout");
    }

    @Test
    void severalIssuersAreAChoiceAndOneOfNoneIsAFault() throws Exception {
        Answer choice = new Browser().ask("GET", "/planner/login?return=/console/", "Accept: text/html,*/*;q=0.8");
        assertThat(choice.status).isEqualTo(200);
        assertThat(choice.body)
                .contains("The iam &lt;people&gt;", "login?issuer=egi&amp;return=%2Fconsole%2F")
                .doesNotContain("<people>", "<script");
        assertThat(choice.all("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src 'none'");
        assertThat(new Browser().ask("GET", "/planner/login?issuer=nobody", "Accept: text/html").status)
                .isEqualTo(400);
    }

    @Test
    void anAccessTokenIsRenewedAndAWithdrawnLoginIsOver() throws Exception {
        iam.login().lifetime(60);
        Browser browser = new Browser().in("anna");
        long before = iam.asked().stream().filter("/token"::equals).count();
        NOW.set(NOW.get().plusSeconds(30));
        assertThat(browser.me()).isEqualTo("iam|anna");
        assertThat(iam.asked().stream().filter("/token"::equals).count()).isEqualTo(before);
        NOW.set(NOW.get().plusSeconds(30));
        assertThat(browser.me()).isEqualTo("iam|anna");
        assertThat(iam.asked().stream().filter("/token"::equals).count()).isEqualTo(before + 1);

        iam.login().withdraw();
        NOW.set(NOW.get().plusSeconds(60));
        assertThat(browser.me()).isEqualTo("401");
        assertThat(browser.me()).as("the cookie was taken away").isEqualTo("anonymous");
    }

    @Test
    void anIssuerThatIsOutOfOrderEndsNoLogin() throws Exception {
        iam.login().lifetime(60);
        Browser browser = new Browser().in("anna");
        iam.broken(true);
        NOW.set(NOW.get().plusSeconds(50));
        assertThat(browser.me()).isEqualTo("iam|anna");
        NOW.set(NOW.get().plusSeconds(50));
        assertThat(browser.me()).isEqualTo("503");
        iam.broken(false);
        assertThat(browser.me()).isEqualTo("iam|anna");
    }

    @ParameterizedTest(name = "{0} idle, {1} in all")
    @CsvSource({"PT1H,PT11H,iam|anna", "PT2H,PT2H,401", "PT1H,PT13H,401"})
    void aLoginEnds(Duration idle, Duration all, String who) throws Exception {
        Browser browser = new Browser().in("anna");
        Instant begun = NOW.get();
        for (Instant at = begun.plus(idle); at.isBefore(begun.plus(all)); at = at.plus(idle)) {
            NOW.set(at);
            browser.ask("GET", "/planner/me");
        }
        NOW.set(begun.plus(all));
        assertThat(new Browser().me()).isEqualTo("anonymous");
        if (!browser.cookies.isEmpty()) {
            assertThat(browser.me()).isEqualTo(who);
        } else {
            assertThat(who).isEqualTo("401");
        }
    }

    /** What others may try. */
    private static JsonNode logins(Browser browser) throws IOException {
        return Json.mapper()
                .readTree(browser.ask("GET", "/planner/logins").body)
                .path("items");
    }

    @Test
    void peopleSeeTheirLoginsAndEndThoseTheyLeftElsewhere() throws Exception {
        Browser here = new Browser().in("petra");
        Browser left = new Browser().in("petra");
        Browser another = new Browser().in("quentin");
        JsonNode mine = logins(here);
        assertThat(mine).hasSize(2);
        assertThat(mine.findValuesAsText("person")).containsOnly("iam|petra");
        String other = mine.path(0).path("here").asBoolean()
                ? mine.path(1).path("id").asText()
                : mine.path(0).path("id").asText();
        assertThat(mine.toString()).doesNotContain(here.cookies.get("planisphere-session"));
        assertThat(here.ask("GET", "/planner/login", "Accept: text/html").body)
                .contains("End this login", "/planner/logins/" + other);

        String[] own = {"Origin: " + base, "Sec-Fetch-Site: same-origin"};
        assertThat(another.ask("DELETE", "/planner/logins/" + other, own).status)
                .isEqualTo(404);
        assertThat(another.ask("POST", "/planner/logins/" + other, own).status).isEqualTo(303);
        assertThat(left.me()).isEqualTo("iam|petra");
        assertThat(here.ask("POST", "/planner/logins/" + other).status)
                .as("from no page of ours")
                .isEqualTo(403);
        assertThat(here.ask("POST", "/planner/logins/" + other, own).status).isEqualTo(303);
        assertThat(left.me()).isEqualTo("401");
        assertThat(here.me()).isEqualTo("iam|petra");

        new Browser().in("petra");
        assertThat(here.ask("DELETE", "/planner/logins", own).body).isEqualTo("{\"ended\":2}");
        assertThat(here.me()).isEqualTo("401");
        assertThat(another.me()).isEqualTo("iam|quentin");
    }

    @Test
    void operatorsEndTheLoginsOfOthers() throws Exception {
        Browser petra = new Browser().in("petra");
        Browser quentin = new Browser().in("quentin");
        String operator = "Authorization: Bearer " + iam.token("olga", "/ops");
        assertThat(petra.ask("GET", "/planner/logins?person=*").status).isEqualTo(403);
        assertThat(petra.ask("GET", "/planner/logins?person=iam%7Cquentin").status)
                .isEqualTo(403);
        Browser olga = new Browser();
        assertThat(olga.ask("GET", "/planner/logins?person=*", operator).body).contains("iam|petra", "iam|quentin");
        WITNESSED.clear();
        assertThat(olga.ask("DELETE", "/planner/logins?person=iam%7Cpetra", operator).status)
                .isEqualTo(200);
        assertThat(WITNESSED).isNotEmpty().allMatch(line -> line.equals("iam|olga logout ended from elsewhere"));
        assertThat(petra.me()).isEqualTo("401");
        assertThat(quentin.me()).isEqualTo("iam|quentin");
        assertThat(olga.ask("DELETE", "/planner/logins?person=*", operator).status)
                .isEqualTo(200);
        assertThat(quentin.me()).isEqualTo("401");
    }

    @Test
    void whoIsSuspendedWhileLoggedInIsLoggedOut() throws Exception {
        Browser browser = new Browser().in("rosa");
        SUSPENDED.add("iam|rosa");
        try {
            assertThat(browser.me()).isEqualTo("403");
        } finally {
            SUSPENDED.remove("iam|rosa");
        }
        assertThat(browser.me()).as("what was ended stays so").isEqualTo("401");
    }

    @Test
    void loggingOutClearsWhatPagesHaveStored() throws Exception {
        Browser browser = new Browser().in("sam");
        assertThat(browser.ask("POST", "/planner/logout", "Origin: " + base).head)
                .containsIgnoringCase("Clear-Site-Data: \"storage\"");
    }

    @ParameterizedTest(name = "Sec-Fetch-Site {0}: {1}")
    @CsvSource({"cross-site,200", "same-site,200", "same-origin,303", "none,303"})
    void anotherSiteLogsNobodyInBehindTheirBack(String site, int status) throws Exception {
        Answer answer = new Browser()
                .ask(
                        "GET",
                        "/planner/login?issuer=iam&return=/console/",
                        "Accept: text/html",
                        "Sec-Fetch-Site: " + site);
        assertThat(answer.status).isEqualTo(status);
        if (status == 200) {
            assertThat(answer.body).contains("Where do you have an account?", "return=%2Fconsole%2F");
            assertThat(answer.all("Set-Cookie")).isEmpty();
        }
    }

    @Nested
    class AnAttackerGetsNothing {
        private void isOut(Browser browser, Answer answer, String why) throws IOException {
            assertThat(answer.status).isEqualTo(303);
            assertThat(answer.location()).isEqualTo(URI.create(base + "/planner/login?failed=" + why));
            assertThat(browser.cookies).isEmpty();
            assertThat(browser.me()).isEqualTo("anonymous");
        }

        @Test
        void withAnAnswerThatNobodyAskedFor() throws Exception {
            Browser victim = new Browser();
            isOut(victim, victim.ask("GET", "/planner/login/callback"), "stale");
            isOut(victim, victim.ask("GET", "/planner/login/callback?code=x&state=y"), "stale");
            assertThat(WITNESSED).as("anybody could fill the audit").isEmpty();
        }

        @Test
        void withTheirOwnLoginInAnothersBrowser() throws Exception {
            URI attackers = iam.login().enter(new Browser().begin("issuer=iam"), "attacker");
            Browser victim = new Browser();
            isOut(victim, victim.follow(attackers), "stale");
            victim.begin("issuer=iam");
            isOut(victim, victim.follow(attackers), "stale");
        }

        @ParameterizedTest
        @ValueSource(strings = {"state", "code", "iss"})
        void withAnAnswerThatLacksOrChangesAPart(String part) throws Exception {
            for (String put : List.of("", part + "=other")) {
                Browser browser = new Browser();
                URI back = iam.login().enter(browser.begin("issuer=iam"), "anna");
                String query = back.getRawQuery().replaceAll("(^|&)" + part + "=[^&]*", "$1" + put);
                isOut(
                        browser,
                        browser.ask("GET", back.getRawPath() + "?" + query),
                        part.equals("state") ? "stale" : "refused");
            }
        }

        @Test
        void withACodeOfAnotherIssuer() throws Exception {
            Browser browser = new Browser();
            URI real = browser.begin("issuer=iam");
            URI mixed = egi.login().enter(real, "anna");
            isOut(browser, browser.follow(mixed), "refused");
        }

        @Test
        void withACodeThatWasUsed() throws Exception {
            Browser browser = new Browser();
            URI back = iam.login().enter(browser.begin("issuer=iam"), "anna");
            String carried = browser.cookies.get("planisphere-login");
            browser.follow(back);
            assertThat(browser.me()).isEqualTo("iam|anna");
            Browser thief = new Browser();
            thief.cookies.put("planisphere-login", carried);
            isOut(thief, thief.follow(back), "refused");
        }

        @Test
        void withALoginThatWasBegunTooLongAgo() throws Exception {
            Browser browser = new Browser();
            URI back = iam.login().enter(browser.begin("issuer=iam"), "anna");
            NOW.set(NOW.get().plus(Duration.ofMinutes(11)));
            isOut(browser, browser.follow(back), "stale");
        }

        @ParameterizedTest
        @ValueSource(strings = {"nonce", "aud", "iss", "sub", "exp", "azp"})
        void withAnIdentityTokenThatIsNotForThisLogin(String claim) throws Exception {
            iam.login().forged(claims -> switch (claim) {
                case "nonce" -> claims.claim("nonce", "another");
                case "aud" -> claims.audience("another-client");
                case "iss" -> claims.issuer("https://other.example");
                case "sub" -> claims.subject("somebody-else");
                case "azp" -> claims.claim("azp", "another-client");
                default -> claims.expirationTime(Date.from(Instant.now().minusSeconds(600)));
            });
            Browser browser = new Browser();
            isOut(browser, browser.follow(iam.login().enter(browser.begin("issuer=iam"), "anna")), "refused");
        }

        @Test
        void withASessionTheyPutIntoTheBrowserBefore() throws Exception {
            Browser attacker = new Browser().in("attacker");
            String planted = attacker.cookies.get("planisphere-session");
            Browser victim = new Browser();
            victim.cookies.put("planisphere-session", planted);
            victim.in("anna");
            assertThat(victim.cookies.get("planisphere-session")).isNotEqualTo(planted);
            assertThat(attacker.me()).isEqualTo("401");
            assertThat(victim.me()).isEqualTo("iam|anna");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://evil.example/",
                    "//evil.example/",
                    "/\\evil.example/",
                    "\\\\evil.example",
                    "/%0d%0aSet-Cookie:x",
                    "javascript:alert(1)",
                    "evil",
                    "/a b",
                    "/<script>",
                })
        void byLettingALoginLeadElsewhere(String path) throws Exception {
            Browser browser = new Browser();
            URI to = browser.begin("issuer=iam&return=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
            Answer back = browser.follow(iam.login().enter(to, "anna"));
            assertThat(back.location().getAuthority()).isEqualTo(base.getAuthority());
            assertThat(back.location().toString()).isIn(base + "/planner/login", base + "/%0d%0aSet-Cookie:x");
            assertThat(back.head).doesNotContain("\nSet-Cookie:x");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "planisphere", "0000000000000000000000000000000000000000000"})
        void byGuessingASession(String guess) throws Exception {
            Browser browser = new Browser();
            browser.cookies.put("planisphere-session", guess);
            assertThat(browser.me()).isEqualTo("401");
        }

        @Test
        void withTwoSessionCookies() throws Exception {
            Browser browser = new Browser().in("anna");
            Answer answer = browser.ask("GET", "/planner/me", "Cookie: planisphere-session=other");
            assertThat(answer.status).isEqualTo(401);
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(
                nullValues = "-",
                value = {
                    "https://evil.example,-,403",
                    "null,-,403",
                    "-,-,403",
                    "https://evil.example,cross-site,403",
                    "SELF,cross-site,403",
                    "SELF,same-site,403",
                    "null,same-site,403",
                    "http://127.0.0.1:1,-,403",
                    "SELF,none,403",
                    "SELF,-,200",
                    "SELF,same-origin,200",
                    "null,same-origin,200",
                    "-,same-origin,200",
                })
        void byAskingFromAPageOfTheirs(String origin, String site, int status) throws Exception {
            Browser browser = new Browser().in("anna");
            List<String> headers = new ArrayList<>();
            Optional.ofNullable(origin).ifPresent(o -> headers.add("Origin: " + o.replace("SELF", base.toString())));
            Optional.ofNullable(site).ifPresent(s -> headers.add("Sec-Fetch-Site: " + s));
            Answer answer = browser.ask("POST", "/planner/requests", headers.toArray(new String[0]));
            assertThat(answer.status).isEqualTo(status);
            assertThat(browser.ask("POST", "/planner/logout", headers.toArray(new String[0])).status)
                    .isIn(status, status == 200 ? 303 : status);
            assertThat(browser.me()).isEqualTo(status == 200 ? "anonymous" : "iam|anna");
        }

        @Test
        void andATokenInAHeaderCountsBeforeACookie() throws Exception {
            Browser browser = new Browser().in("anna");
            Answer answer = browser.ask("POST", "/planner/requests", "Authorization: Bearer " + egi.token("bert"));
            assertThat(answer.body).isEqualTo("egi|bert");
            assertThat(browser.ask("POST", "/planner/requests", "Authorization: Bearer x").status)
                    .isEqualTo(401);
        }
    }

    @Test
    void whoCouldNotLogInMayTryAgainAndComesToWhereTheyWanted() throws Exception {
        Browser browser = new Browser();
        URI authorize = browser.begin("issuer=iam&return=/console/");
        String state = authorize.getRawQuery().replaceFirst(".*[?&]state=([^&]+).*", "$1");
        Answer refused =
                browser.ask("GET", "/planner/login/callback?error=access_denied&state=" + state + "&iss=" + iam.url());
        assertThat(refused.location())
                .isEqualTo(URI.create(base + "/planner/login?failed=refused&return=%2Fconsole%2F"));
        assertThat(browser.ask(
                                "GET",
                                refused.location().getRawPath() + "?"
                                        + refused.location().getRawQuery(),
                                "Accept: text/html")
                        .body)
                .contains("The login was not completed", "issuer=iam&amp;return=%2Fconsole%2F");
    }

    @Test
    void whoIsSuspendedIsToldSoAndNotLoggedIn() throws Exception {
        Browser browser = new Browser();
        Answer answer = browser.follow(iam.login().enter(browser.begin("issuer=iam"), "mallory"));
        assertThat(answer.location()).isEqualTo(URI.create(base + "/planner/login?failed=suspended"));
        assertThat(WITNESSED).containsExactly("anonymous login-failed suspended");
        assertThat(browser.cookies).isEmpty();
        assertThat(browser.ask("GET", "/planner/login?failed=suspended", "Accept: text/html").body)
                .contains("This account is suspended here");
        assertThat(browser.ask("GET", "/planner/login?failed=%3Cscript%3E", "Accept: text/html").body)
                .doesNotContain("script");
    }

    @ParameterizedTest(name = "people log in at {0}: {1}")
    @CsvSource({
        "https://planner.example.org,true",
        "http://127.0.0.1:8080,true",
        "http://localhost:8080,true",
        "http://planner.example.org,false",
        "http://localhost.example.org,false",
        "http://10.0.0.1:8080,false",
    })
    void noCookieOfALoginCrossesANetworkInTheClear(URI pages, boolean good) {
        LoginSettings settings = new LoginSettings(pages, "/planner", Duration.ofHours(2), Duration.ofHours(12));
        if (good) {
            settings.check();
        } else {
            assertThatThrownBy(settings::check).hasMessageContaining("must be https");
        }
    }

    @Test
    void behindTlsTheCookieIsBoundToThisHost() {
        LoginCookies cookies = new LoginCookies(true);
        assertThat(cookies.session("x"))
                .isEqualTo("__Host-planisphere-session=x; Path=/; HttpOnly; SameSite=Lax; Secure");
        assertThat(cookies.session(List.of("planisphere-session=x"))).isEmpty();
    }
}
