package org.planisphere.foundation.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code docs/settings.md}; a test keeps that page equal to the code. */
public final class SettingsPage {
    private SettingsPage() {}

    /** The page as Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Settings

                <!-- Written by org.planisphere.foundation.settings.SettingsPage from Keys.java; do not edit by hand. -->

                A node reads one YAML file (`./planisphere up --config FILE`) and the environment. The command line wins
                over the environment, the environment over the file, the file over the default. In the file a key may be
                written with dots or as nested maps. A value that is not allowed, or a key or `PLANISPHERE_*` variable
                that does not exist, stops the start with a message that names it; `./planisphere up` then ends with
                status 2.

                PostgreSQL takes four variables: `PLANISPHERE_DB_URL`, `PLANISPHERE_DB_USER`, `PLANISPHERE_DB_PASSWORD`
                and `PLANISPHERE_DB_POOL`.

                A secret may stand in a file: its variable with `_FILE` at the end names one, such as
                `PLANISPHERE_DB_PASSWORD_FILE=/run/secrets/db`. So whatever keeps secrets for others can hand them over.

                | key | variable | must be | default | what it does |
                |---|---|---|---|---|
                """);
        for (Setting<?> s : Keys.all()) {
            String fallback = s.secret()
                    ? "(secret)"
                    : s.fallback()
                            .map(f -> f.isEmpty() ? "(empty)" : "`" + f + "`")
                            .orElse("");
            page.append("| `%s` | `%s` | %s | %s | %s |%n"
                    .formatted(
                            s.key(),
                            s.variable(),
                            s.type().allowed().replace("|", "\\|"),
                            fallback.replace("|", "\\|"),
                            s.description().replace("|", "\\|")));
        }
        page.append("""

                Parts of the file that are lists of maps cannot be set by variables:

                | key | what it holds |
                |---|---|
                """);
        for (Map.Entry<String, String> tree : Keys.trees().entrySet()) {
            page.append("| `%s` | %s |%n".formatted(tree.getKey(), tree.getValue()));
        }
        page.append("""

                Names that settings had before are still read:

                | before | now |
                |---|---|
                """);
        new TreeMap<>(Keys.FORMER).forEach((before, now) -> page.append("| `%s` | `%s` |%n".formatted(before, now)));
        return page.toString().replace(System.lineSeparator(), "\n");
    }

    /**
     * Writes the page.
     *
     * @param args the file, {@code docs/settings.md}
     */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), markdown(), StandardCharsets.UTF_8);
    }
}
