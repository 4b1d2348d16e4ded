package org.planisphere.registry.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for; an empty text and null look for everything.
 *
 * @param standardId of a capability, in any case; without {@code #} also every version of it
 * @param text every word of which is in the record; a word of three letters or more is also found at the beginning of a
 *     longer one
 * @param availability {@code up}, {@code down} or {@code unknown}
 * @param capabilityType such as {@code vg:Harvest}
 * @param type of the record, such as {@code vs:CatalogService}
 * @param kind of executable, the URI or what follows its last slash
 * @param after where the page before ended, as {@link Found#place}
 */
public record Wanted(
        @Nullable String standardId,
        @Nullable String text,
        @Nullable String authority,
        @Nullable String availability,
        @Nullable String capabilityType,
        @Nullable String type,
        @Nullable String waveband,
        @Nullable String kind,
        @Nullable String after,
        int limit) {

    /** Everything, from the beginning. */
    public static final Wanted ALL = new Wanted(null, null, null, null, null, null, null, null, null, 50);

    public Wanted withText(@Nullable String words) {
        return new Wanted(
                standardId, words, authority, availability, capabilityType, type, waveband, kind, after, limit);
    }

    public Wanted withStandard(@Nullable String id) {
        return new Wanted(id, text, authority, availability, capabilityType, type, waveband, kind, after, limit);
    }

    /** The same behind a place, so many at most. */
    public Wanted page(@Nullable String place, int most) {
        return new Wanted(standardId, text, authority, availability, capabilityType, type, waveband, kind, place, most);
    }

    /** The words of a text as they are compared: letters and digits, lower case, without accents. */
    static List<String> words(String text) {
        return Words.of(text);
    }
}
