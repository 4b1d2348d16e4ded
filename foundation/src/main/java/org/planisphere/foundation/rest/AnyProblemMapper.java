package org.planisphere.foundation.rest;

import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Problem;

/**
 * Makes a problem of everything that is thrown, so that no error page of the server is ever shown. What nobody expected is
 * logged with an id, and the caller is told the id and nothing else.
 */
@Provider
public final class AnyProblemMapper implements ExceptionMapper<Throwable> {
    private static final System.Logger LOG = System.getLogger(AnyProblemMapper.class.getName());

    @Context
    private @Nullable HttpHeaders headers;

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof ProblemException refusal) {
            Response.ResponseBuilder answer =
                    Problems.builder(Problems.problem(refusal.type(), refusal.getMessage(), refusal.faults()), headers);
            refusal.headers().forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
            return answer.build();
        }
        if (thrown instanceof WebApplicationException web) {
            return ofServer(web);
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Unavailable || cause instanceof SQLException) {
                return unavailable(thrown, headers);
            }
        }
        Problem problem = Problems.problem(
                ProblemType.INTERNAL, "Tell the operator the id in instance; the cause is in the log.", List.of());
        LOG.log(System.Logger.Level.ERROR, problem.instance + ": " + thrown, thrown);
        return Problems.response(problem, headers);
    }

    /** What is said where the storage does not answer: 503 with {@code Retry-After}. */
    public static Response unavailable(Throwable thrown, @Nullable HttpHeaders headers) {
        Problem problem = Problems.problem(
                ProblemType.UNAVAILABLE, "The storage does not answer; ask again in a few seconds.", List.of());
        LOG.log(System.Logger.Level.WARNING, problem.instance + ": " + thrown);
        return Problems.builder(problem, headers).header("Retry-After", "5").build();
    }

    private Response ofServer(WebApplicationException web) {
        int status = web.getResponse().getStatus();
        if (status < 400) {
            return web.getResponse();
        }
        ProblemType type = ProblemType.ofStatus(status);
        String detail = switch (type) {
            case NOT_FOUND -> "There is no such address.";
            case NOT_ACCEPTABLE -> "This address gives application/json, application/xml and application/yaml.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send application/json, application/xml or application/yaml.";
            case METHOD_NOT_ALLOWED -> "See the Allow header for the methods it takes.";
            default -> null;
        };
        Response.ResponseBuilder answer = Problems.builder(Problems.problem(type, detail, List.of()), headers);
        List<Object> allow = web.getResponse().getHeaders().get("Allow");
        if (allow != null && !allow.isEmpty() && !(web instanceof NotSupportedException)) {
            answer.header("Allow", allow.get(0));
        }
        return answer.build();
    }

    /** Marks an exception that means: the storage does not answer now. */
    public interface Unavailable {}
}
