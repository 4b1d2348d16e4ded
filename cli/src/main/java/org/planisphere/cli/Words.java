package org.planisphere.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values in the words of people. */
final class Words {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

    private Words() {}

    /** {@code 40 s}, {@code 10 min}, {@code 1 h 30 min}, {@code 2 d 4 h}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.plusMillis(500).toSeconds());
        if (seconds < 100) {
            return seconds + " s";
        }
        long minutes = (seconds + 30) / 60;
        if (minutes < 100) {
            return minutes + " min";
        }
        if (minutes < 48 * 60) {
            return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
        }
        long hours = (minutes + 30) / 60;
        return hours / 24 + " d" + (hours % 24 == 0 ? "" : " " + hours % 24 + " h");
    }

    /** {@code 0:42}, {@code 12:05}, {@code 1:02:03}. */
    static String clock(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** {@code now} when it is not later than in a minute; otherwise the time, with the day when it is another. */
    static String start(Instant start, Instant now, ZoneId zone) {
        return start.isAfter(now.plusSeconds(60)) ? time(start, now, zone) : "now";
    }

    static String time(Instant instant, Instant now, ZoneId zone) {
        ZonedDateTime then = instant.atZone(zone);
        ZonedDateTime today = now.atZone(zone);
        return then.toLocalDate().equals(today.toLocalDate())
                ? CLOCK.format(then)
                : then.getYear() == today.getYear() ? DAY.format(then) : FULL.format(then);
    }

    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
        double size = bytes;
        int unit = -1;
        do {
            size /= 1024;
            unit++;
        } while (size >= 1023.95 && unit < units.length - 1);
        return String.format(Locale.ROOT, size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
    }

    /** An amount of money or the like: as many digits as matter. */
    static String amount(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = Math.abs(value) >= 1 ? 2 : Math.min(6, 1 - (int) Math.floor(Math.log10(Math.abs(value))));
        String text = String.format(Locale.ROOT, "%." + Math.max(2, digits) + "f", value);
        return text;
    }

    static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    static @Nullable Duration isoDuration(@Nullable String text) {
        try {
            return text == null ? null : Duration.parse(text);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    /** {@code 1 offer}, {@code 2 offers}. */
    static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }
}
