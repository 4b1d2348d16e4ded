package org.planisphere.planner.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Adler32;
import org.planisphere.foundation.digest.Sha256;

/**
 * What the bytes of something must sum up to.
 *
 * @param type {@code sha256}, {@code sha512}, {@code sha1}, {@code md5} or {@code adler32}
 * @param value lower-case hexadecimal digits
 */
public record Checksum(String type, String value) {
    private static final Map<String, Integer> DIGITS =
            Map.of("sha256", 64, "sha512", 128, "sha1", 40, "md5", 32, "adler32", 8);

    /** Reckons while bytes go by. */
    interface Sum {
        void add(byte[] bytes, int from, int count);

        /** Lower-case hexadecimal digits; to be asked once. */
        String hex();
    }

    /**
     * As somebody wrote it: {@code SHA-256}, {@code sha256}, {@code MD5} …
     *
     * @return empty when it is of a type that is not known here, or no such sum
     */
    public static Optional<Checksum> of(String type, String value) {
        String name = type.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        String hex = value.trim().toLowerCase(Locale.ROOT);
        Integer digits = DIGITS.get(name);
        if (digits != null && name.equals("adler32") && hex.length() < 8) {
            hex = "0".repeat(8 - hex.length()) + hex;
        }
        return digits != null && hex.length() == digits && hex.matches("[0-9a-f]+")
                ? Optional.of(new Checksum(name, hex))
                : Optional.empty();
    }

    static Sum sum(String type) {
        if (type.equals("adler32")) {
            Adler32 adler = new Adler32();
            return new Sum() {
                @Override
                public void add(byte[] bytes, int from, int count) {
                    adler.update(bytes, from, count);
                }

                @Override
                public String hex() {
                    return String.format("%08x", adler.getValue());
                }
            };
        }
        MessageDigest digest = digest(type);
        return new Sum() {
            @Override
            public void add(byte[] bytes, int from, int count) {
                digest.update(bytes, from, count);
            }

            @Override
            public String hex() {
                return HexFormat.of().formatHex(digest.digest());
            }
        };
    }

    private static MessageDigest digest(String type) {
        if (type.equals("sha256")) {
            return Sha256.begin();
        }
        try {
            return MessageDigest.getInstance(type.equals("sha512") ? "SHA-512" : type.equals("sha1") ? "SHA-1" : "MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + type, e);
        }
    }
}
