package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.oidc.Issuer;
import org.planisphere.foundation.identity.oidc.IssuerSettings;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.wire.codec.Json;

/** What the compose file says is understood by what it starts; its images are another matter. */
class ComposeTest {
    private static final Path REALM = Compose.DOCKER.resolve("keycloak/planisphere-realm.json");

    private static Settings settings(String service) throws IOException {
        Path config = service.equals("registry") ? null : Compose.DOCKER.resolve("people.yaml");
        return Settings.load(config, Compose.read().environment(service), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry", "alpha", "beta"})
    void everyVariableIsASettingWithAValueItTakes(String service) throws IOException {
        Settings settings = settings(service);
        assertThat(settings.get(Keys.NODE_NAME)).isEqualTo(service);
        assertThat(settings.databaseUrl()).isEqualTo("jdbc:postgresql://database/" + service);
        assertThat(settings.get(Keys.REGISTRY_ENABLED)).isEqualTo(service.equals("registry"));
        assertThat(Files.readString(Compose.DOCKER.resolve("databases.sql")))
                .contains("CREATE DATABASE " + service + ";");
    }

    @Test
    void whatIsMountedIsThereAndWhereTheCommandLooksForIt() throws IOException {
        Compose compose = Compose.read();
        for (String service : compose.names()) {
            for (String from : compose.mounts(service).keySet()) {
                if (from.startsWith(".")) {
                    assertThat(Compose.DOCKER.resolve(from)).as(service).exists();
                }
            }
        }
        for (String planner : List.of("alpha", "beta")) {
            assertThat(compose.service(planner).get("command").toString()).contains("/etc/planisphere/people.yaml");
            assertThat(compose.mounts(planner))
                    .containsEntry("./people.yaml", "/etc/planisphere/people.yaml")
                    .containsEntry(
                            "./policy.yaml",
                            settings(planner)
                                    .find(Keys.POLICY_FILE)
                                    .orElseThrow()
                                    .toString());
        }
    }

    @Test
    void plannersRegisterAtTheRegistryWhichMayAskThem() throws IOException {
        Settings registry = settings("registry");
        for (String planner : List.of("alpha", "beta")) {
            Settings settings = settings(planner);
            assertThat(settings.get(Keys.REGISTER_URLS)).singleElement().hasToString(registry.nodeUrl() + "/registry");
            assertThat(settings.find(Keys.REGISTER_TOKEN))
                    .isPresent()
                    .isEqualTo(registry.find(Keys.REGISTRY_PUBLISHER_TOKEN));
            assertThat(registry.get(Keys.REGISTRY_HTTP_ALLOW))
                    .contains(settings.nodeUrl().getAuthority());
        }
    }

    @Test
    void everyVariableOfTheFileIsInTheExample() throws IOException {
        String example = Files.readString(Compose.DOCKER.resolve(".env.example"));
        Matcher variable =
                Pattern.compile("\\$\\{([A-Z_]+)").matcher(Files.readString(Compose.DOCKER.resolve("compose.yaml")));
        while (variable.find()) {
            assertThat(example).contains(variable.group(1) + "=");
        }
    }

    @Test
    void theIssuerIsTheOneThatTheFileStartsAndItsRealmKnowsTheGroupsOfThePolicy() throws IOException {
        Issuer issuer = IssuerSettings.issuers(settings("alpha")).get(0);
        JsonNode realm = Json.mapper().readTree(Files.readAllBytes(REALM));
        String command = Compose.read().service("keycloak").get("command").toString();
        assertThat(command).contains("--hostname=" + issuer.issuer().replaceFirst("/realms/.*", ""));
        assertThat(issuer.issuer()).endsWith("/realms/" + realm.path("realm").asText());
        assertThat(realm.path("clients").findValuesAsText("clientId"))
                .contains(issuer.login().orElseThrow().client());

        List<String> known = realm.path("groups").findValuesAsText("name").stream()
                .map(group -> issuer.name() + "|/" + group)
                .toList();
        Policy policy = PolicyReader.read("policy.yaml", Files.readString(Compose.DOCKER.resolve("policy.yaml")));
        assertThat(policy.groups().keySet()).isNotEmpty().isSubsetOf(known);
        assertThat(settings("alpha").get(Keys.IDENTITY_OPERATORS)).isSubsetOf(known);
    }
}
