package org.planisphere.registry.adql;

import java.util.List;
import java.util.stream.Stream;

/**
 * What of the language is more than its core, as TAPRegExt lists it.
 *
 * @see <a href="https://www.ivoa.net/documents/ADQL/">ADQL 2.1, section 4.1</a>
 */
public final class Features {
    private static final String TYPE = "ivo://ivoa.net/std/TAPRegExt#features-";

    /** Everything, by its type. */
    public static final List<Group> ALL = List.of(
            group(
                    "udf",
                    new Feature(
                            "ivo_nocasematch(value VARCHAR(*), pat VARCHAR(*)) -> INTEGER",
                            "1 if the value is like the pattern in any case, 0 otherwise"),
                    new Feature(
                            "ivo_hasword(haystack VARCHAR(*), needle VARCHAR(*)) -> INTEGER",
                            "1 if every word of the needle, which is a literal, is a word of the haystack in any case"),
                    new Feature(
                            "ivo_hashlist_has(hashlist VARCHAR(*), item VARCHAR(*)) -> INTEGER",
                            "1 if the item is one of those joined by # in any case, 0 otherwise"),
                    new Feature(
                            "ivo_string_agg(expr VARCHAR(*), delim VARCHAR(*)) -> VARCHAR(*)",
                            "the values of a group joined by the delimiter, without NULLs"),
                    new Feature(
                            "ivo_interval_overlaps(l1 NUMERIC, h1 NUMERIC, l2 NUMERIC, h2 NUMERIC) -> INTEGER",
                            "1 if the two spans have a number in common, 0 otherwise"),
                    new Feature(
                            "ivo_specconv(expr DOUBLE PRECISION, expr_unit VARCHAR(*), dest_unit VARCHAR(*))"
                                    + " -> DOUBLE PRECISION",
                            "an energy, wavelength or frequency in another unit; units are literals")),
            group("adql-string", named("LOWER"), named("UPPER"), named("ILIKE")),
            group("adql-common-table", named("WITH")),
            group("adql-sets", named("UNION"), named("EXCEPT"), named("INTERSECT")),
            group("adql-type", named("CAST")),
            group("adql-offset", named("OFFSET")),
            group(
                    "adqlgeo",
                    named("POINT"),
                    named("CIRCLE"),
                    named("POLYGON"),
                    named("CONTAINS"),
                    named("INTERSECTS")));

    /**
     * With what RegTAP 1.2 asks a full registry to declare. TAPRegExt has no such type yet, and validators call it an
     * error, so others leave it out; COALESCE is there in any case.
     */
    public static final List<Group> FULL = Stream.concat(
                    ALL.stream(), Stream.of(group("adql-conditional", named("COALESCE"))))
            .toList();

    private Features() {}

    public record Feature(String form, String description) {}

    public record Group(String type, List<Feature> features) {
        public Group {
            features = List.copyOf(features);
        }
    }

    private static Group group(String type, Feature... features) {
        return new Group(TYPE + type, List.of(features));
    }

    private static Feature named(String form) {
        return new Feature(form, "");
    }
}
