package org.planisphere.registry.resource;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads the times of records; a harvest reads some for every record, and most have the usual form. */
public final class Times {
    private static final int USUAL = "2026-11-21T06:00:00".length();

    private Times() {}

    /**
     * A time in UTC, to what it is precise.
     *
     * @param text such as {@code 2026-11-21T06:00:00Z}; the zone may be another, and is UTC where there is none
     * @throws DateTimeException when it is none
     */
    public static LocalDateTime read(String text) {
        if (usual(text)) {
            return LocalDateTime.of(
                    number(text, 0, 4),
                    number(text, 5, 7),
                    number(text, 8, 10),
                    number(text, 11, 13),
                    number(text, 14, 16),
                    number(text, 17, 19));
        }
        return zoned(text)
                ? OffsetDateTime.parse(text)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime()
                : LocalDateTime.parse(text);
    }

    private static boolean zoned(String text) {
        return text.endsWith("Z")
                || text.endsWith("z")
                || text.indexOf('+', 10) > 0
                || text.lastIndexOf('-') > text.indexOf('T') && text.indexOf('T') > 0;
    }

    /** Nothing but digits where digits are, to the second, in UTC. */
    private static boolean usual(String text) {
        if (text.length() != USUAL && !(text.length() == USUAL + 1 && text.charAt(USUAL) == 'Z')) {
            return false;
        }
        for (int i = 0; i < USUAL; i++) {
            char c = text.charAt(i);
            boolean right = switch (i) {
                case 4, 7 -> c == '-';
                case 10 -> c == 'T';
                case 13, 16 -> c == ':';
                default -> c >= '0' && c <= '9';
            };
            if (!right) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + text.charAt(i) - '0';
        }
        return value;
    }
}
