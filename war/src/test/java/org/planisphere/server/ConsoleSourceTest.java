package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the console's scripts never do: run text, make HTML of text, or let a name that came from outside reach a prototype.
 * For the last, one would have to write through two names of which the first is looked up. ASVS 5.0, V1.3.2, V3.2.2, V15.3.6
 */
class ConsoleSourceTest {
    private static final Path CONSOLE = Path.of("src/main/webapp/console");
    private static final Pattern NEVER = Pattern.compile(String.join(
            "|",
            "__proto__",
            "\\bsetPrototypeOf\\b",
            "\\bconstructor\\s*[.\\[]",
            "\\beval\\s*\\(",
            "\\bnew Function\\b",
            "\\b(inner|outer)HTML\\b",
            "\\binsertAdjacentHTML\\b",
            "\\bdocument\\.write\\b",
            "\\bpostMessage\\b",
            "\\[[^\\]'\"`]+\\]\\s*\\[[^\\]'\"`]+\\]\\s*=[^=]"));

    @Test
    void noScriptRunsTextOrReachesAPrototype() throws IOException {
        List<String> found = new ArrayList<>();
        int scripts = 0;
        try (Stream<Path> files = Files.walk(CONSOLE)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".js")).toList()) {
                scripts++;
                Matcher matcher = NEVER.matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(CONSOLE.relativize(file) + ": " + matcher.group());
                }
            }
        }
        assertThat(scripts).isGreaterThan(10);
        assertThat(found).isEmpty();
    }
}
