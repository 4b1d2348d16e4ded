package org.planisphere.registry.tap;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a call: names are the same in any case, values are as they come.
 *
 * @see <a href="https://www.ivoa.net/documents/DALI/">DALI 1.1, section 3</a>
 */
record Parameters(Map<String, List<String>> values) {
    static final int LONGEST = 1 << 20;
    private static final int MOST = 200;

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";,]{1,70})\"?");
    private static final Pattern FIELD =
            Pattern.compile("(?i)content-disposition:[^\\r\\n]*\\bname=\"([^\"\\r\\n]*)\"");

    /** Of an address, and of a form as a browser or a program sends it. */
    static Parameters read(@Nullable String query, @Nullable String type, @Nullable InputStream body)
            throws Rejected, IOException {
        Parameters parameters = new Parameters(new LinkedHashMap<>());
        parameters.form(query == null ? "" : query);
        byte[] bytes = body == null ? new byte[0] : body.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw new Rejected(413, "The parameters have more than " + LONGEST + " bytes.");
        }
        String media = type == null ? "" : type;
        if (media.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            parameters.parts(media, bytes);
        } else if (bytes.length > 0
                && (media.isEmpty()
                        || media.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded"))) {
            parameters.form(new String(bytes, StandardCharsets.UTF_8).strip());
        } else if (bytes.length > 0) {
            throw new Rejected(415, "Parameters come as application/x-www-form-urlencoded or multipart/form-data.");
        }
        return parameters;
    }

    private void form(String text) throws Rejected {
        if (text.isEmpty()) {
            return;
        }
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            try {
                add(
                        URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8),
                        equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new Rejected("The parameters are not encoded as a form is: a % is followed by two digits.");
            }
        }
    }

    private void parts(String media, byte[] bytes) throws Rejected {
        Matcher boundary = BOUNDARY.matcher(media);
        if (!boundary.find()) {
            throw new Rejected("The Content-Type names no boundary.");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (String part : text.split(Pattern.quote("--" + boundary.group(1)), MOST + 2)) {
            int head = part.indexOf("\r\n\r\n");
            Matcher field = FIELD.matcher(head < 0 ? "" : part.substring(0, head));
            if (field.find()) {
                String value = part.substring(head + 4);
                add(field.group(1), utf8(value.endsWith("\r\n") ? value.substring(0, value.length() - 2) : value));
            }
        }
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void add(String name, String value) throws Rejected {
        List<String> all = values.computeIfAbsent(name.toUpperCase(Locale.ROOT), any -> new ArrayList<>());
        if (values.size() > MOST || all.size() > MOST) {
            throw new Rejected("There are more than " + MOST + " parameters.");
        }
        all.add(value);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of a parameter, or nothing when it is empty or not there; the last of several that agree. */
    @Nullable
    String one(String name) throws Rejected {
        List<String> all =
                all(name).stream().filter(value -> !value.isEmpty()).distinct().toList();
        if (all.size() > 1) {
            throw new Rejected(name + " is given twice.");
        }
        return all.isEmpty() ? null : all.get(0);
    }
}
