package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.planisphere.foundation.digest.Sha256;

/** Puts the program's scripts where another process can read them. */
public final class Script {
    private Script() {}

    /** The script that supervises runs. */
    public static Path keeper(Path state) throws IOException {
        return install(Keeper.class, Keeper.SCRIPT, state);
    }

    /**
     * Writes a script to a state folder under a name with its checksum, unless it stands there unchanged.
     *
     * @param beside the class beside which it is a resource
     * @param name ends in {@code .py}
     */
    public static Path install(Class<?> beside, String name, Path state) throws IOException {
        byte[] script;
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the program");
            }
            script = in.readAllBytes();
        }
        String sum = Sha256.hex(script).substring(0, 16);
        Path file = state.resolve(name.replace(".py", "-" + sum + ".py"));
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), script)) {
            Path draft = Files.createTempFile(state, "script", ".new");
            Files.write(draft, script);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
