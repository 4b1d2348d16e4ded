package org.planisphere.foundation.rest;

import jakarta.ws.rs.WebApplicationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Fault;

/** A refusal on its way to the door, where it becomes an RFC 9457 problem. The detail is shown to the caller. */
public final class ProblemException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient List<Fault> faults;
    private final transient Map<String, List<String>> headers = new LinkedHashMap<>();

    public ProblemException(ProblemType type, @Nullable String detail) {
        this(type, detail, List.of());
    }

    public ProblemException(ProblemType type, @Nullable String detail, List<Fault> faults) {
        super(detail, type.status());
        this.type = type;
        this.faults = List.copyOf(faults);
    }

    /** Adds a header to the answer; the same one again adds another value. */
    public ProblemException with(String header, String value) {
        headers.computeIfAbsent(header, name -> new ArrayList<>()).add(value);
        return this;
    }

    public ProblemType type() {
        return type;
    }

    public List<Fault> faults() {
        return faults;
    }

    public Map<String, List<String>> headers() {
        return headers;
    }
}
