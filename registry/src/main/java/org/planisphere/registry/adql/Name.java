package org.planisphere.registry.adql;

/**
 * A name as a query writes it. One in quotes is meant letter by letter; one without is the same in any case.
 *
 * @param text without quotes
 */
record Name(String text, boolean quoted) {
    /** Whether it means a thing of this name. */
    boolean means(Name other) {
        return quoted || other.quoted ? text.equals(other.text) : text.equalsIgnoreCase(other.text);
    }

    static Name of(Column column) {
        return new Name(column.plainName(), column.name().startsWith("\""));
    }
}
