package org.planisphere.planner.platform.compose;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts the task's variables into a text: {@code $X}, <code>${X}</code> and the forms with {@code :-}, {@code -}, {@code :+},
 * {@code +}, {@code :?} and {@code ?}; {@code $$} is a dollar. Nothing of the host is ever looked at.
 */
final class Variables {
    private static final Pattern FORM = Pattern.compile("\\$(?:(?<dollar>\\$)|(?<plain>[A-Za-z_][A-Za-z0-9_]*)"
            + "|\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?<sign>:?[-+?])(?<word>[^{}$]*))?\\})?");
    private static final int LONGEST = 100_000;

    private final Map<String, String> values;

    Variables(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** A text that says a variable nobody set, or that says one in a form nobody knows. */
    static final class Unset extends Exception {
        private static final long serialVersionUID = 1L;

        Unset(String reason) {
            super(reason, null, false, false);
        }
    }

    String in(String text) throws Unset {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder done = new StringBuilder();
        Matcher matcher = FORM.matcher(text);
        int from = 0;
        while (matcher.find()) {
            done.append(text, from, matcher.start()).append(value(matcher));
            from = matcher.end();
            if (done.length() > LONGEST) {
                throw new Unset("it is longer than " + LONGEST + " characters");
            }
        }
        return done.append(text, from, text.length()).toString();
    }

    private String value(Matcher matcher) throws Unset {
        if (matcher.group("dollar") != null) {
            return "$";
        }
        String name = matcher.group("plain") != null ? matcher.group("plain") : matcher.group("name");
        if (name == null) {
            throw new Unset("a $ begins no variable here; a dollar is written $$, and a default holds no variable");
        }
        @Nullable String value = values.get(name);
        String sign = matcher.group("sign");
        String word = matcher.group("word");
        if (sign == null) {
            if (value == null) {
                throw new Unset("the variable " + name + " is not set by the task and has no default");
            }
            return value;
        }
        boolean there = value != null && !(sign.startsWith(":") && value.isEmpty());
        if (sign.endsWith("+")) {
            return there ? word : "";
        }
        if (there) {
            return String.valueOf(value);
        }
        if (sign.endsWith("?")) {
            throw new Unset("the variable " + name + " is not set by the task" + (word.isBlank() ? "" : ": " + word));
        }
        return word;
    }
}
