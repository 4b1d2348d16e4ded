package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.planisphere.wire.codec.Json;

/** Files of this person's own: nobody else may read them, and who reads one never sees half of it. */
final class PrivateFile {
    private PrivateFile() {}

    /** Makes the folder where it is missing, and replaces the file whole. */
    static void write(Path file, JsonNode tree) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = Files.createTempFile(
                file.getParent(),
                "planisphere",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, Json.mapper().writeValueAsBytes(tree));
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
