package org.planisphere.planner.task;

import org.jspecify.annotations.Nullable;

/**
 * A kind as a document named it: known, or only a URI that nobody here knows. Asking for an unknown kind is no error; it
 * is answered NO.
 *
 * @param kind absent when the URI is not one we know
 * @param uri as the request spelled it; empty when we chose the kind ourselves
 */
public record KindRef(@Nullable Kind kind, String uri) {
    public static KindRef of(Kind kind) {
        return new KindRef(kind, "");
    }

    public boolean is(Kind other) {
        return other.equals(kind);
    }
}
