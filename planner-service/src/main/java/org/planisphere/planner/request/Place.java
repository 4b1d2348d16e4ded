package org.planisphere.planner.request;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.Range;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.codec.Fault;

/** A place in the document that is being read, and the checks of what can stand there. Used by one thread. */
final class Place {
    /** After so many the rest is not listed: an answer stays small however bad the question. */
    static final int MOST_FAULTS = 100;

    static final int LONGEST_NAME = 255;
    static final int LONGEST_TEXT = 4096;
    static final int MOST_ITEMS = 1000;

    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private final List<Fault> faults;
    private final String pointer;

    private Place(List<Fault> faults, String pointer) {
        this.faults = faults;
        this.pointer = pointer;
    }

    static Place root() {
        return new Place(new ArrayList<>(), "");
    }

    Place in(String field) {
        return new Place(faults, pointer + "/" + field.replace("~", "~0").replace("/", "~1"));
    }

    Place at(int index) {
        return new Place(faults, pointer + "/" + index);
    }

    String pointer() {
        return pointer;
    }

    List<Fault> faults() {
        return faults;
    }

    void fault(String detail) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new Fault(pointer, sentence(detail)));
        } else if (faults.size() == MOST_FAULTS) {
            faults.add(new Fault("", "There are more faults; the first " + MOST_FAULTS + " are listed."));
        }
    }

    /** One line of text that may be missing, blank counting as missing. */
    @Nullable
    String line(@Nullable String value, int longest) {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (value.length() > longest) {
            fault("it has " + value.length() + " characters, the most is " + longest);
            return null;
        }
        if (!Texts.oneLine(value)) {
            fault("it has characters that cannot be shown");
            return null;
        }
        return value;
    }

    /** One line of text that must be there; an empty text stands for it once the fault is told. */
    String required(@Nullable String value, int longest) {
        if (value == null) {
            fault("it is missing");
            return "";
        }
        if (value.isBlank()) {
            fault("it is blank");
            return "";
        }
        String line = line(value, longest);
        return line == null ? "" : line;
    }

    /** Text of any form that may be missing. */
    @Nullable
    String text(@Nullable String value, int longest) {
        if (value == null) {
            return null;
        }
        if (value.length() > longest) {
            fault("it has " + value.length() + " characters, the most is " + longest);
            return null;
        }
        if (!Texts.storable(value)) {
            fault("it has a character that no text may have (NUL or half of a character)");
            return null;
        }
        return value;
    }

    /** A path that stays below where it begins. */
    @Nullable
    String path(@Nullable String value, boolean absoluteToo) {
        String path = line(value, LONGEST_TEXT);
        if (path == null) {
            return null;
        }
        boolean up = false;
        for (String part : path.split("[/\\\\]", -1)) {
            up |= part.equals("..");
        }
        if (up) {
            fault("the path " + Texts.quoted(path) + " leaves its folder by \"..\"");
            return null;
        }
        if (!absoluteToo && (path.startsWith("/") || path.startsWith("\\") || path.startsWith("~"))) {
            fault("the path " + Texts.quoted(path) + " is absolute; it must be relative to the work folder");
            return null;
        }
        return path;
    }

    /** The name of an environment variable; a fault of the place that holds all of them. */
    boolean environmentName(String name) {
        if (!ENVIRONMENT_NAME.matcher(name).matches()) {
            fault(Texts.quoted(name)
                    + " cannot be set: the name of an environment variable begins with a letter or _ and has only letters, digits and _,"
                    + " at most 255");
            return false;
        }
        return true;
    }

    Range range(@Nullable MinMax value) {
        if (value == null) {
            return Range.OPEN;
        }
        boolean sound = true;
        if (value.min != null && value.min < 0) {
            in("min").fault(value.min + " is below 0");
            sound = false;
        }
        if (value.max != null && value.max < 0) {
            in("max").fault(value.max + " is below 0");
            sound = false;
        }
        if (value.min != null && value.max != null && value.min > value.max) {
            fault("min " + value.min + " is above max " + value.max);
            sound = false;
        }
        return sound ? new Range(value.min, value.max) : Range.OPEN;
    }

    /** The items of a list that may be missing, as far as they are few enough. */
    <T> List<@Nullable T> items(@Nullable List<T> list) {
        if (list == null) {
            return List.of();
        }
        if (list.size() > MOST_ITEMS) {
            fault("it has " + list.size() + " items, the most is " + MOST_ITEMS);
            return new ArrayList<>(list.subList(0, MOST_ITEMS));
        }
        return new ArrayList<>(list);
    }

    private static String sentence(String detail) {
        return Character.toUpperCase(detail.charAt(0)) + detail.substring(1) + ".";
    }
}
