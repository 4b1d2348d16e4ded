package org.planisphere.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with one sentence, and another that says what to do next. */
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int exit;
    final @Nullable String next;

    Fault(int exit, String message, @Nullable String next) {
        super(message);
        this.exit = exit;
        this.next = next;
    }
}
