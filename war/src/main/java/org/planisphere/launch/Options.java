package org.planisphere.launch;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code ./planisphere up}.
 *
 * @param config the settings file, or null
 * @param overrides settings given on the command line, by key
 * @param probe true to start, answer once and end; used to learn which classes a start needs
 * @param help true to say how it is used and end
 */
record Options(@Nullable Path config, Map<String, String> overrides, boolean probe, boolean help) {
    static final String USAGE = """
            Usage: planisphere up [--port PORT] [--data DIR] [--config FILE] [--listen ADDRESS] [--set KEY=VALUE]...

            Runs one node in the foreground: planner at /planner, registry at /registry. Prints one line
            "ready http://127.0.0.1:PORT" when it answers; logs go to DIR/logs. Ctrl-C or SIGTERM ends it cleanly.

              --port PORT       listen on this port (default 8080)
              --data DIR        keep the database, work folders and logs here (default var/node)
              --config FILE     read settings from this YAML file; docs/settings.md lists them
              --listen ADDRESS  listen on this address (default 127.0.0.1; 0.0.0.0 opens the node)
              --set KEY=VALUE   set one setting
              --quick           start sooner and run slower; for demonstrations and tests
            """;

    private static final Map<String, String> KEYS =
            Map.of("--port", "listen.port", "--data", "data.dir", "--listen", "listen.address");

    Options {
        overrides = Map.copyOf(overrides);
    }

    /**
     * Reads the arguments after {@code up}; an option's value follows it or stands after an equals sign.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static Options read(List<String> arguments) {
        Path config = null;
        boolean probe = false;
        boolean help = false;
        Map<String, String> overrides = new LinkedHashMap<>();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (name.equals("--probe") && equals < 0) {
                probe = true;
                continue;
            }
            if (name.equals("--help") || name.equals("-h")) {
                help = true;
                continue;
            }
            if (!KEYS.containsKey(name) && !name.equals("--config") && !name.equals("--set")) {
                throw new IllegalArgumentException("There is no option " + name + ".\n\n" + USAGE);
            }
            if (equals < 0 && !rest.hasNext()) {
                throw new IllegalArgumentException(name + " needs a value.\n\n" + USAGE);
            }
            String value = equals < 0 ? rest.next() : argument.substring(equals + 1);
            if (name.equals("--config")) {
                config = Path.of(value);
            } else if (name.equals("--set")) {
                int split = value.indexOf('=');
                if (split < 1) {
                    throw new IllegalArgumentException("--set needs KEY=VALUE, not " + value + ".\n\n" + USAGE);
                }
                overrides.put(value.substring(0, split), value.substring(split + 1));
            } else {
                overrides.put(KEYS.getOrDefault(name, name), value);
            }
        }
        return new Options(config, overrides, probe, help);
    }
}
