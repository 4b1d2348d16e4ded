package org.planisphere.planner.staging.places;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.planisphere.foundation.digest.Sha256;

/** Sums up what is written to it, and keeps none of it. Not thread safe. */
final class ByteSum extends OutputStream {
    private final MessageDigest digest = Sha256.begin();

    @Override
    public void write(int b) {
        digest.update((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        digest.update(bytes, from, count);
    }

    /** SHA-256; to be asked once. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
