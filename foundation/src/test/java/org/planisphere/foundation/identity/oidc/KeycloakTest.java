package org.planisphere.foundation.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/** Tokens of a real Keycloak, with the realm that the compose file brings. */
class KeycloakTest {
    private static KeycloakServer keycloak;
    private static Issuers issuers;

    @BeforeAll
    static void up() {
        KeycloakServer found = KeycloakServer.start().orElse(null);
        Assumptions.assumeTrue(found != null, "the Keycloak distribution is not in the local Maven repository");
        keycloak = found;
        issuers =
                new Issuers(IssuerSettings.issuers(Settings.ofYaml("identity: {issuers: [" + keycloak.yaml() + "]}")));
    }

    @AfterAll
    static void down() {
        if (keycloak != null) {
            issuers.close();
            keycloak.close();
        }
    }

    private static JsonNode ask(String path, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(keycloak.issuer() + "/protocol/openid-connect/" + path))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return Json.mapper().readTree(answer.body());
    }

    private static JsonNode tokens(String person) throws Exception {
        return ask(
                "token",
                Map.of(
                        "grant_type", "password",
                        "client_id", "planisphere-demo",
                        "client_secret", "demo",
                        "username", person,
                        "password", person,
                        "scope", "openid"));
    }

    private static Caller known(String token) {
        Recognition recognition = issuers.recognise(token);
        assertThat(recognition).isInstanceOf(Recognition.Known.class);
        return ((Recognition.Known) recognition).caller();
    }

    @Test
    void peopleAreRecognisedWithTheirGroups() throws Exception {
        Caller lea = known(tokens("lea").path("access_token").asText());
        assertThat(lea.name()).isEqualTo("lea");
        assertThat(lea.groups()).contains("kc|/members", "kc|/leads").doesNotContain("kc|/operators");
        assertThat(known(tokens("olga").path("access_token").asText()).groups()).contains("kc|/operators");
        assertThat(known(tokens("guest").path("access_token").asText()).groups())
                .noneMatch(group -> group.startsWith("kc|/"));
    }

    @Test
    void aProgramIsRecognisedByItsClient() throws Exception {
        JsonNode given = ask(
                "token",
                Map.of("grant_type", "client_credentials", "client_id", "planisphere-demo", "client_secret", "demo"));
        assertThat(known(given.path("access_token").asText()).name()).isEqualTo("service-account-planisphere-demo");
    }

    @Test
    void idAndRefreshTokensAreNoAccessTokens() throws Exception {
        JsonNode given = tokens("mia");
        for (String name : List.of("id_token", "refresh_token")) {
            String token = given.path(name).asText();
            assertThat(token).isNotEmpty();
            assertThat(issuers.recognise(token)).as(name).isEqualTo(Recognition.UNKNOWN);
        }
    }

    @Test
    void aDeviceMayAskForALogin() throws Exception {
        JsonNode begun = ask("auth/device", Map.of("client_id", "planisphere-cli", "scope", "openid"));
        assertThat(begun.path("verification_uri_complete").asText()).contains("user_code=");
        JsonNode polled = ask(
                "token",
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id",
                        "planisphere-cli",
                        "device_code",
                        begun.path("device_code").asText()));
        assertThat(polled.path("error").asText()).isEqualTo("authorization_pending");
    }
}
