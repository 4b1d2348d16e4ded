package org.planisphere.wire.codec;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The three syntaxes of the contract. {@link #JSON} is what a caller gets who names none.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110, 12.5.1 Accept</a>
 */
public enum Format {
    JSON("application/json", "application/problem+json", List.of("application/json", "application/problem+json")),
    XML(
            "application/xml",
            "application/problem+xml",
            List.of("application/xml", "text/xml", "application/problem+xml")),
    /** Problems have no YAML form of their own (RFC 9457 names JSON and XML): they are told in JSON. */
    YAML(
            "application/yaml",
            "application/problem+json",
            List.of("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"));

    private static final int MOST_RANGES = 64;

    private final String mediaType;
    private final String problemMediaType;
    private final List<String> accepted;

    Format(String mediaType, String problemMediaType, List<String> accepted) {
        this.mediaType = mediaType;
        this.problemMediaType = problemMediaType;
        this.accepted = accepted;
    }

    /** The media type this format is answered with, without parameters. */
    public String mediaType() {
        return mediaType;
    }

    /** The media type a problem is answered with to a caller who wants this format. */
    public String problemMediaType() {
        return problemMediaType;
    }

    /** The format a problem is written in for a caller who wants this format. */
    public Format ofProblems() {
        return this == YAML ? JSON : this;
    }

    /**
     * The format of a body with this {@code Content-Type}.
     *
     * @param contentType the header's value, parameters and all; a charset other than UTF-8 is not read (XML names its
     *     own in its declaration)
     * @return empty when it is none of ours or absent: the caller answers 415
     */
    public static Optional<Format> ofMediaType(@Nullable String contentType) {
        if (contentType == null) {
            return Optional.empty();
        }
        String[] parts = contentType.split(";", MOST_RANGES);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("charset=")) {
                String charset = parameter
                        .substring("charset=".length())
                        .replace("\"", "")
                        .trim();
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    return Optional.empty();
                }
            }
        }
        String type = parts[0].trim().toLowerCase(Locale.ROOT);
        for (Format format : values()) {
            if (format.accepted.contains(type)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * The format to answer with. The highest weight wins; among equals the one the caller names first, and JSON where a
     * wildcard leaves the choice to us.
     *
     * @param accept the {@code Accept} header (several joined by commas); absent or blank means JSON
     * @return empty when the caller takes none of the three: the caller of this method answers 406
     */
    public static Optional<Format> negotiate(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(JSON);
        }
        String[] ranges = accept.split(",", MOST_RANGES);
        Format best = null;
        double bestWeight = 0;
        int bestPlace = Integer.MAX_VALUE;
        for (Format format : values()) {
            int specific = -1;
            double weight = 0;
            int place = Integer.MAX_VALUE;
            for (int i = 0; i < ranges.length; i++) {
                String[] parts = ranges[i].split(";");
                int match =
                        parts.length == 0 ? -1 : format.matches(parts[0].trim().toLowerCase(Locale.ROOT));
                double q = weight(parts);
                // Several spellings of one format: the best of the most specific counts.
                if (match >= 0 && q >= 0 && (match > specific || match == specific && q > weight)) {
                    specific = match;
                    weight = q;
                    place = i;
                }
            }
            if (weight > bestWeight || weight > 0 && weight == bestWeight && place < bestPlace) {
                best = format;
                bestWeight = weight;
                bestPlace = place;
            }
        }
        return Optional.ofNullable(best);
    }

    /** How closely a media range names this format: 2 exactly, 1 by its type, 0 by the full wildcard, -1 not. */
    private int matches(String range) {
        if (accepted.contains(range)) {
            return 2;
        }
        if (range.equals("application/*")) {
            return 1;
        }
        return range.equals("*/*") || range.equals("*") ? 0 : -1;
    }

    /** The weight of a range, 0 to 1; 1 when none is given, -1 when it cannot be read. */
    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                String text = parameter.substring(2).trim();
                return text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : -1;
            }
        }
        return 1;
    }
}
