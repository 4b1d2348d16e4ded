package org.planisphere.registry.search;

/**
 * A record that was found.
 *
 * @param ivoid its key
 * @param score how well its words fit; 0 when none were looked for
 */
public record Found(String ivoid, int score) {
    /** Where the next page begins. */
    public String place() {
        return score == 0 ? ivoid : score + "~" + ivoid;
    }

    /** Reads {@link #place}; what is none stands before everything with its text. */
    static Found at(String place) {
        int tilde = place.indexOf('~');
        if (tilde > 0 && tilde <= 9 && place.substring(0, tilde).matches("[0-9]+")) {
            return new Found(place.substring(tilde + 1), Integer.parseInt(place.substring(0, tilde)));
        }
        return new Found(place, 0);
    }

    /** Whether it comes behind another in the order of the list: the better first, then by identifier. */
    boolean behind(Found other) {
        return score != other.score ? score < other.score : ivoid.compareTo(other.ivoid) > 0;
    }
}
