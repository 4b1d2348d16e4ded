package org.planisphere.registry.regtap;

import org.planisphere.registry.adql.Column;

/** How much of a text an index can hold; what is longer is junk in the columns that have one. */
final class Widths {
    private static final int USUAL = 600;

    private Widths() {}

    static String cut(Column column, String text) {
        int width = column.name().equals("detail_xpath") ? 200 : USUAL;
        if (text.length() <= width) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(width - 1)) ? width - 1 : width);
    }
}
