package org.planisphere.registry.resource;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a record beside its XML: the texts by which it is found, and its capabilities. Written as lines, the
 * first letter of which says what they hold, so that showing and searching parse no XML.
 *
 * @param capabilities in the order of the record
 * @param kinds executable kinds it says it runs, URIs: in the record, or when the registry asks it
 */
public record Summary(
        String title,
        String shortName,
        String publisher,
        String description,
        List<String> subjects,
        List<String> creators,
        List<String> wavebands,
        List<String> kinds,
        List<Resource.Capability> capabilities) {
    private static final int LONGEST_TEXT = 20_000;
    private static final int LONGEST = 900_000;

    public Summary {
        subjects = List.copyOf(subjects);
        creators = List.copyOf(creators);
        wavebands = List.copyOf(wavebands);
        kinds = List.copyOf(kinds);
        capabilities = List.copyOf(capabilities);
    }

    /** The same with other kinds. */
    public Summary running(List<String> told) {
        return new Summary(title, shortName, publisher, description, subjects, creators, wavebands, told, capabilities);
    }

    /** The lines; what is beyond the column's length is left out, whole capabilities at a time. */
    public String write() {
        StringBuilder out = new StringBuilder(1024);
        line(out, 't', title);
        line(out, 's', shortName);
        line(out, 'p', publisher);
        line(out, 'd', Resource.cut(description, LONGEST_TEXT));
        texts(out, 'k', subjects);
        texts(out, 'a', creators);
        texts(out, 'w', wavebands);
        texts(out, 'x', kinds);
        for (Resource.Capability capability : capabilities) {
            StringBuilder one = new StringBuilder();
            line(one, 'c', capability.standardId(), capability.type());
            for (Resource.Interface face : capability.interfaces()) {
                line(
                        one,
                        'f',
                        face.type(),
                        face.role(),
                        face.version(),
                        face.accessUrl(),
                        face.use(),
                        face.securityMethod());
            }
            if (out.length() + one.length() > LONGEST) {
                break;
            }
            out.append(one);
        }
        return out.toString();
    }

    /** The kinds alone of what {@link #write} has written; most records have none. */
    public static List<String> kinds(String text) {
        if (!text.startsWith("x") && !text.contains("\nx")) {
            return List.of();
        }
        return text.lines()
                .filter(line -> line.startsWith("x"))
                .map(line -> line.substring(1))
                .toList();
    }

    public static Summary read(String text) {
        String title = "";
        String shortName = "";
        String publisher = "";
        String description = "";
        List<String> subjects = new ArrayList<>();
        List<String> creators = new ArrayList<>();
        List<String> wavebands = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        List<Resource.Capability> capabilities = new ArrayList<>();
        String standardId = "";
        String type = "";
        @Nullable List<Resource.Interface> faces = null;
        for (String line : text.split("\n", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            String rest = line.substring(1);
            switch (line.charAt(0)) {
                case 't' -> title = rest;
                case 's' -> shortName = rest;
                case 'p' -> publisher = rest;
                case 'd' -> description = rest;
                case 'k' -> subjects.add(rest);
                case 'a' -> creators.add(rest);
                case 'w' -> wavebands.add(rest);
                case 'x' -> kinds.add(rest);
                case 'c' -> {
                    if (faces != null) {
                        capabilities.add(new Resource.Capability(standardId, type, List.copyOf(faces)));
                    }
                    String[] part = rest.split("\t", -1);
                    standardId = part[0];
                    type = part[1];
                    faces = new ArrayList<>();
                }
                case 'f' -> {
                    String[] part = rest.split("\t", -1);
                    if (faces != null) {
                        faces.add(new Resource.Interface(part[0], part[1], part[2], part[3], part[4], part[5]));
                    }
                }
                default -> throw new IllegalStateException("no such line in a summary: " + line);
            }
        }
        if (faces != null) {
            capabilities.add(new Resource.Capability(standardId, type, List.copyOf(faces)));
        }
        return new Summary(
                title, shortName, publisher, description, subjects, creators, wavebands, kinds, capabilities);
    }

    private static void texts(StringBuilder out, char letter, List<String> texts) {
        int room = LONGEST_TEXT;
        for (String text : texts) {
            room -= text.length() + 2;
            if (room < 0) {
                return;
            }
            line(out, letter, text);
        }
    }

    private static void line(StringBuilder out, char letter, String... parts) {
        if (parts.length == 1 && parts[0].isEmpty()) {
            return;
        }
        out.append(letter);
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                out.append('\t');
            }
            out.append(Xml.folded(parts[i]));
        }
        out.append('\n');
    }
}
