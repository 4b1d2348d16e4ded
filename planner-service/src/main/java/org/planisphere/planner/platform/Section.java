package org.planisphere.planner.platform;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A map of a platform's settings, and which of its keys were read. Whoever reads asks for each key it knows; what is wrong
 * is noted with its path, the reader gets a harmless value and goes on, so that all faults are told at once. Not
 * thread-safe; lives only while it is read.
 */
public final class Section {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern SPAN = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private final String path;
    private final Map<?, ?> tree;
    private final List<String> faults;
    private final @Nullable Section around;
    private final Set<String> read = new TreeSet<>();
    private final List<Section> inner = new ArrayList<>();

    /** @param path where it stands, {@code platforms[0]}; begins every complaint */
    public Section(String path, Map<?, ?> tree) {
        this(path, tree, new ArrayList<>(), null);
    }

    private Section(String path, Map<?, ?> tree, List<String> faults, @Nullable Section around) {
        this.path = path;
        this.tree = tree;
        this.faults = faults;
        this.around = around;
    }

    /** Where it stands, such as {@code platforms[0].slurm}. */
    public String path() {
        return path;
    }

    /** Notes a fault; with the empty key, of the whole section. */
    public void fault(String key, String what) {
        faults.add(path + (key.isEmpty() ? "" : "." + key) + ": " + what);
    }

    /** Whether the key has a value; asking does not make it known. */
    public boolean has(String key) {
        return tree.get(key) != null;
    }

    private @Nullable Object get(String key) {
        read.add(key);
        return tree.get(key);
    }

    /**
     * The keys that a map beside this section has, such as those of {@code capacity} beside an engine's own; none where
     * there is no such map. For who must tell what was written from what is usual.
     */
    public Set<String> beside(String key) {
        Set<String> names = new TreeSet<>();
        if (around != null && around.tree.get(key) instanceof Map<?, ?> map) {
            map.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    /** Its keys, for maps whose keys are data; asking for their values makes them known. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        tree.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /**
     * Ends the reading of this section and of those within it: keys that nobody asked for are faults too.
     *
     * @throws IllegalArgumentException with all faults, one a line: {@code platforms[0].capacity.cores: …}
     */
    public void done() {
        unknown();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
    }

    private void unknown() {
        for (String name : names()) {
            if (!read.contains(name)) {
                fault(name, "is not known here");
            }
        }
        inner.forEach(Section::unknown);
    }

    private Section within(String place, Map<?, ?> map) {
        Section section = new Section(place, map, faults, this);
        inner.add(section);
        return section;
    }

    /** A map within this one; empty when it is left out. */
    public Section section(String key) {
        Object value = get(key);
        if (value instanceof Map<?, ?> map) {
            return within(path + "." + key, map);
        }
        if (value != null) {
            fault(key, "must be a map");
        }
        return within(path + "." + key, Map.of());
    }

    /** The maps of a list; none when it is left out. */
    public List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        Object value = get(key);
        if (value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                String where = path + "." + key + "[" + i + "]";
                if (items.get(i) instanceof Map<?, ?> map) {
                    sections.add(within(where, map));
                } else {
                    faults.add(where + ": must be a map");
                }
            }
        } else if (value != null) {
            fault(key, "must be a list");
        }
        return sections;
    }

    /** The texts of a list; none when it is left out. */
    public List<String> texts(String key) {
        Object value = get(key);
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> items) {
            items.forEach(item -> texts.add(String.valueOf(item)));
        } else if (value != null) {
            fault(key, "must be a list");
        }
        return texts;
    }

    /** Without a default the key must be there. */
    public String text(String key, @Nullable String fallback) {
        Object value = get(key);
        if (value == null) {
            if (fallback == null) {
                fault(key, "is missing");
            }
            return fallback == null ? "" : fallback;
        }
        if (value instanceof Map
                || value instanceof List
                || String.valueOf(value).isBlank()) {
            fault(key, "must be text");
            return "";
        }
        return String.valueOf(value);
    }

    public String choice(String key, String fallback, String... choices) {
        String value = text(key, fallback);
        if (!List.of(choices).contains(value)) {
            fault(key, "must be one of " + String.join(", ", choices));
        }
        return value;
    }

    public boolean flag(String key, boolean fallback) {
        return parse(key, fallback, "must be true or false", value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    public long whole(String key, long fallback, long min, long max) {
        String must = "must be a whole number from " + min + " to " + max;
        return parse(key, fallback, must, value -> {
            long number = Long.parseLong(value);
            if (number < min || number > max) {
                throw new IllegalArgumentException();
            }
            return number;
        });
    }

    public double number(String key, double fallback, double min, double max) {
        String must = "must be a number from " + min + " to " + max;
        return parse(key, fallback, must, value -> {
            double number = Double.parseDouble(value);
            if (!(number >= min && number <= max)) {
                throw new IllegalArgumentException();
            }
            return number;
        });
    }

    /** Bytes: {@code 512MiB}, {@code 4GiB}; a bare number counts in the given unit. */
    public long size(String key, long fallback, long unit) {
        return parse(key, fallback, "must be a size, such as 512MiB or 4GiB", value -> {
            Matcher matcher = SIZE.matcher(value);
            if (!matcher.matches()) {
                throw new IllegalArgumentException();
            }
            String name = matcher.group(2);
            double factor = name == null
                    ? unit
                    : switch (name) {
                        case "B" -> 1;
                        case "KiB" -> 1L << 10;
                        case "MiB" -> 1L << 20;
                        case "GiB" -> 1L << 30;
                        default -> 1L << 40;
                    };
            double bytes = Double.parseDouble(matcher.group(1)) * factor;
            if (bytes > (double) (1L << 60)) {
                throw new IllegalArgumentException();
            }
            return (long) bytes;
        });
    }

    /** {@code 90s}, {@code 5m}, {@code 2h}, {@code 30d} or ISO 8601; from nothing to a hundred years. */
    public Duration span(String key, Duration fallback) {
        return parse(key, fallback, "must be a duration, such as 90s, 5m, 2h, 30d or PT5M", value -> {
            Matcher matcher = SPAN.matcher(value);
            try {
                Duration span = matcher.matches()
                        ? switch (matcher.group(2)) {
                            case "ms" -> Duration.ofMillis(Long.parseLong(matcher.group(1)));
                            case "s" -> Duration.ofSeconds(Long.parseLong(matcher.group(1)));
                            case "m" -> Duration.ofMinutes(Long.parseLong(matcher.group(1)));
                            case "h" -> Duration.ofHours(Long.parseLong(matcher.group(1)));
                            default -> Duration.ofDays(Long.parseLong(matcher.group(1)));
                        }
                        : Duration.parse(value);
                if (span.isNegative() || span.compareTo(Duration.ofDays(36_500)) > 0) {
                    throw new IllegalArgumentException();
                }
                return span;
            } catch (DateTimeParseException | ArithmeticException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    private <T> T parse(String key, T fallback, String must, Function<String, T> parser) {
        Object value = get(key);
        if (value == null) {
            return fallback;
        }
        try {
            return parser.apply(String.valueOf(value).trim());
        } catch (IllegalArgumentException e) {
            fault(key, must);
            return fallback;
        }
    }
}
