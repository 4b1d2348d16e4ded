package org.planisphere.foundation.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a setting becomes a value, and what text is allowed. Immutable.
 *
 * @param <T> the type of the value
 */
public final class SettingType<T> {
    private static final Pattern SIMPLE_DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15})\\s*(|B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)", Pattern.CASE_INSENSITIVE);

    private final String allowed;
    private final boolean list;
    private final Function<String, @Nullable T> parser;

    private SettingType(String allowed, boolean list, Function<String, @Nullable T> parser) {
        this.allowed = allowed;
        this.list = list;
        this.parser = parser;
    }

    /** What is allowed, to be read after "must be", such as {@code a whole number from 1 to 65535}. */
    public String allowed() {
        return allowed;
    }

    /** True when the file may give a YAML list where the environment gives values separated by commas. */
    boolean isList() {
        return list;
    }

    /**
     * Reads one value.
     *
     * @return null when the text is not allowed
     */
    @Nullable
    T parse(String text) {
        return parser.apply(text.strip());
    }

    /** One line of text that is not blank. */
    public static SettingType<String> text() {
        return new SettingType<>(
                "one line of text, not blank",
                false,
                s -> s.isBlank() || s.chars().anyMatch(Character::isISOControl) ? null : s);
    }

    /** Text that matches a pattern as a whole. */
    public static SettingType<String> pattern(String allowed, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return new SettingType<>(allowed, false, s -> pattern.matcher(s).matches() ? s : null);
    }

    /** A whole number between two bounds, both included. */
    public static SettingType<Integer> integer(int min, int max) {
        String allowed = max == Integer.MAX_VALUE
                ? "a whole number, at least " + min
                : "a whole number from " + min + " to " + max;
        return new SettingType<>(allowed, false, s -> {
            try {
                int n = Integer.parseInt(s);
                return n < min || n > max ? null : n;
            } catch (NumberFormatException e) {
                return null;
            }
        });
    }

    /** A decimal number between two bounds, both included. */
    public static SettingType<Double> number(double min, double max) {
        return new SettingType<>("a number from " + trim(min) + " to " + trim(max), false, s -> {
            try {
                double n = Double.parseDouble(s);
                return n >= min && n <= max ? n : null;
            } catch (NumberFormatException e) {
                return null;
            }
        });
    }

    private static String trim(double d) {
        return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
    }

    /** A length of time between two bounds, ISO 8601 ({@code PT5M}, {@code P30D}) or short ({@code 5m}, {@code 30d}). */
    public static SettingType<Duration> duration(Duration min, Duration max) {
        String allowed = "a duration from " + show(min) + " to " + show(max) + ", such as 90s, 5m, 2h, 30d or PT5M";
        return new SettingType<>(allowed, false, s -> {
            Duration d = readDuration(s);
            return d == null || d.compareTo(min) < 0 || d.compareTo(max) > 0 ? null : d;
        });
    }

    private static @Nullable Duration readDuration(String s) {
        Matcher m = SIMPLE_DURATION.matcher(s);
        try {
            if (m.matches()) {
                long n = Long.parseLong(m.group(1));
                return switch (m.group(2)) {
                    case "ms" -> Duration.ofMillis(n);
                    case "s" -> Duration.ofSeconds(n);
                    case "m" -> Duration.ofMinutes(n);
                    case "h" -> Duration.ofHours(n);
                    default -> Duration.ofDays(n);
                };
            }
            return Duration.parse(s);
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }

    private static String show(Duration d) {
        if (d.toMillis() % 1000 != 0) {
            return d.toMillis() + "ms";
        }
        long s = d.toSeconds();
        if (s % 86_400 == 0 && s != 0) {
            return s / 86_400 + "d";
        }
        if (s % 3600 == 0 && s != 0) {
            return s / 3600 + "h";
        }
        return s % 60 == 0 && s != 0 ? s / 60 + "m" : s + "s";
    }

    /** A number of bytes between two bounds: {@code 4096}, {@code 512KiB}, {@code 2GiB}, {@code 10GB}. */
    public static SettingType<Long> size(long min, long max) {
        String allowed = "a size from " + showSize(min) + " to " + showSize(max) + ", such as 512KiB, 20MiB or 4GiB";
        return new SettingType<>(allowed, false, s -> {
            Matcher m = SIZE.matcher(s);
            if (!m.matches()) {
                return null;
            }
            long unit = switch (m.group(2).toLowerCase(Locale.ROOT)) {
                case "kib" -> 1L << 10;
                case "mib" -> 1L << 20;
                case "gib" -> 1L << 30;
                case "tib" -> 1L << 40;
                case "kb" -> 1_000L;
                case "mb" -> 1_000_000L;
                case "gb" -> 1_000_000_000L;
                case "tb" -> 1_000_000_000_000L;
                default -> 1L;
            };
            try {
                long n = Math.multiplyExact(Long.parseLong(m.group(1)), unit);
                return n < min || n > max ? null : n;
            } catch (ArithmeticException e) {
                return null;
            }
        });
    }

    private static String showSize(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int i = 0;
        long n = bytes;
        while (i < units.length - 1 && n != 0 && n % 1024 == 0) {
            n /= 1024;
            i++;
        }
        return n + units[i];
    }

    /** {@code true} or {@code false}; {@code yes}/{@code no} and {@code on}/{@code off} are read as well. */
    public static SettingType<Boolean> bool() {
        return new SettingType<>("true or false", false, s -> switch (s.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Boolean.TRUE;
            case "false", "no", "off" -> Boolean.FALSE;
            default -> null;
        });
    }

    /** One of an enum's names, written in lower case. */
    public static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
        List<E> values = Arrays.asList(type.getEnumConstants());
        String allowed = values.stream().map(SettingType::lower).collect(Collectors.joining(", ", "one of ", ""));
        return new SettingType<>(
                allowed,
                false,
                s -> values.stream()
                        .filter(v -> lower(v).equals(s.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElse(null));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A path of the file system; it need not exist yet. */
    public static SettingType<Path> path() {
        return new SettingType<>("a path", false, SettingType::readPath);
    }

    private static @Nullable Path readPath(String s) {
        try {
            return s.isEmpty() ? null : Path.of(s);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** An absolute http or https address without query, fragment or credentials. */
    public static SettingType<URI> url() {
        return new SettingType<>("an http or https address", false, SettingType::readUrl);
    }

    private static @Nullable URI readUrl(String s) {
        try {
            URI uri = new URI(s.endsWith("/") ? s.substring(0, s.length() - 1) : s);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return web && plain ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Any number of values, a YAML list in the file, separated by commas in the environment. */
    public static <T> SettingType<List<T>> list(SettingType<T> item) {
        return new SettingType<>("a list, each " + item.allowed, true, s -> {
            if (s.isEmpty()) {
                return List.of();
            }
            List<T> values = new java.util.ArrayList<>();
            for (String part : s.split(",", -1)) {
                T value = item.parse(part);
                if (value == null) {
                    return null;
                }
                values.add(value);
            }
            return List.copyOf(values);
        });
    }
}
