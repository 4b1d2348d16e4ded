package org.planisphere.foundation.identity;

import java.util.Set;

/**
 * Who asks. Anonymous is a caller too.
 *
 * @param id {@code issuer|subject}, or {@code anonymous}; at most 200 characters; never shown to others
 * @param name for people
 * @param groups each prefixed with its issuer's name: {@code issuer|group}
 * @param roles what the caller may do beyond using the planner
 */
public record Caller(String id, String name, Set<String> groups, Set<Role> roles) {
    public static final Caller ANONYMOUS = new Caller("anonymous", "anonymous", Set.of(), Set.of());

    /** What a caller may do beyond using the planner. */
    public enum Role {
        /** Sees and ends everybody's work on this planner. */
        OPERATOR,
        /** Writes records to the registry. */
        PUBLISHER
    }

    public Caller {
        groups = Set.copyOf(groups);
        roles = Set.copyOf(roles);
    }

    public boolean anonymous() {
        return id.equals(ANONYMOUS.id);
    }

    public boolean operator() {
        return roles.contains(Role.OPERATOR);
    }
}
