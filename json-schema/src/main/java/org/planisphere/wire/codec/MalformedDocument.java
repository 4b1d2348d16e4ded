package org.planisphere.wire.codec;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A document that cannot be taken, with every fault that was found. The door answers 400. */
public class MalformedDocument extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;
    private final transient @Nullable Object rest;

    public MalformedDocument(List<Fault> faults) {
        this(faults, null);
    }

    /** @param rest what else could be read of it; null for nothing */
    MalformedDocument(List<Fault> faults, @Nullable Object rest) {
        super(describe(faults));
        this.faults = List.copyOf(faults);
        this.rest = rest;
    }

    /** At least one; at most {@value Faults#MOST} and a last one that says so. */
    public List<Fault> faults() {
        return faults;
    }

    /** The document without the values that have faults, where it came to its end. It may be judged, never used. */
    public <T> Optional<T> rest(Class<T> type) {
        return Optional.ofNullable(rest).filter(type::isInstance).map(type::cast);
    }

    private static String describe(List<Fault> faults) {
        Fault first = faults.get(0);
        String text = first.pointer().isEmpty() ? first.detail() : first.pointer() + ": " + first.detail();
        return faults.size() == 1 ? text : text + " (and " + (faults.size() - 1) + " more)";
    }
}
