package org.planisphere.foundation.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages of problems and messages, cut from {@code docs/problems.md}, which travels in the library: of a problem the
 * section with the heading {@code ### code}, of a message its line in a table.
 */
final class ProblemPages {
    private static final Pattern LINE = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (.+) \\| (.+) \\|$");
    private static final Map<String, String> PAGES = read();

    private ProblemPages() {}

    static Optional<String> page(String code) {
        return Optional.ofNullable(PAGES.get(code));
    }

    private static Map<String, String> read() {
        Map<String, String> pages = new LinkedHashMap<>();
        String text = text();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            pages.put(
                    line.group(1),
                    line.group(1) + "\nWhen: " + line.group(2) + ".\nWhat helps: " + line.group(3) + ".\n");
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

    private static String text() {
        try (InputStream file = ProblemPages.class.getResourceAsStream("problems.md")) {
            if (file == null) {
                throw new IllegalStateException("problems.md is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
