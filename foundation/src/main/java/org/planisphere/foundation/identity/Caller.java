package org.planisphere.foundation.identity;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who asks. Anonymous is a caller too.
 *
 * @param id {@code issuer|subject}, or {@code anonymous}; at most 200 characters; never shown to others
 * @param name for people
 * @param groups each prefixed with its issuer's name: {@code issuer|group}
 * @param roles what the caller may do beyond using the planner
 * @param rights which sorts of calls the token is good for; all of them unless the token itself narrows them
 * @param origin the address, or the network of one, that the call comes from; empty when nobody told
 */
public record Caller(String id, String name, Set<String> groups, Set<Role> roles, Set<Right> rights, String origin) {
    /** Every right: what a token is good for that does not narrow itself. */
    public static final Set<Right> ALL_RIGHTS = Set.copyOf(EnumSet.allOf(Right.class));

    public static final Caller ANONYMOUS = new Caller("anonymous", "anonymous", Set.of(), Set.of());

    /** What a caller may do beyond using the planner. */
    public enum Role {
        /** Sees and ends everybody's work on this planner. */
        OPERATOR,
        /** Writes records to the registry. */
        PUBLISHER
    }

    /**
     * A sort of call, as a token may narrow itself to some of them.
     *
     * @see <a href="https://zenodo.org/records/3460258">WLCG Common JWT Profiles 1.0, capabilities {@code compute.*}</a>
     */
    public enum Right {
        /** Reads ({@code compute.read}). */
        READ,
        /** Asks for offers and runs what they promise ({@code compute.create}). */
        CREATE,
        /** Changes a session ({@code compute.modify}). */
        MODIFY,
        /** Ends or removes a session ({@code compute.cancel}). */
        CANCEL
    }

    public Caller {
        groups = Set.copyOf(groups);
        roles = Set.copyOf(roles);
        rights = Set.copyOf(rights);
    }

    /** A caller from nowhere in particular. */
    public Caller(String id, String name, Set<String> groups, Set<Role> roles, Set<Right> rights) {
        this(id, name, groups, roles, rights, "");
    }

    /** A caller whose token does not narrow itself, from nowhere in particular. */
    public Caller(String id, String name, Set<String> groups, Set<Role> roles) {
        this(id, name, groups, roles, ALL_RIGHTS);
    }

    /** The same caller, who calls from there. */
    public Caller from(String address) {
        return address.equals(origin) ? this : new Caller(id, name, groups, roles, rights, address);
    }

    public boolean anonymous() {
        return id.equals(ANONYMOUS.id);
    }

    public boolean operator() {
        return roles.contains(Role.OPERATOR);
    }

    public boolean may(Right right) {
        return rights.contains(right);
    }

    /** The same caller with these roles besides. */
    Caller plus(Set<Role> more) {
        if (roles.containsAll(more)) {
            return this;
        }
        Set<Role> all = new LinkedHashSet<>(roles);
        all.addAll(more);
        return new Caller(id, name, groups, all, rights, origin);
    }
}
