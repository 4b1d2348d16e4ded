package org.planisphere.foundation.identity;

import java.util.EnumSet;
import java.util.Set;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/**
 * What this node makes of groups: which of them are operators and publishers, and who is barred. Immutable.
 *
 * @param operators groups, {@code issuer|group}, whose members are operators
 * @param publishers groups whose members may write to the registry
 * @param suspended callers' ids and groups that are refused everything, whoever vouches for them
 */
public record Standing(Set<String> operators, Set<String> publishers, Set<String> suspended) {
    public Standing {
        operators = Set.copyOf(operators);
        publishers = Set.copyOf(publishers);
        suspended = Set.copyOf(suspended);
    }

    public static Standing of(Settings settings) {
        return new Standing(
                Set.copyOf(settings.get(Keys.IDENTITY_OPERATORS)),
                Set.copyOf(settings.get(Keys.IDENTITY_PUBLISHERS)),
                Set.copyOf(settings.get(Keys.IDENTITY_SUSPENDED)));
    }

    /** The caller with the roles of their groups, or that they are barred. */
    public Recognition of(Caller caller) {
        if (suspended.contains(caller.id()) || meets(suspended, caller)) {
            return Recognition.SUSPENDED;
        }
        Set<Caller.Role> roles = EnumSet.noneOf(Caller.Role.class);
        if (meets(operators, caller)) {
            roles.add(Caller.Role.OPERATOR);
        }
        if (meets(publishers, caller)) {
            roles.add(Caller.Role.PUBLISHER);
        }
        return new Recognition.Known(caller.plus(roles));
    }

    private static boolean meets(Set<String> named, Caller caller) {
        for (String group : caller.groups()) {
            if (named.contains(group)) {
                return true;
            }
        }
        return false;
    }
}
