package org.planisphere.planner.platform.compose;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value of a Compose file with its path: tells every fault of it, and goes on with something harmless. */
final class Spot {
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,15})(?:[.]([0-9]{1,6}))?\\s*([bkmgt]?)(?:i?b)?");
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9}(?:[.][0-9]{1,6})?)(ns|us|µs|ms|s|m|h)");
    private static final int MOST_FAULTS = 200;

    private final String path;
    private final @Nullable Object value;
    private final Variables variables;
    private final List<ComposeFault> faults;

    Spot(String path, @Nullable Object value, Variables variables, List<ComposeFault> faults) {
        this.path = path;
        this.value = value;
        this.variables = variables;
        this.faults = faults;
    }

    String path() {
        return path;
    }

    Spot at(String key, @Nullable Object inner) {
        return new Spot(path.isEmpty() ? key : path + "." + key, inner, variables, faults);
    }

    void fault(String reason) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new ComposeFault(path, reason));
        }
    }

    boolean missing() {
        return value == null;
    }

    boolean isText() {
        return value instanceof String;
    }

    boolean isList() {
        return value instanceof List<?>;
    }

    boolean isMap() {
        return value instanceof Map<?, ?>;
    }

    /** With every key and the spot below it; a fault when it is no map. Null is an empty one. */
    void each(BiConsumer<String, Spot> told) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> told.accept(String.valueOf(key), at(String.valueOf(key), inner)));
        } else if (value != null) {
            fault("it is not a map");
        }
    }

    /** The spots below it by their keys. */
    Map<String, Spot> fields() {
        Map<String, Spot> fields = new LinkedHashMap<>();
        each(fields::put);
        return fields;
    }

    /** What stands below the key, or the spot of nothing. */
    Spot in(String key) {
        return at(key, value instanceof Map<?, ?> map ? map.get(key) : null);
    }

    /** The spots of its items; a fault when it is no list. */
    List<Spot> items() {
        List<Spot> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                items.add(new Spot(path + "[" + i + "]", list.get(i), variables, faults));
            }
        } else if (value != null) {
            fault("it is not a list");
        }
        return items;
    }

    /** Its text with variables put in. */
    Optional<String> text() {
        if (!(value instanceof String raw)) {
            if (value != null) {
                fault("it is not a text");
            }
            return Optional.empty();
        }
        try {
            String text = variables.in(raw);
            if (text.indexOf('\0') >= 0) {
                fault("it holds a NUL character");
                return Optional.empty();
            }
            return Optional.of(text);
        } catch (Variables.Unset e) {
            fault(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Its items as texts. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Spot item : items()) {
            item.text().ifPresent(texts::add);
            if (item.missing()) {
                item.fault("it is null");
            }
        }
        return texts;
    }

    /** A list of words, or one text that is divided into words as a shell does. */
    List<String> words() {
        return isText() ? text().map(this::divided).orElse(List.of()) : texts();
    }

    private List<String> divided(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean any = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                any = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                any = true;
            } else if (Character.isWhitespace(c)) {
                if (any) {
                    words.add(word.toString());
                    word.setLength(0);
                    any = false;
                }
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quote != 0) {
            fault("a quote in it is not closed");
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    /** Yes or no; no when it is not there. */
    boolean flag() {
        String text = text().orElse("false").toLowerCase(Locale.ROOT);
        if (Set.of("true", "yes", "on").contains(text)) {
            return true;
        }
        if (!Set.of("false", "no", "off").contains(text)) {
            fault("it is neither true nor false");
        }
        return false;
    }

    Optional<Long> number(long least, long most) {
        return text().flatMap(text -> {
            if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most) {
                return Optional.of(Long.parseLong(text));
            }
            fault("it is not a whole number from " + least + " to " + most);
            return Optional.empty();
        });
    }

    /** Processors. */
    Optional<Double> cpus() {
        return text().flatMap(text -> {
            if (text.matches("[0-9]{1,6}(?:[.][0-9]{1,9})?") && Double.parseDouble(text) >= 0.01) {
                return Optional.of(Double.parseDouble(text));
            }
            fault("it is not a number of processors, 0.01 or more");
            return Optional.empty();
        });
    }

    /** Bytes; {@code k}, {@code m}, {@code g} are powers of 1024. */
    Optional<Long> bytes(long least) {
        return text().flatMap(text -> {
            Matcher matcher = BYTES.matcher(text.strip().toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                int power = "bkmgt".indexOf(matcher.group(3).isEmpty() ? "b" : matcher.group(3));
                String fraction = matcher.group(2) == null ? "0" : matcher.group(2);
                double bytes = Double.parseDouble(matcher.group(1) + "." + fraction) * Math.pow(1024, power);
                if (bytes >= least && bytes < 1L << 50) {
                    return Optional.of((long) bytes);
                }
            }
            fault("it is not a size of at least " + least + " bytes, such as 64m");
            return Optional.empty();
        });
    }

    /** {@code 1m30s}, {@code 500ms}. */
    Optional<Duration> span() {
        return text().flatMap(text -> {
            Matcher matcher = SPAN.matcher(text);
            double nanos = 0;
            int end = 0;
            while (matcher.find() && matcher.start() == end) {
                double unit = switch (matcher.group(2)) {
                    case "ns" -> 1;
                    case "us", "µs" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    default -> 3600e9;
                };
                nanos += Double.parseDouble(matcher.group(1)) * unit;
                end = matcher.end();
            }
            if (end == 0 || end != text.length() || nanos > 1e18) {
                fault("it is not a duration such as 1m30s");
                return Optional.empty();
            }
            return Optional.of(Duration.ofNanos((long) nanos));
        });
    }
}
