package org.planisphere.foundation.rest;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Problem;
import org.planisphere.wire.ProblemError;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Fault;
import org.planisphere.wire.codec.Format;

/**
 * Makes RFC 9457 answers. One form for every door: {@code application/problem+json}, or {@code application/problem+xml}
 * for a caller who accepts XML and not JSON.
 */
public final class Problems {
    /** How many faults an answer lists at the most. */
    private static final int MOST_FAULTS = 100;

    private Problems() {}

    /** The problem document. {@code detail} is shown to the caller: it must hold nothing internal. */
    public static Problem problem(ProblemType type, @Nullable String detail, List<Fault> faults) {
        Problem problem = new Problem();
        problem.type = "/planner/problems/" + type.slug();
        problem.title = type.title();
        problem.status = (long) type.status();
        problem.detail = detail;
        problem.instance = "urn:uuid:" + UUID.randomUUID();
        if (!faults.isEmpty()) {
            List<ProblemError> errors = new ArrayList<>();
            for (Fault fault : faults.subList(0, Math.min(MOST_FAULTS, faults.size()))) {
                ProblemError error = new ProblemError();
                error.pointer = fault.pointer();
                error.detail = fault.detail();
                errors.add(error);
            }
            problem.errors = errors;
        }
        return problem;
    }

    /** The answer for a caller who sent these headers; null headers get JSON. */
    public static Response response(Problem problem, @Nullable HttpHeaders headers) {
        return builder(problem, headers).build();
    }

    static Response.ResponseBuilder builder(Problem problem, @Nullable HttpHeaders headers) {
        boolean xml = prefersXml(headers == null ? List.of() : acceptable(headers));
        long status = problem.status == null ? 500 : problem.status;
        return Response.status((int) status)
                .type(xml ? "application/problem+xml;charset=utf-8" : "application/problem+json;charset=utf-8")
                .header("Cache-Control", "no-store")
                .entity(Codecs.write(problem, xml ? Format.XML : Format.JSON));
    }

    private static List<MediaType> acceptable(HttpHeaders headers) {
        try {
            return headers.getAcceptableMediaTypes();
        } catch (RuntimeException malformed) {
            return List.of();
        }
    }

    private static boolean prefersXml(List<MediaType> accepted) {
        for (MediaType type : accepted) {
            String subtype = type.getSubtype();
            if (type.isWildcardType()
                    || type.isWildcardSubtype()
                    || subtype.equals("json")
                    || subtype.endsWith("+json")) {
                return false;
            }
            if (subtype.equals("xml") || subtype.endsWith("+xml")) {
                return true;
            }
        }
        return false;
    }
}
