package org.planisphere.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Problem;
import org.planisphere.wire.ProblemError;

/**
 * A refusal by the server, with its problem document. Where the answer was none, a title is made from the status.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class PlannerProblem extends ClientException {
    private static final long serialVersionUID = 1L;

    private final URI uri;
    private final int status;
    private final transient Problem problem;
    private final @Nullable Duration retryAfter;

    PlannerProblem(URI uri, int status, Problem problem, @Nullable Duration retryAfter) {
        super(describe(status, problem), null);
        this.uri = uri;
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** What was called. */
    public URI uri() {
        return uri;
    }

    /** The HTTP status, 300 to 599. */
    public int status() {
        return status;
    }

    /** URI of the page that explains it; {@code about:blank} when the server named none. */
    public String type() {
        return problem.type == null ? "about:blank" : problem.type;
    }

    /** The kind of problem in a few words. */
    public String title() {
        return problem.title == null ? "HTTP " + status : problem.title;
    }

    /** This occurrence in a sentence. */
    public Optional<String> detail() {
        return Optional.ofNullable(problem.detail);
    }

    /** Every fault of the document, with its place; empty when the problem is of another sort. */
    public List<ProblemError> errors() {
        return problem.errors == null ? List.of() : List.copyOf(problem.errors);
    }

    /** The document as it came. */
    public Problem problem() {
        return problem;
    }

    /** How long the server asks to wait before the next try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    private static String describe(int status, Problem problem) {
        String title = problem.title == null ? "HTTP " + status : problem.title;
        return problem.detail == null ? title : title + ": " + problem.detail;
    }
}
