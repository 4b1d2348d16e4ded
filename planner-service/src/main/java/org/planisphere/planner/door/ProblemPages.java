package org.planisphere.planner.door;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of problems and messages, cut from {@code docs/problems.md}, which travels in the library: a section with the
 * heading {@code ### code} each.
 */
final class ProblemPages {
    private static final Map<String, String> PAGES = read();

    private ProblemPages() {}

    static Optional<String> page(String code) {
        return Optional.ofNullable(PAGES.get(code));
    }

    private static Map<String, String> read() {
        Map<String, String> pages = new LinkedHashMap<>();
        String text = InfoDoor.text("/org/planisphere/planner/problems.md");
        if (text == null) {
            return pages;
        }
        for (String section : text.split("(?m)^(?=##)", -1)) {
            if (section.startsWith("### ")) {
                String code =
                        section.substring(4, section.indexOf('\n')).strip().replace("`", "");
                pages.put(code, section.substring(4).strip() + "\n");
            }
        }
        return pages;
    }
}
