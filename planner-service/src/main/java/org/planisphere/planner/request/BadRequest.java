package org.planisphere.planner.request;

import java.util.List;
import org.planisphere.wire.codec.Fault;

/** A document that reads well and cannot be meant: 400 at the door, with every fault and its place. */
public final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized
    private final List<Fault> faults;

    BadRequest(List<Fault> faults) {
        super("the request has faults: " + faults);
        this.faults = List.copyOf(faults);
    }

    /** At least one, in the order of the document. */
    public List<Fault> faults() {
        return faults;
    }
}
