package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.Map;

/**
 * A message a person understands and a program can read.
 *
 * @param code its page in docs/problems.md, and the last part of its kind's URI
 * @param template with {@code ${name}} placeholders
 * @param values of the placeholders; for refusals {@code resource}, {@code asked}, {@code limit}, {@code used},
 *     {@code unit}, {@code platform}, {@code holder}, {@code earliest} (ISO instant) as far as they apply
 */
public record Message(String code, Level level, String template, Map<String, String> values, Instant time) {
    /** As on the wire. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    public Message {
        values = Map.copyOf(values);
    }

    /** The template with its placeholders filled; a placeholder without a value stays as it is. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (true) {
            int open = template.indexOf("${", at);
            int close = open < 0 ? -1 : template.indexOf('}', open);
            if (close < 0) {
                return text.append(template, at, template.length()).toString();
            }
            String name = template.substring(open + 2, close);
            text.append(template, at, open).append(values.getOrDefault(name, template.substring(open, close + 1)));
            at = close + 1;
        }
    }
}
