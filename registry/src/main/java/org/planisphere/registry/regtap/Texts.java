package org.planisphere.registry.regtap;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Times;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * How texts of a record are taken over: blanks around them do not count, blanks in them are one, and an empty text is
 * none.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, section 3</a>
 */
final class Texts {
    /** The most a database can be asked to keep of one text. */
    private static final int LONGEST = 1_000_000;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private Texts() {}

    static @Nullable String of(@Nullable Element element) {
        return element == null ? null : clean(element.getTextContent());
    }

    static @Nullable String lower(@Nullable Element element) {
        return lower(of(element));
    }

    static @Nullable String lower(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    /** An attribute without a namespace. */
    static @Nullable String attribute(@Nullable Element element, String name) {
        return element == null ? null : clean(element.getAttribute(name));
    }

    static @Nullable String lowerAttribute(@Nullable Element element, String name) {
        return lower(attribute(element, name));
    }

    /** The {@code xsi:type} with its canonical prefix, lower case. */
    static @Nullable String type(@Nullable Element element) {
        return element == null || !element.hasAttributeNS(Vo.XSI, "type") ? null : lower(clean(Xml.type(element)));
    }

    /** The first child with this name, whatever its namespace. */
    static @Nullable Element child(@Nullable Element parent, String name) {
        if (parent != null) {
            for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element child && name.equals(child.getLocalName())) {
                    return child;
                }
            }
        }
        return null;
    }

    static List<Element> children(@Nullable Element parent, String name) {
        return parent == null ? List.of() : Xml.children(parent, name);
    }

    /** The texts of all children with this name, joined; null when there is none. */
    static @Nullable String joined(@Nullable Element parent, String name, String between) {
        StringBuilder all = new StringBuilder();
        for (Element child : children(parent, name)) {
            String text = of(child);
            if (text != null) {
                all.append(all.isEmpty() ? "" : between).append(text);
            }
        }
        return all.isEmpty() ? null : all.toString();
    }

    /** A time to the second without its zone, as DALI writes it; null when it is none. */
    static @Nullable String time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return switch (text.length()) {
                case 4 ->
                    LocalDate.of(Integer.parseInt(text), 1, 1).atStartOfDay().format(TIME);
                case 7 -> LocalDate.parse(text + "-01").atStartOfDay().format(TIME);
                case 10 -> LocalDate.parse(text).atStartOfDay().format(TIME);
                default -> toSecond(Times.read(text.replace(' ', 'T')));
            };
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    private static String toSecond(LocalDateTime time) {
        if (time.getYear() < 1000 || time.getYear() > 9999) {
            return time.truncatedTo(ChronoUnit.SECONDS).format(TIME);
        }
        // As ISO 8601, where seconds that are none are left out.
        String text = time.withNano(0).toString();
        return text.length() == 16 ? text + ":00" : text;
    }

    static @Nullable Integer whole(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A finite number; null when it is none. */
    static @Nullable Double number(@Nullable String text) {
        try {
            Double value = text == null ? null : Double.valueOf(text);
            return value == null || value.isNaN() || value.isInfinite() ? null : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** 1 for true, 0 for false, null for neither. */
    static @Nullable Integer flag(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "true", "1" -> 1;
            case "false", "0" -> 0;
            default -> null;
        };
    }

    static @Nullable String clean(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.length() < LONGEST && isClean(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
        boolean blank = false;
        for (int i = 0; i < text.length() && out.length() < LONGEST - 1; i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 0) {
                blank = true;
            } else {
                if (blank && !out.isEmpty()) {
                    out.append(' ');
                }
                blank = false;
                out.append(c);
            }
        }
        if (!out.isEmpty() && Character.isHighSurrogate(out.charAt(out.length() - 1))) {
            out.setLength(out.length() - 1);
        }
        return out.isEmpty() ? null : out.toString();
    }

    /** Whether blanks are single, and there are none around it: most texts. */
    private static boolean isClean(String text) {
        char before = ' ';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && (c == '\n' || c == '\t' || c == '\r' || c == 0) || c == ' ' && before == ' ') {
                return false;
            }
            before = c;
        }
        return before != ' ' && !Character.isHighSurrogate(before);
    }
}
