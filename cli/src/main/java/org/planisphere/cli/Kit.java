package org.planisphere.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What every command works with.
 *
 * @param clock its zone is the one in which times are shown
 */
record Kit(Terminal terminal, InputStream in, Map<String, String> environment, Memory memory, Clock clock) {
    static Kit standard() {
        Map<String, String> environment = System.getenv();
        return new Kit(
                Terminal.standard(environment),
                System.in,
                environment,
                Memory.of(environment),
                Clock.systemDefaultZone());
    }

    private static final String ADDRESS =
            "name a planner or registry by its base address, such as http://127.0.0.1:8080/planner; a session by its address,"
                    + " its UUID or a number of: planisphere offers";

    static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getScheme() != null && uri.getScheme().matches("(?i)https?") && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException unreadable) {
            // as below
        }
        throw new Fault(Exit.USAGE, text + " is not an http or https address.", ADDRESS);
    }

    static String read(Path secret) {
        try {
            return Files.readString(secret).strip();
        } catch (IOException unreadable) {
            throw new Fault(Exit.USAGE, secret + (Files.exists(secret) ? " cannot be read." : " is not there."), null);
        }
    }
}
