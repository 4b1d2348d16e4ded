package org.planisphere.client;

import org.planisphere.wire.Update;

/** Makes the contract's four updates. */
public final class Updates {
    private Updates() {}

    /** Another phase: ACCEPTED, REJECTED or CANCELLED. */
    public static Update phase(String phase) {
        return of("uri:enum-value-update", "phase", phase, null);
    }

    /** One of an enumeration's values. */
    public static Update choice(String path, String value) {
        return of("uri:enum-value-update", path, value, null);
    }

    /** Another text. */
    public static Update text(String path, String value) {
        return of("uri:string-value-update", path, value, null);
    }

    /** Another whole number. */
    public static Update number(String path, long value, String units) {
        return of("uri:integer-value-update", path, Long.toString(value), units);
    }

    /** So much more; less when it is negative. */
    public static Update delta(String path, long delta, String units) {
        Update update = of("uri:integer-delta-update", path, null, units);
        update.delta = delta;
        return update;
    }

    private static Update of(
            String kind,
            String path,
            @org.jspecify.annotations.Nullable String value,
            @org.jspecify.annotations.Nullable String units) {
        Update update = new Update();
        update.kind = kind;
        update.path = path;
        update.value = value;
        update.units = units;
        return update;
    }
}
