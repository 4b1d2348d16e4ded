package org.planisphere.planner.staging;

/**
 * Why something cannot be fetched, or put somewhere.
 *
 * @param location as it may be shown
 * @param reason a clause for people, such as {@code it is not a URL}
 */
public record Unreachable(String location, String reason) {
    static Unreachable of(Address address, String reason) {
        return new Unreachable(address.shown(), reason);
    }
}
