package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OriginsTest {
    private final Map<String, String> sent = new HashMap<>();

    private boolean answered(List<String> allowed, String method, String path, Map<String, String> headers) {
        sent.clear();
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getHeader" -> headers.get(arguments[0].toString());
                    case "getMethod" -> method;
                    case "getRequestURI" -> path;
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, called, arguments) -> sent.put(arguments[0].toString(), arguments[1].toString()));
        return new Origins(allowed).answered(request, response);
    }

    @Test
    void aPageOfAnAllowedOriginMayReadTheAnswerButBringsNoCookie() {
        assertThat(answered(
                        List.of("https://Portal.example"),
                        "GET",
                        "/planner/me",
                        Map.of("Origin", "https://portal.example")))
                .isFalse();
        assertThat(sent)
                .containsEntry("Access-Control-Allow-Origin", "https://portal.example")
                .containsEntry("Vary", "Origin")
                .doesNotContainKey("Access-Control-Allow-Credentials");
    }

    @Test
    void theQuestionWhetherToAskIsAnsweredAtOnce() {
        Map<String, String> headers =
                Map.of("Origin", "https://portal.example", "Access-Control-Request-Method", "POST");
        assertThat(answered(List.of("*"), "OPTIONS", "/planner/requests", headers))
                .isTrue();
        assertThat(sent).containsEntry("Access-Control-Allow-Origin", "*").containsKey("Access-Control-Allow-Headers");
    }

    @Test
    void everybodyElseIsAnsweredAsWithoutIt() {
        Map<String, String> foreign = Map.of("Origin", "https://evil.example", "Access-Control-Request-Method", "POST");
        assertThat(answered(List.of("https://portal.example"), "OPTIONS", "/planner/requests", foreign))
                .isFalse();
        assertThat(sent).doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(answered(List.of(), "OPTIONS", "/planner/requests", foreign)).isFalse();
        assertThat(sent).isEmpty();
        assertThat(answered(List.of("*"), "GET", "/health", foreign)).isFalse();
        assertThat(sent).isEmpty();
    }

    @Test
    void theConsolesPolicyNamesThePlannersItMayAsk() {
        assertThat(ConsoleFilter.policy(List.of())).contains("connect-src 'self';");
        assertThat(ConsoleFilter.policy(List.of("https://a.example", "https://b.example")))
                .contains("connect-src 'self' https://a.example https://b.example;");
        assertThat(ConsoleFilter.policy(List.of("*"))).contains("connect-src 'self' http: https:;");
    }
}
