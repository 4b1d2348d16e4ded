package org.planisphere.planner.platform;

import java.util.Map;

/**
 * Why an engine cannot take a task.
 *
 * @param code the problem's page, {@code data-not-reachable}, {@code volume-not-possible} …
 * @param template message template with {@code ${name}} placeholders
 * @param values of the placeholders
 */
public record Objection(String code, String template, Map<String, String> values) {
    public Objection {
        values = Map.copyOf(values);
    }

    /** The message with its values in their places. */
    public String text() {
        String text = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }
}
