package org.planisphere.planner.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.planisphere.foundation.digest.Sha256;

/**
 * One link of the chain.
 *
 * @param number from 1, without gaps
 * @param at by the database's clock, to the microsecond
 * @param who the caller's id
 * @param policy version in force; empty where there was none
 * @param hash of this entry and the hash before it, in hex
 */
public record AuditEntry(
        long number, Instant at, String who, String act, String object, String detail, String policy, String hash) {
    /** The hash before the first entry. */
    public static final String BEGINNING = "0".repeat(64);

    /**
     * The hash an entry must have: SHA-256 over the hash before it and the entry's texts, each as the number of its UTF-8
     * bytes, a colon, and the bytes.
     */
    public String expected(String before) {
        MessageDigest digest = Sha256.begin();
        for (String text : List.of(before, Long.toString(number), at.toString(), who, act, object, detail, policy)) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The same entry with the hash it must have. */
    public AuditEntry after(String before) {
        return new AuditEntry(number, at, who, act, object, detail, policy, expected(before));
    }
}
