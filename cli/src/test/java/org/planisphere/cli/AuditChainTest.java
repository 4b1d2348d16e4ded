package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.wire.codec.Json;

/** Chains made here by docs/policy.md, and what somebody may have done to them. */
class AuditChainTest {
    private static final List<String> TEXTS = List.of("at", "who", "act", "object", "detail", "policy");

    private final List<String> lines = new ArrayList<>();

    AuditChainTest() throws Exception {
        String hash = "0".repeat(64);
        for (int number = 1; number <= 5; number++) {
            ObjectNode entry = Json.mapper().createObjectNode();
            entry.put("number", number);
            for (String name : TEXTS) {
                entry.put(name, name + " of the " + number + "th, ünï");
            }
            StringBuilder texts = new StringBuilder(part(hash)).append(part(Integer.toString(number)));
            TEXTS.forEach(name -> texts.append(part(entry.path(name).asText())));
            hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(texts.toString().getBytes(StandardCharsets.UTF_8)));
            entry.put("hash", hash);
            lines.add(entry.toString());
        }
    }

    @Test
    void theChainAsItWasWrittenReachesItsHead() throws Exception {
        assertThat(faults(lines, head(5, hash(5)))).isEmpty();
        assertThat(faults(lines, head(3, hash(3)))).isEmpty();
        assertThat(faults(List.of(), head(0, "0".repeat(64)))).isEmpty();
    }

    @Test
    void anEditedEntryIsNamed() throws Exception {
        lines.set(2, lines.get(2).replace("who of the 3th", "who of the 4th"));

        assertThat(faults(lines, null))
                .containsExactly("entry 3 is not what was written, or what stood before it is not");
    }

    @Test
    void aMissingEntryIsNamed() throws Exception {
        lines.remove(1);

        assertThat(faults(lines, null)).contains("entry 3 stands after entry 1").hasSize(2);
    }

    @Test
    void aCutEndShowsAgainstTheHeadOnly() throws Exception {
        List<String> cut = lines.subList(0, 3);

        assertThat(faults(cut, null)).isEmpty();
        assertThat(faults(cut, head(5, hash(5))))
                .containsExactly("the chain ends with entry 3, but the head is entry 5");
    }

    @Test
    void aHeadOfAnotherChainOrOfNobodyIsRefused() throws Exception {
        assertThat(faults(lines, head(5, "1".repeat(64)))).containsExactly("entry 5 has another hash than the head");

        ObjectNode forged = head(5, hash(5));
        forged.put("signature", head(4, hash(4)).path("signature").asText());
        assertThat(faults(lines, forged)).containsExactly("the head is not signed by the key it names");
        forged.put("key", "no key at all");
        assertThat(faults(lines, forged)).containsExactly("the head is not signed by the key it names");
    }

    @Test
    void whatIsNoJsonIsAFault() throws Exception {
        lines.add(2, "# a comment");

        assertThat(faults(lines, null)).containsExactly("after entry 2 stands a line that is no JSON");
    }

    private List<String> faults(List<String> given, JsonNode head) {
        AuditChain chain =
                new AuditChain(head == null ? -1 : head.path("number").asLong());
        given.forEach(chain::line);
        if (head != null) {
            chain.head(head);
        }
        return chain.faults();
    }

    private String hash(int number) throws Exception {
        return Json.mapper().readTree(lines.get(number - 1)).path("hash").asText();
    }

    private static ObjectNode head(long number, String hash) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update((number + ":" + hash).getBytes(StandardCharsets.US_ASCII));
        byte[] encoded = pair.getPublic().getEncoded();
        ObjectNode head = Json.mapper().createObjectNode();
        head.put("number", number);
        head.put("hash", hash);
        head.put("key", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
        head.put("signature", base64(signature.sign()));
        return head;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String part(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + ":" + text;
    }
}
