package org.planisphere.planner.door;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerProblem;
import org.planisphere.client.RawAnswer;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Elsewhere;
import org.planisphere.wire.ResultItem;

/** Output and results of a session that runs at another planner, passed on as they come. */
final class ElsewhereFiles {
    private static final List<String> PASSED =
            List.of("Content-Length", "Content-Range", "ETag", "Accept-Ranges", "Cache-Control");

    private ElsewhereFiles() {}

    /** One file of the original's; its media type is the other planner's, and nothing in it runs here. */
    static Response file(Elsewhere original, String path, @Nullable String range, @Nullable String known) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "*/*");
        if (range != null) {
            headers.put("Range", range);
        }
        if (known != null) {
            headers.put("If-None-Match", known);
        }
        RawAnswer answer = asked(() -> original.open(path, headers));
        int status = answer.status();
        if (status != 200 && status != 206 && status != 304) {
            close(answer);
            throw refused(status);
        }
        StreamingOutput body = out -> {
            try (answer) {
                answer.body().transferTo(out);
            }
        };
        Response.ResponseBuilder response = Response.status(status)
                .type(answer.headers().firstValue("Content-Type").orElse("application/octet-stream"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", FilesDoor.NOTHING_RUNS);
        for (String name : PASSED) {
            answer.headers().firstValue(name).ifPresent(value -> response.header(name, value));
        }
        // By the name that was asked for here: the other planner's word for it would be one more thing to judge.
        response.header(
                "Content-Disposition",
                path.equals("results.zip")
                        ? "attachment; filename=\"results.zip\""
                        : FilesDoor.named(path.matches("stdout|stderr") ? path + ".txt" : path));
        if (status == 304) {
            close(answer);
        } else {
            response.entity(body);
        }
        return response.build();
    }

    static List<ResultItem> results(Elsewhere original) {
        return asked(original::results);
    }

    private static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (PlannerProblem e) {
            throw refused(e.status());
        } catch (ClientException e) {
            throw refused(503);
        }
    }

    private static ProblemException refused(int status) {
        return switch (status) {
            case 404, 410 -> ExecutionDoor.notFound();
            case 416 -> new ProblemException(ProblemType.RANGE_NOT_SATISFIABLE, "There are fewer bytes so far.");
            default ->
                new ProblemException(ProblemType.UNAVAILABLE, "The planner where it runs does not give it now.")
                        .with("Retry-After", "5");
        };
    }

    private static void close(RawAnswer answer) {
        try {
            answer.close();
        } catch (IOException e) {
            // It is over either way.
            return;
        }
    }
}
