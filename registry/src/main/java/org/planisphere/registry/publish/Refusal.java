package org.planisphere.registry.publish;

import java.util.List;
import org.planisphere.wire.codec.Fault;

/** The registry does not do what it was asked. The message is for the caller. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Why {
        /** Say who they are. */
        NOT_AUTHENTICATED,
        /** Nothing: it is not theirs to do. */
        NOT_ALLOWED,
        /** Send something else. */
        INVALID,
        /** Nothing is there. */
        NOT_FOUND
    }

    private final Why why;
    private final transient List<Fault> faults;

    public Refusal(Why why, String message) {
        this(why, message, List.of());
    }

    public Refusal(Why why, String message, List<Fault> faults) {
        super(message);
        this.why = why;
        this.faults = List.copyOf(faults);
    }

    public Why why() {
        return why;
    }

    public List<Fault> faults() {
        return faults;
    }
}
