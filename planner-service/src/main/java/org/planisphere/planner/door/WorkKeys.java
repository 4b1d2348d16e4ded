package org.planisphere.planner.door;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.planisphere.foundation.identity.Caller;

/**
 * Keys of anonymous work, where the node is set to want them: a UUID alone then opens nothing. The key stands behind the
 * UUID in every address that is returned, {@code …/sessions/UUID~KEY}, and is made of the node's secret and the offer
 * set's UUID, so nothing is stored and planners that share a secret understand each other's. Immutable.
 */
public final class WorkKeys {
    /** No keys: whoever knows the UUID of anonymous work holds it. */
    public static final WorkKeys NONE = new WorkKeys(Optional.empty());

    private static final char MARK = '~';
    private static final int UUID_LENGTH = 36;
    /** 132 bits. */
    private static final int KEY_LENGTH = 22;

    private final Optional<SecretKeySpec> secret;

    private WorkKeys(Optional<SecretKeySpec> secret) {
        this.secret = secret;
    }

    /** Keys made of this secret; none without. */
    public static WorkKeys of(Optional<String> secret) {
        return secret.isEmpty()
                ? NONE
                : new WorkKeys(
                        secret.map(text -> new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256")));
    }

    /** A session or offer set as an address names it. */
    record Named(UUID id, String key) {}

    /** Reads the last part of an address; what is none is simply not found. */
    static Named named(String text) {
        if (text.length() > UUID_LENGTH && text.charAt(UUID_LENGTH) == MARK) {
            return new Named(ExecutionDoor.uuid(text.substring(0, UUID_LENGTH)), text.substring(UUID_LENGTH + 1));
        }
        return new Named(ExecutionDoor.uuid(text), "");
    }

    boolean wanted() {
        return secret.isPresent();
    }

    /** What stands behind a UUID in addresses: the key of anonymous work, nothing for anybody's own. */
    String suffix(String owner, UUID offerSet) {
        return secret.isPresent() && owner.equals(Caller.ANONYMOUS.id()) ? MARK + key(offerSet) : "";
    }

    /** Whether this is how the work may be named. Takes the same time for every key of the right length. */
    boolean opens(Named named, String owner, UUID offerSet) {
        String expected = suffix(owner, offerSet);
        String given = named.key().isEmpty() ? "" : MARK + named.key();
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private String key(UUID offerSet) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret.orElseThrow());
            byte[] made = mac.doFinal(offerSet.toString().getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(made).substring(0, KEY_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
