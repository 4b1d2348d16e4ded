package org.planisphere.planner.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** The node's key for signing heads: two lines of a file that only the node may read; made at the first start. */
public final class HeadKey {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey secret;
    private final String shown;

    private HeadKey(PrivateKey secret, String shown) {
        this.secret = secret;
        this.shown = shown;
    }

    /** The key in the file; a new one when there is no file. */
    public static HeadKey in(Path file) {
        try {
            if (Files.notExists(file)) {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                byte[] encoded = pair.getPublic().getEncoded();
                String text = Base64.getEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n"
                        + BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                        + "\n";
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.TRUNCATE_EXISTING);
            }
            String[] lines = Files.readString(file).split("\n", -1);
            return new HeadKey(
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0]))),
                    lines[1]);
        } catch (IOException e) {
            throw new UncheckedIOException("data.dir: " + file + " cannot be read and written", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("data.dir: " + file + " holds no key", e);
        }
    }

    /** The head, signed. */
    public AuditHead sign(long number, String hash) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update((number + ":" + hash).getBytes(StandardCharsets.US_ASCII));
            return new AuditHead(number, hash, shown, BASE64.encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the node's key cannot sign", e);
        }
    }
}
