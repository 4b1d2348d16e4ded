package org.planisphere.wire.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Instants as text. Nearly all there are end in {@code Z}; those are read without a formatter, which takes longer than the
 * rest of an offer.
 */
public final class Moments {
    private static final int WHOLE_SECONDS = "2026-01-01T00:00:00".length();
    private static final int MOST_DIGITS = 9;

    private Moments() {}

    /**
     * An instant with its offset from UTC, in ISO 8601.
     *
     * @throws DateTimeException when the text is none
     */
    public static Instant parse(String text) {
        Instant usual = usual(text);
        return usual == null ? OffsetDateTime.parse(text).toInstant() : usual;
    }

    /** An instant in the usual form; null for every other, which may be right all the same. */
    static @Nullable Instant usual(String text) {
        int end = text.length() - 1;
        if (end < WHOLE_SECONDS
                || text.charAt(end) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        int nanos = nanos(text, end);
        if (year < 1
                || month < 1
                || month > 12
                || day < 1
                || day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth()
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59
                || nanos < 0) {
            return null;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(((days * 24 + hour) * 60 + minute) * 60 + second, nanos);
    }

    /** The fraction of a second before {@code end}; -1 when it is none. */
    private static int nanos(String text, int end) {
        if (end == WHOLE_SECONDS) {
            return 0;
        }
        int digits = end - WHOLE_SECONDS - 1;
        if (text.charAt(WHOLE_SECONDS) != '.' || digits < 1 || digits > MOST_DIGITS) {
            return -1;
        }
        int nanos = number(text, WHOLE_SECONDS + 1, end);
        for (int i = digits; i < MOST_DIGITS && nanos > 0; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    /** Digits as a number; -1 when there are others among them. */
    private static int number(String text, int from, int until) {
        int number = 0;
        for (int i = from; i < until; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
