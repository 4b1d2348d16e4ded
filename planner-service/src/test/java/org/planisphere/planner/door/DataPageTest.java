package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/data.md tells of every table that a node makes. ASVS 5.0, V14.1.1 */
class DataPageTest {
    private static final Pattern TABLE = Pattern.compile("(?i)\\bCREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)");

    @Test
    void everyTableHasALevel() throws IOException {
        Set<String> tables = new TreeSet<>();
        for (String module : Set.of("foundation", "planner-service", "registry")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/resources/org/planisphere/db"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".sql")).toList()) {
                    Matcher matcher = TABLE.matcher(Files.readString(file));
                    while (matcher.find()) {
                        tables.add(matcher.group(1));
                    }
                }
            }
        }
        String page = Files.readString(Path.of("../docs/data.md"));
        assertThat(tables)
                .hasSizeGreaterThan(20)
                .allSatisfy(table -> assertThat(page)
                        .containsPattern(
                                "(?m)^\\| [^|]*`" + table + "`[^|]*\\| (secret|personal|operational|public) \\|"));
    }
}
