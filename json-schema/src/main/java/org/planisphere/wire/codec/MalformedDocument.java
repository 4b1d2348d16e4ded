package org.planisphere.wire.codec;

import java.util.List;

/** A document that cannot be taken, with every fault that was found. The door answers 400. */
public class MalformedDocument extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    public MalformedDocument(List<Fault> faults) {
        super(describe(faults));
        this.faults = List.copyOf(faults);
    }

    /** At least one; at most {@value Faults#MOST} and a last one that says so. */
    public List<Fault> faults() {
        return faults;
    }

    private static String describe(List<Fault> faults) {
        Fault first = faults.get(0);
        String text = first.pointer().isEmpty() ? first.detail() : first.pointer() + ": " + first.detail();
        return faults.size() == 1 ? text : text + " (and " + (faults.size() - 1) + " more)";
    }
}
