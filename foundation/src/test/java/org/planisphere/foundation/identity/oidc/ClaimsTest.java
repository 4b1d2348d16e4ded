package org.planisphere.foundation.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/** Claims as issuers in use publish them. */
class ClaimsTest {
    private static Issuer issuer(String more) {
        return IssuerSettings.issuers(Settings.ofYaml("identity: {issuers: [{name: i, issuer: 'https://i.example',"
                        + " audience: [planisphere]" + (more.isEmpty() ? "" : ", " + more) + "}]}"))
                .get(0);
    }

    private static Map<String, Object> json(String text) throws Exception {
        return Json.mapper().readValue(text.replace('\'', '"'), new TypeReference<>() {});
    }

    private static Caller caller(String more, String claims) throws Exception {
        return Claims.caller(issuer(more), json(claims));
    }

    @Test
    void indigoIamWithItsOwnProfile() throws Exception { // INDIGO IAM 1.8+: groups without a slash, by name
        Caller anna = caller("", """
                {'wlcg.ver': '1.0', 'sub': '73f16d93-2441-4a50-88ff-85360d78c6b5', 'iss': 'https://i.example',
                 'preferred_username': 'anna', 'organisation_name': 'indigo-dc', 'client_id': 'x',
                 'groups': ['Production', 'Production/Analysis'], 'scope': 'openid profile', 'jti': 'x'}""");
        assertThat(anna.groups()).containsExactlyInAnyOrder("i|Production", "i|Production/Analysis");
        assertThat(anna.name()).isEqualTo("anna");
    }

    @Test
    void indigoIamWithTheWlcgProfile() throws Exception { // WLCG Common JWT Profiles 1.0, section "Common Claims"
        Caller anna = caller("scopes: optional", """
                {'wlcg.ver': '1.0', 'sub': 'e1eb758b-b73c-4761-bfff-adc793da409c', 'aud': 'https://wlcg.cern.ch/jwt/v1/any',
                 'scope': 'openid wlcg.groups compute.create compute.read', 'wlcg.groups': ['/wlcg', '/wlcg/xfers']}""");
        assertThat(anna.groups()).containsExactlyInAnyOrder("i|/wlcg", "i|/wlcg/xfers");
        assertThat(anna.rights()).isEqualTo(EnumSet.of(Caller.Right.READ, Caller.Right.CREATE));
    }

    @Test
    void egiCheckIn() throws Exception { // EGI Check-in: AARC-G069 entitlements; voperson_id as sub
        Caller anna = caller("", """
                {'sub': 'ef72285491ffe53c39b75bdcef46689f5d26ddfa00312365cc4fb5ce97e9ca87@egi.eu', 'name': 'Anna',
                 'eduperson_entitlement': ['urn:mace:egi.eu:group:vo.example.eu:role=member#aai.egi.eu',
                                           'urn:mace:egi.eu:group:vo.example.eu:ops:role=member#aai.egi.eu'],
                 'entitlements': ['urn:mace:egi.eu:group:vo.example.eu:role=member#aai.egi.eu'],
                 'eduperson_assurance': ['https://refeds.org/assurance/IAP/low']}""");
        assertThat(anna.groups())
                .containsExactlyInAnyOrder(
                        "i|urn:mace:egi.eu:group:vo.example.eu:role=member#aai.egi.eu",
                        "i|urn:mace:egi.eu:group:vo.example.eu:ops:role=member#aai.egi.eu");
        assertThat(anna.name()).isEqualTo("Anna");
    }

    @Test
    void keycloakWithGroupsRealmRolesAndClientRoles() throws Exception {
        Caller anna = caller(
                "groups: [groups, realm_access.roles, resource_access.planner.roles, resource_access.my.dotted.client.roles]",
                """
                {'sub': '7', 'typ': 'Bearer', 'groups': ['/members'], 'realm_access': {'roles': ['lead']},
                 'resource_access': {'planner': {'roles': ['runner']}, 'my.dotted.client': {'roles': 'one'},
                                     'account': {'roles': ['manage-account']}}}""");
        assertThat(anna.groups()).containsExactlyInAnyOrder("i|/members", "i|lead", "i|runner", "i|one");
    }

    @ParameterizedTest(name = "{0} at {1} is {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "{'a': 'x'}; a; x",
                "{'a.b': 'x'}; a.b; x",
                "{'a': {'b': 'x'}}; a.b; x",
                "{'a.b': {'c': 'x'}}; a.b.c; x",
                "{'a': {'b.c': 'x'}}; a.b.c; x",
                "{'a': 'y', 'a.b': 'x'}; a.b; x",
                "{'a': 'x'}; a.b; ",
                "{'a': ['x']}; a.0; ",
                "{}; a; ",
            })
    void namesMayHoldDots(String claims, String path, String found) throws Exception {
        assertThat(Claims.find(json(claims), path)).isEqualTo(found);
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "off,compute.read,ALL",
                "optional,compute.read,READ",
                "optional,openid profile,ALL",
                "optional,compute.unheard-of,NONE",
                "optional,compute.read:/path,NONE",
                "optional,-,ALL",
                "required,compute.cancel,CANCEL",
                "required,openid,NONE",
                "required,-,NONE",
            })
    void scopesNarrowATokenWhereTheRuleSaysSo(String rule, String scope, String rights) throws Exception {
        Caller anna =
                caller("scopes: " + rule, "{'sub': 'a'" + (scope == null ? "" : ", 'scope': '" + scope + "'") + "}");
        Set<Caller.Right> expected = switch (rights) {
            case "ALL" -> Caller.ALL_RIGHTS;
            case "NONE" -> Set.of();
            default -> Set.of(Caller.Right.valueOf(rights));
        };
        assertThat(anna.rights()).isEqualTo(expected);
    }

    @Test
    void aNameIsForPeopleAndHoldsNoLineBreaks() throws Exception {
        assertThat(caller("", "{'sub': 'a', 'preferred_username': 'An\\nna'}").name())
                .isEqualTo("An na");
        assertThat(caller("", "{'sub': 'a', 'preferred_username': 7, 'name': 'Anna'}")
                        .name())
                .isEqualTo("Anna");
        assertThat(caller("", "{'sub': 'a'}").name()).isEqualTo("a");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "name: local;identity.issuers[0].name",
                "issuer: 'http://iam.example.org';identity.issuers[0].issuer",
                "issuer: 'https://a@iam.example.org';identity.issuers[0].issuer",
                "algorithms: [HS256];identity.issuers[0].algorithms",
                "algorithms: [none];identity.issuers[0].algorithms",
                "audience: [];identity.issuers[0].audience",
                "leeway: 1h;identity.issuers[0].leeway",
                "keys: 'http://iam.example.org/keys';identity.issuers[0].keys",
                "hosts: ['a/b'];identity.issuers[0].hosts",
                "surprise: 1;identity.issuers[0].surprise",
                "introspection: {client: x};identity.issuers[0].introspection.url",
                "membership: {name: gms};identity.issuers[0].membership.url",
                "login: {secretFile: /does/not/exist, client: x};identity.issuers[0].login.secretFile",
            })
    void aWrongSettingIsNamed(String wrong, String path) {
        String key = wrong.substring(0, wrong.indexOf(':'));
        StringBuilder yaml = new StringBuilder("identity:\n  issuers:\n  - " + wrong + "\n");
        Map.of("name", "i", "issuer", "https://i.example", "audience", "[p]").forEach((name, value) -> {
            if (!name.equals(key)) {
                yaml.append("    ").append(name).append(": ").append(value).append('\n');
            }
        });
        assertThatThrownBy(() -> IssuerSettings.issuers(Settings.ofYaml(yaml.toString())))
                .hasMessageContaining(path);
    }

    @Test
    void noSecretIsShown() {
        assertThat(issuer("introspection: {url: 'https://i.example/x', client: c, secret: s3cret}, login: {client: c,"
                                + " secret: s3cret}")
                        .toString())
                .doesNotContain("s3cret");
    }
}
