package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private static final Pattern REQUIREMENT =
            Pattern.compile("(?m)^\\| (V(\\d+)\\.\\d+\\.\\d+) \\| [12] \\| .+ \\| (met|accepted|n/a) \\| .+ \\|$");

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
        Matcher named = NAMED.matcher(page("security.md") + page("asvs.md"));
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
        Matcher row = ROW.matcher(page("security.md"));
        while (row.find()) {
            rows.add(row.group(1) + row.group(2));
            assertThat(row.group()).matches(".*(`[A-Z][A-Za-z]+`|\\]\\([a-z]+\\.md\\)).*");
        }
        assertThat(rows).hasSize(10 + 17);
    }

    /** OWASP ASVS 5.0.0 has 253 requirements of the levels 1 and 2, so many in each chapter. */
    @Test
    void everyRequirementOfAsvsHasARowWithItsState() throws IOException {
        String page = page("asvs.md");
        List<Integer> chapters = List.of(27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7);
        Map<Integer, Set<String>> found = new TreeMap<>();
        Map<String, Integer> states = new TreeMap<>();
        Matcher row = REQUIREMENT.matcher(page);
        while (row.find()) {
            assertThat(found.computeIfAbsent(Integer.valueOf(row.group(2)), chapter -> new TreeSet<>())
                            .add(row.group(1)))
                    .as(row.group(1))
                    .isTrue();
            states.merge(row.group(3), 1, Integer::sum);
        }
        for (int chapter = 1; chapter <= chapters.size(); chapter++) {
            assertThat(found.get(chapter)).as("V" + chapter).hasSize(chapters.get(chapter - 1));
        }
        assertThat(page)
                .contains("Of 253 requirements " + states.get("met") + " are met, " + states.get("accepted")
                        + " are accepted risks, and " + states.get("n/a") + " are not applicable.");
    }

    private static String page(String name) throws IOException {
        return Files.readString(HOUSE.resolve("docs").resolve(name));
    }
}
