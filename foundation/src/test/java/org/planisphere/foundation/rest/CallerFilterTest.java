package org.planisphere.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.DELETE;
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
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Recognition;

/** The filter at a small service of its own; requests are written byte by byte, as no client library would. */
class CallerFilterTest {
    private static final Caller READER =
            new Caller("iam|reader", "Reader", Set.of(), Set.of(), EnumSet.of(Caller.Right.READ));
    private static HttpServer open;
    private static HttpServer closed;

    /** Says who asks. */
    @Path("/")
    public static final class Echo {
        @GET
        @Path("sessions")
        public String read(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }

        @POST
        @Path("requests")
        public String create(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }

        @DELETE
        @Path("sessions")
        public String delete(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }

        @GET
        @Path("capabilities")
        public String open(@Context ContainerRequestContext call) {
            return CallerFilter.caller(call).id();
        }
    }

    @BeforeAll
    static void up() throws IOException {
        open = serve(true);
        closed = serve(false);
    }

    @AfterAll
    static void down() {
        open.stop(0);
        closed.stop(0);
    }

    private static HttpServer serve(boolean anonymous) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ResourceConfig config = new ResourceConfig().register(new Echo()).register(AnyProblemMapper.class);
        config.register(new CallerFilter(
                token -> switch (token) {
                    case "anna" ->
                        new Recognition.Known(new Caller("iam|anna", "Anna Å\nX-Evil: 1", Set.of(), Set.of()));
                    case "reader" -> new Recognition.Known(READER);
                    case "mallory" -> Recognition.SUSPENDED;
                    case "later" -> Recognition.UNAVAILABLE;
                    case "weak" -> new Recognition.Weak(List.of("mfa", "phr"), java.time.Duration.ofHours(1));
                    default -> Recognition.UNKNOWN;
                },
                anonymous,
                new Challenges(
                        "https://node.example/.well-known/oauth-protected-resource/planner",
                        List.of("ivo://ivoa.net/sso#OpenID https://iam.example.org/"))));
        return JdkHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:" + port + "/"), config);
    }

    private static String raw(HttpServer server, String method, String path, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        if (method.equals("POST")) {
            text.append("Content-Length: 0\r\n");
        }
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            socket.getOutputStream().write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest(name = "Authorization: {0}")
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer",
                "Bearer ",
                "Basic YW5uYTphbm5h",
                "Bearer anna anna",
                "Bearer anna,Bearer anna",
                "anna",
                "Bearer anna; x",
                "Bearer \"anna\"",
                "BearerX anna",
                "Bearer anna\u00e9",
            })
    void whatIsNoKnownTokenIs401EvenWhereAnonymousMayAsk(String value) throws IOException {
        String answer = raw(open, "GET", "/sessions", "Authorization: " + value);
        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"", "The bearer token is not one this service knows.")
                .doesNotContainIgnoringCase("X-VO-Authenticated");
    }

    @Test
    void twoAuthorizationHeadersAreNeverAnybody() throws IOException {
        assertThat(raw(open, "GET", "/sessions", "Authorization: Bearer anna", "Authorization: Bearer anna"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(raw(open, "GET", "/sessions", "Authorization: Bearer wrong", "authorization: Bearer anna"))
                .startsWith("HTTP/1.1 401 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User: anna",
                "X-VO-Authenticated: anna",
                "Proxy-Authorization: Bearer anna",
                "X-Authorization: Bearer anna",
                "Cookie: Authorization=Bearer anna; access_token=anna",
                "Authorization_: Bearer anna",
            })
    void noOtherHeaderMakesAnybodyOfAnonymous(String header) throws IOException {
        assertThat(raw(open, "GET", "/sessions?access_token=anna", header))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("anonymous");
        assertThat(raw(closed, "GET", "/sessions?access_token=anna", header)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aKnownCallerIsNamedInTheAnswerAndNothingCanBeSmuggledInTheName() throws IOException {
        String answer = raw(open, "GET", "/sessions", "authorization: bEaReR anna");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .endsWith("iam|anna")
                .containsIgnoringCase("\r\nX-VO-Authenticated: Anna ??X-Evil: 1\r\n");
        assertThat(answer).doesNotContainIgnoringCase("\nX-Evil");
        assertThat(raw(open, "GET", "/sessions")).doesNotContainIgnoringCase("X-VO-Authenticated");
    }

    /** RFC 9470, section 3 */
    @Test
    void whoMustLogInMoreStronglyIsToldHow() throws IOException {
        assertThat(raw(open, "GET", "/sessions", "Authorization: Bearer weak"))
                .startsWith("HTTP/1.1 401 ")
                .contains(
                        "error=\"insufficient_user_authentication\", acr_values=\"mfa phr\", max_age=\"3600\",",
                        "log in again");
    }

    @Test
    void theChallengesNameTheMetadataAndTheWaysToLogIn() throws IOException {
        assertThat(raw(closed, "GET", "/sessions").lines())
                .contains(
                        "Www-authenticate: Bearer realm=\"planisphere\", resource_metadata=\""
                                + "https://node.example/.well-known/oauth-protected-resource/planner\"",
                        "Www-authenticate: ivoa_bearer standard_id=\"ivo://ivoa.net/sso#OpenID\","
                                + " access_url=\"https://iam.example.org/\"");
    }

    @Test
    void whatSaysNothingOfAnybodyIsOpenToAll() throws IOException {
        assertThat(raw(closed, "GET", "/capabilities")).startsWith("HTTP/1.1 200 ");
        assertThat(raw(closed, "GET", "/capabilities", "Authorization: Bearer wrong"))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void whoeverIsSuspendedIsToldSo() throws IOException {
        assertThat(raw(open, "GET", "/sessions", "Authorization: Bearer mallory"))
                .startsWith("HTTP/1.1 403 ")
                .contains("suspended")
                .doesNotContainIgnoringCase("X-VO-Authenticated");
    }

    @Test
    void aTokenThatCannotBeCheckedNowIs503AndNotTakenForAnonymous() throws IOException {
        assertThat(raw(open, "GET", "/sessions", "Authorization: Bearer later"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("Retry-After: 5");
    }

    /** WLCG Common JWT Profiles 1.0, compute.* */
    @Nested
    class ATokenThatNarrowsItself {
        @ParameterizedTest(name = "{0} {1} is {2}")
        @CsvSource({"GET,/sessions,200", "POST,/requests,403", "DELETE,/sessions,403"})
        void isGoodForWhatItSays(String method, String path, int status) throws IOException {
            assertThat(raw(open, method, path, "Authorization: Bearer reader")).startsWith("HTTP/1.1 " + status + " ");
        }

        @Test
        void isToldTheScopeItLacks() throws IOException {
            assertThat(raw(open, "POST", "/requests", "Authorization: Bearer reader"))
                    .contains("error=\"insufficient_scope\", scope=\"compute.create\"");
        }
    }
}
