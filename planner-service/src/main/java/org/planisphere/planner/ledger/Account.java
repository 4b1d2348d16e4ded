package org.planisphere.planner.ledger;

import org.planisphere.foundation.digest.Sha256;

/**
 * Whoever's use is counted: a platform ({@code platform:alpha}), a person ({@code caller:issuer|subject}) or a group
 * ({@code group:issuer|name}). At most 255 characters.
 */
public record Account(String id) implements Comparable<Account> {
    private static final int MOST = 255;
    private static final int KEPT = 180;

    public Account {
        if (id.isEmpty() || id.length() > MOST) {
            throw new IllegalArgumentException("an account's id has 1 to 255 characters");
        }
    }

    /** The account of a name; a longer one than an id can be keeps its beginning and ends in the hash of the whole. */
    public static Account named(String name) {
        if (name.length() <= MOST) {
            return new Account(name);
        }
        return new Account(name.substring(0, KEPT) + "#" + Sha256.hex(name));
    }

    @Override
    public int compareTo(Account other) {
        return id.compareTo(other.id);
    }
}
