package org.planisphere.wire.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The text forms of scalars, the same in every format. Absence of a result means the text is none. */
final class Scalars {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Scalars() {}

    /** A whole number of 64 bits in its XML form: sign and digits. */
    static @Nullable Long whole(String given) {
        String text = given.trim();
        int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.length() == digits || text.length() > Limits.NUMBER || !decimal(text, digits)) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException outOfRange) {
            return null;
        }
    }

    private static boolean decimal(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /** A whole number that came with a point or an exponent (4.0 is 4, as JSON Schema has it). */
    static @Nullable Long whole(double value) {
        return value == Math.rint(value) && Math.abs(value) < 0x1p53 ? Long.valueOf((long) value) : null;
    }

    /** A finite number. */
    static @Nullable Double number(String given) {
        String text = given.trim();
        if (text.isEmpty() || text.length() > Limits.NUMBER) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? Double.valueOf(value) : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    /** true, false, 1 or 0, as XML Schema has it. */
    static @Nullable Boolean truth(String given) {
        switch (given.trim()) {
            case "true":
            case "1":
                return Boolean.TRUE;
            case "false":
            case "0":
                return Boolean.FALSE;
            default:
                return null;
        }
    }

    /** An instant of the years 1 to 9999 with its offset from UTC. */
    static @Nullable Instant instant(String given) {
        String text = given.trim();
        if (text.length() > Limits.NUMBER) {
            return null;
        }
        try {
            Instant usual = Moments.usual(text);
            Instant instant = usual == null ? OffsetDateTime.parse(text).toInstant() : usual;
            return instant.isBefore(FIRST) || !instant.isBefore(END) ? null : instant;
        } catch (DateTimeException none) {
            return null;
        }
    }

    /** ISO 8601 in UTC, to the millisecond at most. */
    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** A number that JSON, YAML 1.1 and XML Schema all read as the same double. */
    static String text(double value) {
        String text = Double.toString(value);
        int exponent = text.indexOf('E');
        return exponent < 0 || text.charAt(exponent + 1) == '-'
                ? text
                : text.substring(0, exponent + 1) + '+' + text.substring(exponent + 1);
    }

    /** Whether the text is Unicode: no half of a surrogate pair stands alone. */
    static boolean unicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The text with every lone surrogate replaced. */
    static String mended(String text) {
        if (unicode(text)) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> mended.appendCodePoint(
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point));
        return mended.toString();
    }
}
