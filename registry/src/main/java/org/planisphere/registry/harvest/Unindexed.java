package org.planisphere.registry.harvest;

import org.jspecify.annotations.Nullable;

/**
 * What the message of a source says while the indexes that its first harvest left to its end could not be made. It is in the
 * database, so that whichever node looks next tries again.
 */
final class Unindexed {
    private static final String SAID =
            "queries by TAP are slow, as indexes could not be made and will be tried again: ";
    private static final String AND = "; ";

    private Unindexed() {}

    static boolean in(@Nullable String message) {
        return message != null && message.contains(SAID);
    }

    static String added(@Nullable String message, String why) {
        String before = without(message);
        return Intake.cut(before == null ? "" : before + AND, 400) + SAID + Intake.cut(why, 500);
    }

    /** What else it says; null when nothing. */
    static @Nullable String without(@Nullable String message) {
        if (message == null || !in(message)) {
            return message;
        }
        String before = message.substring(0, message.indexOf(SAID));
        return before.isEmpty()
                ? null
                : before.substring(0, before.length() - (before.endsWith(AND) ? AND.length() : 0));
    }
}
