package org.planisphere.planner.session;

import java.util.List;

/**
 * Something that may be changed of a session now, told by its path and the values it may take.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, options</a>
 */
public sealed interface Option {
    /** Where the value stands in the session's document, without a slash before it. */
    String path();

    /** One of these values. */
    record EnumOption(String path, List<String> values) implements Option {
        public EnumOption {
            values = List.copyOf(values);
        }
    }

    /** A whole number, both limits included; {@code units} is {@code s}. */
    record IntegerOption(String path, long min, long max, String units) implements Option {}

    /** A whole number to be added, both limits included; {@code units} is {@code s}. */
    record DeltaOption(String path, long min, long max, String units) implements Option {}

    /** A text that matches the regular expression as a whole. */
    record StringOption(String path, String pattern) implements Option {}
}
