package org.planisphere.planner.platform;

/** An engine could not do what it was asked. The message is for the session's owner: no paths, no secrets. */
public final class PlatformException extends Exception {
    private static final long serialVersionUID = 1L;

    public PlatformException(String message) {
        super(message);
    }

    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
