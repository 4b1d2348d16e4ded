package org.planisphere.registry.tap;

/** A query that is not answered, and why; told in the form of DALI. */
final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status of HTTP */
    Rejected(int status, String message) {
        super(message);
        this.status = status;
    }

    Rejected(String message) {
        this(400, message);
    }

    int status() {
        return status;
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
