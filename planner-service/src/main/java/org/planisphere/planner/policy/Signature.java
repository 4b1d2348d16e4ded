package org.planisphere.planner.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Detached signatures of experts: a compact JWS whose payload, the digest, is left out.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515#appendix-F">RFC 7515, detached content</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8037">RFC 8037, EdDSA in JOSE</a>
 */
final class Signature {
    /** What comes before the 32 bytes of an Ed25519 key in its X.509 form. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Signature() {}

    /** The key of 32 bytes in base64url, as {@code x} of a JWK. */
    static PublicKey key(String text) throws GeneralSecurityException {
        byte[] raw;
        try {
            raw = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not base64url", e);
        }
        if (raw.length != 32) {
            throw new GeneralSecurityException("not 32 bytes");
        }
        byte[] encoded = new byte[PREFIX.length + raw.length];
        System.arraycopy(PREFIX, 0, encoded, 0, PREFIX.length);
        System.arraycopy(raw, 0, encoded, PREFIX.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** Whether the expert signed exactly this text; only EdDSA counts, whatever the signature says of itself. */
    static boolean valid(String jws, String payload, PublicKey key) {
        String[] parts = jws.split("\\.", -1);
        if (parts.length != 3 || !parts[1].isEmpty()) {
            return false;
        }
        try {
            Base64.Decoder decoder = Base64.getUrlDecoder();
            JsonNode header = JSON.readTree(decoder.decode(parts[0]));
            if (header == null
                    || !header.path("alg").asText().equals("EdDSA")
                    || header.has("b64")
                    || header.has("crit")) {
                return false;
            }
            String body =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
            java.security.Signature check = java.security.Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update((parts[0] + "." + body).getBytes(StandardCharsets.US_ASCII));
            return check.verify(decoder.decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException | JsonProcessingException e) {
            return false;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
