package org.planisphere.planner.request;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.planisphere.planner.task.Interval;

/**
 * ISO 8601 durations and intervals as requests use them. What cannot be read is told as an {@link
 * IllegalArgumentException} with one sentence for the document's author.
 *
 * @see <a href="https://www.iso.org/standard/70907.html">ISO 8601-1:2019</a>, 5.5
 */
final class IsoTime {
    private static final String NUMBER = "(?:(\\d{1,18}(?:[.,]\\d{1,9})?)";
    private static final Pattern DURATION = Pattern.compile(
            "P" + NUMBER + "W)?" + NUMBER + "D)?(?:T" + NUMBER + "H)?" + NUMBER + "M)?" + NUMBER + "S)?)?");
    private static final Pattern CALENDAR = Pattern.compile("P(?:\\d+(?:[.,]\\d+)?[YMWD])*\\d+(?:[.,]\\d+)?[YM].*");
    private static final long[] SECONDS = {604_800, 86_400, 3_600, 60, 1};
    private static final BigDecimal LONGEST =
            BigDecimal.valueOf(Duration.ofDays(3_652_425).toSeconds());

    private IsoTime() {}

    /**
     * A length of time, at least zero, at most ten thousand years, in whole nanoseconds. Weeks may stand beside other
     * units; the smallest unit may have a fraction. Years and months are refused: their length depends on when they
     * begin, and a reservation's must not.
     */
    static Duration duration(String text) {
        String value = text.trim();
        if (value.startsWith("-") || value.contains("-")) {
            throw new IllegalArgumentException("the duration " + Texts.quoted(text) + " is negative");
        }
        String unsigned = value.startsWith("+") ? value.substring(1) : value;
        if (CALENDAR.matcher(unsigned).matches()) {
            throw new IllegalArgumentException("the duration " + Texts.quoted(text)
                    + " has years or months, which have no fixed length; say it in weeks, days, hours, minutes or"
                    + " seconds");
        }
        Matcher parts = DURATION.matcher(unsigned);
        if (!parts.matches() || unsigned.endsWith("P") || unsigned.endsWith("T")) {
            throw malformedDuration(text);
        }
        BigDecimal seconds = BigDecimal.ZERO;
        boolean fraction = false;
        for (int unit = 0; unit < SECONDS.length; unit++) {
            String part = parts.group(unit + 1);
            if (part != null) {
                if (fraction) {
                    throw malformedDuration(text);
                }
                fraction = part.indexOf('.') >= 0 || part.indexOf(',') >= 0;
                seconds =
                        seconds.add(new BigDecimal(part.replace(',', '.')).multiply(BigDecimal.valueOf(SECONDS[unit])));
            }
        }
        if (seconds.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the duration " + Texts.quoted(text) + " is longer than 10000 years");
        }
        BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN);
        long nanos = seconds.subtract(whole).movePointRight(9).longValue();
        return Duration.ofSeconds(whole.longValueExact(), nanos);
    }

    /**
     * A span between two instants: {@code start/end}, {@code start/duration}, {@code duration/end}, or a duration alone,
     * which begins now. An instant without a zone is in UTC; a date alone is its first instant.
     */
    static Interval interval(String text, Instant now) {
        String[] parts = text.trim().split("/", -1);
        if (parts.length == 1 && isDuration(parts[0])) {
            return new Interval(now, now.plus(duration(parts[0])));
        }
        if (parts.length != 2) {
            throw new IllegalArgumentException("the interval " + Texts.quoted(text)
                    + " is not of the form start/end, start/duration or duration/end");
        }
        Instant start;
        Instant end;
        if (isDuration(parts[0])) {
            end = instant(parts[1]);
            start = end.minus(duration(parts[0]));
        } else {
            start = instant(parts[0]);
            end = isDuration(parts[1]) ? start.plus(duration(parts[1])) : instant(parts[1]);
        }
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("the interval " + Texts.quoted(text) + " ends before it starts");
        }
        return new Interval(start, end);
    }

    private static boolean isDuration(String text) {
        String value = text.trim();
        return value.startsWith("P") || value.startsWith("+P") || value.startsWith("-P");
    }

    private static Instant instant(String text) {
        String value = text.trim();
        try {
            LocalDateTime time;
            ZoneOffset zone = ZoneOffset.UTC;
            if (value.indexOf('T') < 0) {
                time = LocalDate.parse(value).atStartOfDay();
            } else if (value.endsWith("Z") || value.indexOf('+') > 0 || value.lastIndexOf('-') > value.indexOf('T')) {
                OffsetDateTime zoned = OffsetDateTime.parse(value);
                time = zoned.toLocalDateTime();
                zone = zoned.getOffset();
            } else {
                time = LocalDateTime.parse(value);
            }
            if (time.getYear() < 1 || time.getYear() > 9999) {
                throw new IllegalArgumentException(
                        "the instant " + Texts.quoted(text) + " is not in the years 1 to 9999");
            }
            return time.toInstant(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "the instant " + Texts.quoted(text) + " is not of the form 2026-11-21T10:00:00Z", e);
        }
    }

    private static IllegalArgumentException malformedDuration(String text) {
        return new IllegalArgumentException(
                "the duration " + Texts.quoted(text) + " is not of the form PT1H30M, P2DT12H or P1W");
    }
}
