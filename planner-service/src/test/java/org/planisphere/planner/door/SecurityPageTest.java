package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/security.md says of tests is true. */
class SecurityPageTest {
    private static final Path HOUSE = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT|Properties))`");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (API|V)(\\d+) .*\\|$");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> there;
        try (Stream<Path> files = Files.walk(HOUSE)) {
            there = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - 5))
                    .collect(Collectors.toSet());
        }
        Set<String> missing = new TreeSet<>();
        Matcher named = NAMED.matcher(page());
        while (named.find()) {
            if (!there.contains(named.group(1))) {
                missing.add(named.group(1));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyRiskAndEveryChapterHasARowWithATestOrAPage() throws IOException {
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(page());
        while (row.find()) {
            rows.add(row.group(1) + row.group(2));
            assertThat(row.group()).matches(".*(`[A-Z][A-Za-z]+`|\\]\\([a-z]+\\.md\\)).*");
        }
        assertThat(rows).hasSize(10 + 17);
    }

    private static String page() throws IOException {
        return Files.readString(HOUSE.resolve("docs/security.md"));
    }
}
