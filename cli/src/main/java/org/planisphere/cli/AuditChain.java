package org.planisphere.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * Judges the audit by its description alone (docs/policy.md, "The audit"), without any code of the planner's. Lines are
 * given one after the other. Not thread safe.
 */
final class AuditChain {
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final List<String> faults = new ArrayList<>();
    private String hash = "0".repeat(64);
    private long number;
    /** The hash with each number that a head may ask for. */
    private final long wanted;

    private @Nullable String atWanted;

    /** @param wanted the number of a head that will be compared; -1 for none */
    AuditChain(long wanted) {
        this.wanted = wanted;
        if (wanted == 0) {
            atWanted = hash;
        }
    }

    void line(String line) {
        JsonNode entry;
        try {
            entry = Json.mapper().readTree(line);
        } catch (JsonProcessingException e) {
            faults.add("after entry " + number + " stands a line that is no JSON");
            return;
        }
        long next = entry.path("number").asLong();
        if (next != number + 1) {
            faults.add("entry " + next + " stands after entry " + number);
        }
        List<String> texts = new ArrayList<>(List.of(hash, Long.toString(next)));
        for (String name : List.of("at", "who", "act", "object", "detail", "policy")) {
            texts.add(entry.path(name).asText());
        }
        if (!sha256(texts).equals(entry.path("hash").asText())) {
            faults.add("entry " + next + " is not what was written, or what stood before it is not");
        }
        number = next;
        hash = entry.path("hash").asText();
        if (number == wanted) {
            atWanted = hash;
        }
    }

    /** Compares with a head: its signature, and that the chain reaches it with the same hash. */
    void head(JsonNode head) {
        long reached = head.path("number").asLong();
        String expected = head.path("hash").asText();
        if (!signed(head, reached + ":" + expected)) {
            faults.add("the head is not signed by the key it names");
        }
        if (number < reached) {
            faults.add("the chain ends with entry " + number + ", but the head is entry " + reached);
        } else if (!expected.equals(atWanted)) {
            faults.add("entry " + reached + " has another hash than the head");
        }
    }

    long number() {
        return number;
    }

    List<String> faults() {
        return faults;
    }

    private static boolean signed(JsonNode head, String text) {
        try {
            byte[] raw = Base64.getUrlDecoder().decode(head.path("key").asText());
            byte[] encoded = new byte[ED25519.length + raw.length];
            System.arraycopy(ED25519, 0, encoded, 0, ED25519.length);
            System.arraycopy(raw, 0, encoded, ED25519.length, raw.length);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(
                    Base64.getUrlDecoder().decode(head.path("signature").asText()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String sha256(List<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
