package org.planisphere.foundation.identity.oidc;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;

/**
 * Makes a caller of the claims of a token that is good. Pure. A claim that is there and has the wrong type spoils the
 * token: whoever guesses what it meant may guess too much.
 */
final class Claims {
    private static final int LONGEST_ID = 200;
    private static final int MOST_GROUPS = 1000;
    private static final int LONGEST_GROUP = 300;
    private static final Map<String, Caller.Right> SCOPES = Map.of(
            "compute.read", Caller.Right.READ,
            "compute.create", Caller.Right.CREATE,
            "compute.modify", Caller.Right.MODIFY,
            "compute.cancel", Caller.Right.CANCEL);

    /** The claims cannot be what they are. The message is for the log and holds nothing of the token's. */
    static final class Spoiled extends Exception {
        private static final long serialVersionUID = 1L;

        Spoiled(String message) {
            super(message);
        }
    }

    private Claims() {}

    /** The caller, with the groups of the token and these besides. */
    static Caller caller(Issuer issuer, Map<String, Object> claims) throws Spoiled {
        if (!(claims.get("sub") instanceof String subject) || subject.isEmpty() || bad(subject)) {
            throw new Spoiled("it has no subject");
        }
        String id = issuer.name() + "|" + subject;
        if (id.length() > LONGEST_ID) {
            throw new Spoiled("its subject is too long");
        }
        Set<String> groups = new LinkedHashSet<>();
        for (String path : issuer.groups()) {
            for (String group : groups(find(claims, path))) {
                groups.add(issuer.name() + "|" + group);
            }
        }
        if (groups.size() > MOST_GROUPS) {
            throw new Spoiled("it has more than " + MOST_GROUPS + " groups");
        }
        return new Caller(id, name(issuer, claims, subject), groups, Set.of(), rights(issuer.scopes(), claims));
    }

    /**
     * The value at a dotted path. A claim's own name may hold dots ({@code wlcg.groups}), so the longest name that is
     * there is taken at every step.
     */
    static @Nullable Object find(Map<?, ?> claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                Object found = find(inner, path.substring(dot + 1));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** One group or a list of them. */
    private static List<String> groups(@Nullable Object value) throws Spoiled {
        if (value == null) {
            return List.of();
        }
        List<?> items = value instanceof List<?> list ? list : List.of(value);
        if (items.size() > MOST_GROUPS) {
            throw new Spoiled("a claim has more than " + MOST_GROUPS + " groups");
        }
        List<String> groups = new ArrayList<>(items.size());
        for (Object item : items) {
            if (!(item instanceof String group) || bad(group) || group.length() > LONGEST_GROUP) {
                throw new Spoiled("a claim of groups is neither a string nor a list of strings");
            }
            if (!group.isBlank()) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static String name(Issuer issuer, Map<String, Object> claims, String subject) {
        for (String path : issuer.naming()) {
            if (find(claims, path) instanceof String name && !name.isBlank()) {
                String clean = name.replaceAll("\\p{Cntrl}", " ").strip();
                return clean.substring(0, Math.min(100, clean.length()));
            }
        }
        return subject.substring(0, Math.min(100, subject.length()));
    }

    /** What the token narrows itself to. WLCG Common JWT Profiles 1.0, section "Capability-based authorization" */
    private static Set<Caller.Right> rights(Issuer.Scopes rule, Map<String, Object> claims) throws Spoiled {
        if (rule == Issuer.Scopes.OFF) {
            return Caller.ALL_RIGHTS;
        }
        Object scope = claims.get("scope");
        if (scope != null && !(scope instanceof String)) {
            throw new Spoiled("its scope is not a string");
        }
        Set<Caller.Right> rights = EnumSet.noneOf(Caller.Right.class);
        boolean any = false;
        for (String one : scope == null ? new String[0] : scope.toString().split(" ", -1)) {
            any |= one.toLowerCase(Locale.ROOT).startsWith("compute.");
            Optional.ofNullable(SCOPES.get(one)).ifPresent(rights::add);
        }
        return rule == Issuer.Scopes.OPTIONAL && !any ? Caller.ALL_RIGHTS : rights;
    }

    private static boolean bad(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
