package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.TestServer;

/** Login by device code, at an issuer of the test's own. */
@Timeout(60)
class LoginTest {
    private static final String ME = "{\"id\":\"iam|anna\",\"name\":\"anna\",\"anonymous\":false}";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger polls = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private TestServer issuer;
    private TestServer planner;
    private TestServer stranger;

    @BeforeEach
    void begin() throws Exception {
        issuer = new TestServer();
        planner = new TestServer();
        stranger = new TestServer();
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        String base = issuer().toString();
        issuer.json("GET /.well-known/openid-configuration", 200, """
                {"issuer": "%s", "device_authorization_endpoint": "%s/device", "token_endpoint": "%s/token",
                 "revocation_endpoint": "%s/revoke"}""".formatted(base, base, base, base));
        issuer.json("POST /device", 200, """
                {"device_code": "d3vice", "user_code": "ABCD-EFGH", "verification_uri": "%s/activate",
                 "expires_in": 60, "interval": 0}""".formatted(base));
        issuer.on("POST /token", (call, seen) -> {
            if (polls.incrementAndGet() < 3) {
                TestServer.send(call, 400, "application/json", "{\"error\": \"authorization_pending\"}");
            } else {
                TestServer.send(
                        call,
                        200,
                        "application/json",
                        "{\"access_token\": \"acc3ss-" + polls.get()
                                + "\", \"refresh_token\": \"r3fresh\", \"expires_in\": 300}");
            }
        });
        issuer.json("POST /revoke", 200, "{}");
        planner.json("GET /me", 200, ME);
        stranger.json("GET /me", 200, ME);
    }

    @AfterEach
    void end() {
        issuer.close();
        planner.close();
        stranger.close();
    }

    private URI issuer() {
        return URI.create("http://127.0.0.1:" + issuer.base().getPort());
    }

    private static String at(TestServer server) {
        return "http://127.0.0.1:" + server.base().getPort() + "/planner";
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, 100);
        Kit kit = new Kit(
                terminal,
                new ByteArrayInputStream(new byte[0]),
                environment,
                Memory.of(environment),
                Clock.fixed(now, ZoneOffset.UTC));
        return Main.run(kit, arguments);
    }

    private void login() {
        assertThat(run("login", "--issuer", issuer().toString(), "--planner", at(planner)))
                .as(err.toString())
                .isZero();
    }

    private static String shown(TestServer server) {
        return server.seen.get(server.seen.size() - 1).header("Authorization");
    }

    @Test
    void showsTheAddressAndTheCodeAndWaitsUntilThePersonAgrees() throws Exception {
        login();
        assertThat(out.toString()).contains("/activate", "ABCD-EFGH").doesNotContain("acc3ss", "r3fresh", "d3vice");
        assertThat(polls).hasValue(3);
        Path file = folder.resolve("config/planisphere/login.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theTokenIsShownToThePlannersItIsForAndToNobodyElse() {
        login();
        assertThat(run("me", "--planner", at(planner))).isZero();
        assertThat(shown(planner)).isEqualTo("Bearer acc3ss-3");
        assertThat(run("me", "--planner", at(stranger))).isZero();
        assertThat(shown(stranger)).isEmpty();
    }

    @Test
    void aTokenThatIsAboutToEndIsRenewed() {
        login();
        now = now.plusSeconds(280);
        assertThat(run("me", "--planner", at(planner))).isZero();
        assertThat(shown(planner)).isEqualTo("Bearer acc3ss-4");
        assertThat(run("me", "--planner", at(planner))).isZero();
        assertThat(polls).hasValue(4);
    }

    @Test
    void aLoginThatCannotBeRenewedSaysWhatToDo() {
        login();
        issuer.json("POST /token", 400, "{\"error\": \"invalid_grant\"}");
        now = now.plusSeconds(3600);
        assertThat(run("me", "--planner", at(planner))).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .contains("The login has ended", "planisphere login --issuer")
                .doesNotContain("r3fresh");
    }

    @Test
    void whoTurnsItDownIsNotLoggedIn() {
        issuer.json("POST /token", 400, "{\"error\": \"access_denied\"}");
        assertThat(run("login", "--issuer", issuer().toString(), "--planner", at(planner)))
                .isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("turned down");
        assertThat(run("whoami")).isEqualTo(Exit.NO);
    }

    @Test
    void logoutForgetsAndTakesTheTokenBack() {
        login();
        assertThat(run("whoami")).isZero();
        assertThat(out.toString()).contains(issuer().toString()).doesNotContain("acc3ss");
        assertThat(run("logout")).isZero();
        assertThat(issuer.seen.get(issuer.seen.size() - 1).body()).contains("token=r3fresh");
        assertThat(run("whoami")).isEqualTo(Exit.NO);
        assertThat(Files.exists(folder.resolve("config/planisphere/login.json")))
                .isFalse();
        assertThat(run("me", "--planner", at(planner))).isZero();
        assertThat(shown(planner)).isEmpty();
    }

    @Test
    void anIssuerOverPlainHttpElsewhereIsNotSpokenTo() {
        assertThat(run("login", "--issuer", "http://issuer.example", "--planner", at(planner)))
                .isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("https");
    }

    @Test
    void anIssuerThatCallsItselfOtherwiseIsNotBelieved() {
        issuer.json("GET /.well-known/openid-configuration", 200, "{\"issuer\": \"https://other.example\"}");
        assertThat(run("login", "--issuer", issuer().toString(), "--planner", at(planner)))
                .isEqualTo(Exit.BAD_ANSWER);
    }

    @Test
    void aSessionIsSharedByAnUpdate() {
        String session = at(planner) + "/sessions/0f1d7f3a-6c1e-4b57-9a53-0f8b6d6d5c01";
        planner.json("POST /sessions/0f1d7f3a-6c1e-4b57-9a53-0f8b6d6d5c01", 200, "{\"phase\":\"RUNNING\"}");
        assertThat(run("share", session, "iam|/astro")).as(err.toString()).isZero();
        assertThat(planner.seen.get(planner.seen.size() - 1).body()).contains("share", "iam|/astro");
        assertThat(run("share", "--undo", session, "iam|/astro")).isZero();
        assertThat(List.of(planner.seen.get(planner.seen.size() - 1).body()))
                .allMatch(body -> body.contains("unshare"));
    }
}
