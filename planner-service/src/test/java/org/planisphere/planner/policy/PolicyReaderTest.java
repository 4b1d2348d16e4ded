package org.planisphere.planner.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.ledger.Amounts;

class PolicyReaderTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @Test
    void everyFaultIsToldAtOnceWithItsPath() {
        List<String> faults = faults("""
                version: "1"
                zone: Mars/Olympus
                surprise: 1
                grants:
                  - id: A B
                    to: {groups: [nobar]}
                    offer: {cores: -1, duration: soon}
                  - id: two
                    effect: deny
                    to: {named: true}
                    budgets: [{period: fortnight}]
                  - id: two
                    to: {}
                """);

        assertThat(faults)
                .anyMatch(fault -> fault.startsWith("zone "))
                .anyMatch(fault -> fault.startsWith("surprise "))
                .anyMatch(fault -> fault.startsWith("grants[0].id "))
                .anyMatch(fault -> fault.startsWith("grants[0].to.groups "))
                .anyMatch(fault -> fault.startsWith("grants[0].offer.cores "))
                .anyMatch(fault -> fault.startsWith("grants[0].offer.duration "))
                .anyMatch(fault -> fault.startsWith("grants[1].budgets "))
                .anyMatch(fault -> fault.startsWith("grants[1].budgets[0].period "))
                .anyMatch(fault -> fault.startsWith("grants[2].to "))
                .anyMatch(fault -> fault.startsWith("grants ") && fault.contains("two twice"))
                .allMatch(fault -> fault.contains("line "));
    }

    @Test
    void whatIsNoYamlOrEmptyOrABombIsRefused() {
        assertThat(faults("a: [")).hasSize(1);
        assertThat(faults("")).isNotEmpty();
        assertThat(faults("- a")).isNotEmpty();
        assertThat(faults("version: !!javax.script.ScriptEngineManager []")).isNotEmpty();
    }

    @Test
    void budgetsAreCountedInSecondsAndMillionthsExactly() {
        Policy policy = read("""
                version: "1"
                grants:
                  - id: a
                    to: {named: true}
                    budgets: [{period: month, core-hours: 0.1, gib-days: 1, money: 2.5, carry: 33}]
                """);

        Grant.Allotment budget = policy.grants().get(0).budgets().get(0);
        assertThat(budget.limit())
                .isEqualTo(new Amounts(360, Amounts.UNLIMITED, 86_400L * 1024, Amounts.UNLIMITED, 2_500_000));
        assertThat(budget.carry()).isEqualTo(new Amounts(118, 0, 29_196_288, 0, 825_000));
    }

    @Test
    void anExpertsSignatureIsTakenWhenItIsRightAndAFaultWhenItIsNot() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThat(read(approved(pair, DIGEST)).approvals()).singleElement().matches(Approval::signed);
        assertThat(faults(approved(pair, "sha256:" + "cd".repeat(32))))
                .singleElement()
                .asString()
                .startsWith("approved[0].signature ");
    }

    private static String approved(KeyPair pair, String signed) throws GeneralSecurityException {
        byte[] encoded = pair.getPublic().getEncoded();
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String key = base64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        String header = base64.encodeToString("{\"alg\":\"EdDSA\"}".getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update((header + "." + base64.encodeToString(signed.getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.US_ASCII));
        return "version: '1'\nexperts: [{name: vega, key: " + key + "}]\napproved: [{digest: '" + DIGEST
                + "', by: vega, signature: " + header + ".." + base64.encodeToString(signature.sign()) + "}]\n";
    }

    private static Policy read(String text) {
        return PolicyReader.read("policy.yaml", text);
    }

    private static List<String> faults(String text) {
        return catchThrowableOfType(SettingsException.class, () -> read(text)).faults();
    }
}
