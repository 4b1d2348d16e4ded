package org.planisphere.registry.tap;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The forms an answer can have.
 *
 * @see <a href="https://www.ivoa.net/documents/TAP/">TAP 1.1, section 2.7.3</a>
 */
enum Format {
    VOTABLE("application/x-votable+xml", "votable", "ivo://ivoa.net/std/tapregext#output-votable-td"),
    VOTABLE_TEXT("text/xml", "votable/td", "ivo://ivoa.net/std/tapregext#output-votable-td"),
    CSV("text/csv;header=present", "csv", null),
    TSV("text/tab-separated-values", "tsv", null),
    JSON("application/json", "json", null);

    private final String media;
    private final String alias;
    private final @Nullable String id;

    Format(String media, String alias, @Nullable String id) {
        this.media = media;
        this.alias = alias;
        this.id = id;
    }

    String media() {
        return media;
    }

    /** With the letters' encoding, for a header. */
    String header() {
        return this == VOTABLE || this == JSON ? media : media + ";charset=utf-8";
    }

    String alias() {
        return alias;
    }

    /** By which TAPRegExt knows it, if it does. */
    @Nullable
    String id() {
        return id;
    }

    static Format named(@Nullable String text) throws Rejected {
        if (text == null) {
            return VOTABLE;
        }
        String asked = text.toLowerCase(Locale.ROOT).replace(" ", "");
        for (Format format : values()) {
            if (asked.equals(format.alias) || asked.equals(format.media)) {
                return format;
            }
        }
        String plain = asked.replaceAll(";.*", "");
        return switch (plain) {
            case "application/x-votable+xml", "application/xml" -> tabledata(asked, VOTABLE);
            case "text/xml" -> tabledata(asked, VOTABLE_TEXT);
            case "text/csv" -> CSV;
            case "text/tab-separated-values" -> TSV;
            case "application/json" -> JSON;
            default -> throw unknown(text);
        };
    }

    private static Format tabledata(String asked, Format format) throws Rejected {
        if (asked.contains("serialization=") && !asked.contains("serialization=tabledata")) {
            throw unknown(asked);
        }
        return format;
    }

    private static Rejected unknown(String text) {
        return new Rejected("There is no format " + (text.length() > 80 ? text.substring(0, 80) : text) + "; there are "
                + String.join(
                        ", ", List.of(values()).stream().map(Format::alias).toList()) + ".");
    }
}
