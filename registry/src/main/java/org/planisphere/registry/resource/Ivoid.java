package org.planisphere.registry.resource;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IVOA identifier. Two that differ in case only are the same; the spelling it was given in is kept for people.
 *
 * @param given as it was written, without query and fragment
 * @see <a href="https://www.ivoa.net/documents/IVOAIdentifiers/">IVOA Identifiers 2.0, section 2</a>
 */
public record Ivoid(String given) {
    private static final Pattern FORM =
            Pattern.compile("(?i)ivo://([a-z0-9][a-z0-9._!~*'()+=-]{2,99})((?:/[a-z0-9._!~*'()+=-]{1,100}){0,20})");

    public Ivoid {
        if (given.length() > 400 || !FORM.matcher(given).matches()) {
            throw new IllegalArgumentException("an identifier looks like ivo://authority/path: " + shown(given));
        }
    }

    /** The identifier in a text, if it is one; surrounding blanks do not count. */
    public static Optional<Ivoid> of(String text) {
        String stripped = text.strip();
        return stripped.length() <= 400 && FORM.matcher(stripped).matches()
                ? Optional.of(new Ivoid(stripped))
                : Optional.empty();
    }

    /** What it is compared and stored by. */
    public String key() {
        return given.toLowerCase(Locale.ROOT);
    }

    /** Lower case. */
    public String authority() {
        Matcher matcher = FORM.matcher(given);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** True for the identifier of an authority itself. */
    public boolean isAuthority() {
        Matcher matcher = FORM.matcher(given);
        return matcher.matches() && matcher.group(2).isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ivoid ivoid && key().equals(ivoid.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    @Override
    public String toString() {
        return given;
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
