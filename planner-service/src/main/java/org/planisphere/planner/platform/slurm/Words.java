package org.planisphere.planner.platform.slurm;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;

/** Reads what Slurm's commands print, and the texts within what slurmrestd answers. Times are in UTC, as asked. */
final class Words {
    private static final Pattern TOKEN = Pattern.compile("(?<=^| )([A-Za-z/:]+)=(\\S*)");
    private static final Pattern LENGTH = Pattern.compile("(?:(\\d+)-)?(?:(\\d+):)?(\\d+)(?::(\\d+))?");
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGTP]?)");
    private static final Set<String> OUT = Set.of(
            "DOWN",
            "DRAIN",
            "DRAINED",
            "DRAINING",
            "ERROR",
            "FAIL",
            "FAILING",
            "FUTURE",
            "INVAL",
            "MAINT",
            "NOT_RESPONDING",
            "NO_RESPOND",
            "PERFCTRS",
            "REBOOT",
            "REBOOT_REQUESTED",
            "REBOOT_ISSUED",
            "RESERVED",
            "UNKNOWN");

    private Words() {}

    /** The tokens {@code Key=value} of one line; of a key that comes twice the first, as free text comes last. */
    static Map<String, String> tokens(String line) {
        Map<String, String> tokens = new HashMap<>();
        Matcher matcher = TOKEN.matcher(line);
        while (matcher.find()) {
            tokens.putIfAbsent(matcher.group(1), matcher.group(2));
        }
        return tokens;
    }

    /** {@code 2026-11-21T14:20:00}; null for everything else, such as {@code Unknown}. */
    static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException none) {
            return null;
        }
    }

    /** {@code 7-00:00:00}, {@code 30:00}, {@code 30} (minutes); null where there is no limit. */
    static @Nullable Duration length(@Nullable String text) {
        Matcher matcher = LENGTH.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            return null;
        }
        long days = whole(matcher.group(1));
        if (matcher.group(4) != null) {
            return Duration.ofDays(days)
                    .plusHours(whole(matcher.group(2)))
                    .plusMinutes(whole(matcher.group(3)))
                    .plusSeconds(whole(matcher.group(4)));
        }
        if (matcher.group(1) != null) {
            // days-hours, days-hours:minutes
            return matcher.group(2) == null
                    ? Duration.ofDays(days).plusHours(whole(matcher.group(3)))
                    : Duration.ofDays(days).plusHours(whole(matcher.group(2))).plusMinutes(whole(matcher.group(3)));
        }
        return matcher.group(2) == null
                ? Duration.ofMinutes(whole(matcher.group(3)))
                : Duration.ofMinutes(whole(matcher.group(2))).plusSeconds(whole(matcher.group(3)));
    }

    /** The number; 0 for what is none, such as {@code UNLIMITED}. */
    static long whole(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /** {@code cpu=2,mem=80M,node=1,gres/gpu=1} as amounts; processors as Slurm counts them. */
    static Amounts amounts(@Nullable String tres, String gres) {
        long processors = 0;
        long memory = 0;
        long accelerators = 0;
        for (String part : tres == null ? new String[0] : tres.split(",")) {
            int at = part.lastIndexOf('=');
            String name = at < 0 ? part : part.substring(0, at);
            String value = at < 0 ? "" : part.substring(at + 1);
            if (name.equals("cpu")) {
                processors = whole(value);
            } else if (name.equals("mem")) {
                memory = mebibytes(value);
            } else if (name.equals("gres/" + gres)) {
                accelerators = whole(value);
            }
        }
        return new Amounts(Math.max(0, processors), memory, 0, Math.max(0, accelerators), 0);
    }

    private static long mebibytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return 0;
        }
        double factor = switch (matcher.group(2)) {
            case "K" -> 1 / 1024.0;
            case "G" -> 1L << 10;
            case "T" -> 1L << 20;
            case "P" -> 1L << 30;
            default -> 1;
        };
        return (long) Math.ceil(Double.parseDouble(matcher.group(1)) * factor);
    }

    /** How many accelerators of the name {@code gpu:a100:4(S:0-1),gpu:2} has. */
    static long accelerators(@Nullable String gres, String wanted) {
        long count = 0;
        List<String> name = List.of(wanted.split(":"));
        for (String part : gres == null
                ? new String[0]
                : gres.replaceAll("\\([^)]*\\)", "").split(",")) {
            List<String> words = Arrays.asList(part.split(":"));
            if (words.size() >= name.size() && words.subList(0, name.size()).equals(name)) {
                String last = words.get(words.size() - 1);
                count += last.matches("[0-9]{1,9}") ? Long.parseLong(last) : 1;
            }
        }
        return count;
    }

    /** Whether a node in these states, {@code IDLE+DRAIN*}, can run jobs. */
    static boolean up(@Nullable String states) {
        if (states == null || states.contains("*")) {
            return false;
        }
        return Arrays.stream(states.split("\\+")).noneMatch(state -> OUT.contains(state.replaceAll("[^A-Z_]", "")));
    }

    /** Of {@code CANCELLED by 1000} the first word. */
    static String state(@Nullable String text) {
        return text == null ? "" : text.split(" ")[0];
    }
}
