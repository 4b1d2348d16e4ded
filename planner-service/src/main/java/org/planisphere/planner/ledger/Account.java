package org.planisphere.planner.ledger;

/**
 * Whoever's use is counted: a platform ({@code platform:alpha}), a person ({@code caller:issuer|subject}) or a group
 * ({@code group:issuer|name}). At most 255 characters.
 */
public record Account(String id) implements Comparable<Account> {
    public Account {
        if (id.isEmpty() || id.length() > 255) {
            throw new IllegalArgumentException("an account's id has 1 to 255 characters");
        }
    }

    @Override
    public int compareTo(Account other) {
        return id.compareTo(other.id);
    }
}
