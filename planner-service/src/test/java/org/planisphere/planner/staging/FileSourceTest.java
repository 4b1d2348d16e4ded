package org.planisphere.planner.staging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest extends SourceContract {
    @TempDir
    Path root;

    @Override
    protected Source source() {
        return new FileSource(List.of(root));
    }

    @Override
    protected Address at(byte[] content) throws Exception {
        return Address.of(Files.write(root.resolve("here"), content).toUri().toString());
    }

    @Override
    protected Address nothing() {
        return Address.of(root.resolve("missing").toUri().toString());
    }
}
