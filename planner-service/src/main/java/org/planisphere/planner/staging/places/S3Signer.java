package org.planisphere.planner.staging.places;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;

/**
 * Signs requests to S3. Pure.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Signature
 *     Version 4</a>
 */
final class S3Signer {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private S3Signer() {}

    /** @param token of a session; null for keys that last */
    record Keys(String access, String secret, @Nullable String token) {
        @Override
        public String toString() {
            return "Keys[" + access + "]";
        }
    }

    /**
     * The headers of a signed request: those given, and what the signature needs.
     *
     * @param location with its path and query percent-encoded already, as {@link #encode} does
     * @param given in lower case; all of them are signed
     * @param payload SHA-256 of the body, or {@code UNSIGNED-PAYLOAD}
     */
    static Map<String, String> sign(
            String method,
            URI location,
            Map<String, String> given,
            String payload,
            Keys keys,
            String region,
            Instant now) {
        String time = TIME.format(now);
        Map<String, String> headers = new TreeMap<>(given);
        headers.put("x-amz-date", time);
        headers.put("x-amz-content-sha256", payload);
        if (keys.token() != null) {
            headers.put("x-amz-security-token", keys.token());
        }
        Map<String, String> signed = new TreeMap<>(headers);
        signed.put("host", authority(location));
        StringBuilder canonical = new StringBuilder();
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value.trim()).append('\n'));
        String names = String.join(";", signed.keySet());
        String path = location.getRawPath() == null || location.getRawPath().isEmpty() ? "/" : location.getRawPath();
        String request = String.join("\n", method, path, query(location), canonical.toString(), names, payload);
        String day = time.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String text = String.join("\n", "AWS4-HMAC-SHA256", time, scope, Sha256.hex(request));
        byte[] key = hmac(("AWS4" + keys.secret()).getBytes(StandardCharsets.UTF_8), day);
        key = hmac(hmac(hmac(key, region), "s3"), "aws4_request");
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + keys.access() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + HexFormat.of().formatHex(hmac(key, text)));
        return headers;
    }

    /** As it stands in the header Host. */
    private static String authority(URI location) {
        int usual = "https".equals(location.getScheme()) ? 443 : 80;
        return location.getHost()
                + (location.getPort() < 0 || location.getPort() == usual ? "" : ":" + location.getPort());
    }

    private static String query(URI location) {
        String query = location.getRawQuery();
        if (query == null || query.isEmpty()) {
            return "";
        }
        Map<String, String> sorted = new TreeMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            sorted.put(encode(decode(name), false), encode(decode(value), false));
        }
        StringBuilder text = new StringBuilder();
        sorted.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : "&").append(name).append('=').append(value));
        return text.toString();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Percent-encodes as S3 wants it. */
    static String encode(String text, boolean slashes) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;
            encoded.append(plain || slashes && c == '/' ? String.valueOf(c) : String.format("%%%02X", b & 0xff));
        }
        return encoded.toString();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
