package org.planisphere.foundation.identity.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.planisphere.foundation.digest.Sha256;

/** Words that cannot be guessed: 256 random bits in base64url, 43 characters. */
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

    private Secrets() {}

    static String next() {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static boolean looksLikeOne(String text) {
        return SECRET.matcher(text).matches();
    }

    /** SHA-256 in base64url: a PKCE challenge (RFC 7636, section 4.2), and under which a session is found. */
    static String sha256(String text) {
        byte[] hash = Sha256.begin().digest(text.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    /** Takes the same time for all words of one length. */
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
